"""agent watch: what changes in a tree, told as lines of JSON."""
import contextlib
import json
import os
import random
import select
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

from driver import AGENT, DEADLINE


class Watch:
    def __init__(self, directory, *excluded):
        self.process = subprocess.Popen([AGENT, "watch", directory, *excluded], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
        self.buffer = b""
        self.seen = []
        self.until({"type": "ready"})

    def next(self, seconds=DEADLINE):
        end = time.monotonic() + seconds
        while b"\n" not in self.buffer:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"nothing more after {self.seen[-20:]}")
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                raise AssertionError(f"ended after {self.seen[-20:]}: {self.process.stderr.read()}")
            self.buffer += piece
        line, self.buffer = self.buffer.split(b"\n", 1)
        event = json.loads(line)
        self.seen.append(event)
        return event

    def until(self, wanted):
        """Every event up to one that has these members."""
        events = []
        while not events or any(events[-1].get(key) != value for key, value in wanted.items()):
            events.append(self.next())
        return events

    def close(self):
        self.process.stdin.close()
        code = self.process.wait(DEADLINE)
        for stream in (self.process.stdout, self.process.stderr):
            stream.close()
        return code


def apply(state, event):
    """What a client makes of an event."""
    kind = event["type"]
    if kind == "created":
        state.add(event["path"])
    elif kind == "deleted":
        gone = event["path"]
        state -= {path for path in state if path == gone or path.startswith(gone + "/")}
    elif kind == "renamed":
        old, new = event["from"], event["to"]
        state -= {path for path in state if path == new or path.startswith(new + "/")}
        moved = {path for path in state if path == old or path.startswith(old + "/")}
        state -= moved
        state |= {new + path[len(old):] for path in moved}


def on_disk(root):
    found = set()
    for directory, names, files in os.walk(root):
        for name in names + files:
            found.add(os.path.relpath(os.path.join(directory, name), root))
    return found


class WatchTest(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.root, *names)

    def write(self, name, content="x"):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(content)

    def watch(self, *excluded):
        watch = Watch(self.root, *excluded)
        self.addCleanup(watch.close)
        return watch

    def marked(self, watch):
        """Events until now: a mark is made, and waited for."""
        self.mark = getattr(self, "mark", 0) + 1
        name = f"mark-{self.mark}"
        self.write(name)
        return [e for e in watch.until({"path": name}) if not e.get("path", "").startswith("mark-")]

    def test_life_of_a_file(self):
        watch = self.watch()
        self.write("a.txt")
        self.assertEqual(watch.next(), {"type": "created", "path": "a.txt", "kind": "file"})
        self.write("a.txt", "more")
        self.assertEqual(watch.next(), {"type": "changed", "path": "a.txt", "kind": "file"})
        os.chmod(self.path("a.txt"), 0o755)
        self.assertEqual(watch.next(), {"type": "changed", "path": "a.txt", "kind": "file"})
        os.rename(self.path("a.txt"), self.path("b.txt"))
        self.assertEqual(watch.next(), {"type": "renamed", "from": "a.txt", "to": "b.txt", "kind": "file"})
        os.remove(self.path("b.txt"))
        self.assertEqual(watch.next(), {"type": "deleted", "path": "b.txt", "kind": "file"})

    def test_many_writes_are_one_event(self):
        watch = self.watch()
        self.write("a.txt")
        watch.next()
        with open(self.path("a.txt"), "w", encoding="utf-8") as file:
            for _ in range(100):
                file.write("x")
                file.flush()
        changes = [e for e in self.marked(watch) if e["path"] == "a.txt"]
        self.assertGreaterEqual(len(changes), 1)
        self.assertLess(len(changes), 20)
        self.assertEqual({e["type"] for e in changes}, {"changed"})

    def test_what_comes_and_goes_at_once_is_not_told(self):
        watch = self.watch()
        self.write("short")
        os.remove(self.path("short"))
        self.assertEqual(self.marked(watch), [])

    def test_a_tree_made_at_once_is_told_whole(self):
        watch = self.watch()
        deep = "/".join(f"d{i}" for i in range(30))
        for i in range(50):
            self.write(f"{deep}/f{i}")
        state = set()
        while state != on_disk(self.root):
            apply(state, watch.next())
        self.write(f"{deep}/later")
        watch.until({"type": "created", "path": f"{deep}/later"})

    def test_replacing_is_a_change(self):
        self.write("known")
        with tempfile.TemporaryDirectory(dir=os.path.dirname(self.root)) as outside:
            watch = self.watch()
            new = os.path.join(outside, "new")
            for name, expected in (("known", "changed"), ("fresh", "created")):
                with open(new, "w", encoding="utf-8") as file:
                    file.write("new")
                os.rename(new, self.path(name))
                self.assertEqual(watch.next(), {"type": expected, "path": name, "kind": "file"})
            self.write("beside")
            os.rename(self.path("beside"), self.path("known"))
            self.assertEqual(watch.next(), {"type": "changed", "path": "known", "kind": "file"})

    def test_exchanging_with_something_outside_is_a_change(self):
        self.write("known")
        with tempfile.TemporaryDirectory(dir=os.path.dirname(self.root)) as outside:
            new = os.path.join(outside, "new")
            with open(new, "w", encoding="utf-8") as file:
                file.write("new")
            watch = self.watch()
            exchange = "import ctypes,sys;sys.exit(ctypes.CDLL(None).renameat2(-100,sys.argv[1].encode(),-100,sys.argv[2].encode(),2))"
            subprocess.run(["python3", "-c", exchange, new, self.path("known")], check=True)
            self.assertEqual(watch.next(), {"type": "changed", "path": "known", "kind": "file"})
            self.assertEqual(self.marked(watch), [])

    def test_directories_move_with_all_they_hold(self):
        self.write("a/b/c")
        self.write("node_modules/m/x")
        watch = self.watch("node_modules")
        os.rename(self.path("a"), self.path("z"))
        self.assertEqual(watch.next(), {"type": "renamed", "from": "a", "to": "z", "kind": "directory"})
        self.write("z/b/c", "changed")
        self.assertEqual(watch.next(), {"type": "changed", "path": "z/b/c", "kind": "file"})
        with tempfile.TemporaryDirectory(dir=os.path.dirname(self.root)) as outside:
            os.rename(self.path("z/b"), os.path.join(outside, "b"))
            self.assertEqual(watch.next(), {"type": "deleted", "path": "z/b", "kind": "directory"})
            with open(os.path.join(outside, "b", "c"), "w", encoding="utf-8") as file:
                file.write("unseen")
            os.rename(os.path.join(outside, "b"), self.path("back"))
            self.assertEqual([(e["type"], e["path"]) for e in (watch.next(), watch.next())],
                             [("created", "back"), ("created", "back/c")])
        self.write("node_modules/m/y")
        self.assertEqual(self.marked(watch), [])

    def test_links_are_told_and_not_followed(self):
        with tempfile.TemporaryDirectory(dir=os.path.dirname(self.root)) as outside:
            watch = self.watch()
            os.symlink(outside, self.path("link"))
            self.assertEqual(watch.next(), {"type": "created", "path": "link", "kind": "link"})
            with open(os.path.join(outside, "x"), "w", encoding="utf-8") as file:
                file.write("x")
            os.mkfifo(self.path("fifo"))
            self.assertEqual(watch.next(), {"type": "created", "path": "fifo", "kind": "other"})

    def test_hostile_names_stay_lines_of_json(self):
        watch = self.watch()
        for name in (b"new\nline", b"quo\"te", b"back\\slash", b"\xff\xfe", b"\x01", "\u20ac\U0001f600".encode()):
            os.close(os.open(os.path.join(self.root.encode(), name), os.O_CREAT | os.O_WRONLY))
            event = watch.next()
            self.assertEqual((event["type"], event["kind"]), ("created", "file"))
            self.assertEqual(event["path"].encode(), name.decode("utf-8", "replace").encode())

    def test_what_a_directory_of_a_moment_held_goes_with_it(self):
        watch = self.watch()
        state = set()
        outside = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, outside)
        for i in range(20):
            os.mkdir(self.path(f"d{i}"))
            time.sleep(0.01)  # long enough to be seen, and too short for the next to be told apart
            self.write(f"d{i}/x")
            time.sleep(0.01)
            os.rename(self.path(f"d{i}"), os.path.join(outside, f"d{i}"))
        self.write("the-end")
        while state != {"the-end"}:
            apply(state, watch.next(10))

    def test_a_storm_leaves_the_right_picture(self):
        """Two processes rename, write and delete at random; the events give the same tree as the disk."""
        watch = self.watch()
        stop = threading.Event()

        def storm(seed):
            rng = random.Random(seed)
            names = [f"{d}{i}" for d in "abc" for i in range(6)]
            while not stop.wait(0.0005):
                one = self.path(*rng.sample(names, rng.randint(1, 3)))
                other = self.path(*rng.sample(names, rng.randint(1, 3)))
                with contextlib.suppress(OSError):
                    action = rng.randrange(5)
                    if action == 0:
                        os.makedirs(one)
                    elif action in (1, 2):
                        with open(one, "w", encoding="utf-8") as file:
                            file.write("x")
                    elif action == 3:
                        os.rename(one, other)
                    elif rng.randrange(2):
                        os.remove(one)
                    else:
                        shutil.rmtree(one)

        threads = [threading.Thread(target=storm, args=(seed,)) for seed in range(3)]
        state = set()
        for thread in threads:
            thread.start()
        end = time.monotonic() + 6
        events = 0
        while time.monotonic() < end:
            with contextlib.suppress(AssertionError):
                event = watch.next(0.05)
                events += 1
                if event["type"] == "overflow":
                    self.skipTest("the kernel dropped events; nothing to compare")
                apply(state, event)
        stop.set()
        for thread in threads:
            thread.join()
        self.write("the-end")
        while "the-end" not in state:
            apply(state, watch.next())
        self.assertGreater(events, 100)
        self.assertEqual(state, on_disk(self.root), watch.seen[-40:])

    def test_an_overflow_is_told_and_watching_goes_on(self):
        watch = self.watch()
        os.kill(watch.process.pid, 19)
        with open("/proc/sys/fs/inotify/max_queued_events", encoding="ascii") as file:
            limit = int(file.read())
        for i in range(limit // 3 + 1000):
            name = self.path(f"f{i}")
            os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
            os.chmod(name, 0o600)
            os.remove(name)
        os.kill(watch.process.pid, 18)
        watch.until({"type": "overflow", "reason": "events"})
        self.write("after/x")
        watch.until({"type": "created", "path": "after/x"})

    def test_ends_with_its_input(self):
        watch = Watch(self.root)
        self.assertEqual(watch.close(), 0)

    def test_a_directory_that_is_not_there_is_refused(self):
        done = subprocess.run([AGENT, "watch", self.path("absent")], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=DEADLINE, check=False)
        self.assertEqual(done.returncode, 71)
        self.assertIn(b"cannot watch", done.stderr)


if __name__ == "__main__":
    unittest.main()
