"""Speaks the frames of docs/sandbox-protocol.md with a real agent over pipes."""
import contextlib
import os
import select
import struct
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
AGENT = os.environ.get("AGENT", os.path.join(HERE, "..", "agent"))
SANITIZED = AGENT.endswith("-asan")
UID, GID = 65534, 65533
WINDOW = 262144
DEADLINE = float(os.environ.get("AGENT_TEST_DEADLINE", "60"))
PATH = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"


def frame(kind, payload=b""):
    return kind.encode() + struct.pack(">I", len(payload)) + payload


def start_payload(args, env=(PATH,), cwd="/", uid=UID, gid=GID, **options):
    items = [f"cwd={cwd}", f"uid={uid}", f"gid={gid}"]
    items += [f"{key}={value}" for key, value in options.items()]
    items += [f"env={entry}" for entry in env]
    items += [f"arg={arg}" for arg in args]
    return b"".join(os.fsencode(item) + b"\0" for item in items)


class Frames:
    """What server and agent say on one connection; subclasses know what that is."""

    def __init__(self):
        self.output = {"1": bytearray(), "2": bytearray()}
        self.acknowledged = 0
        self.pid = None
        self.end = None
        self.order = []
        self.frames = []
        self.buffer = bytearray()

    def start(self, args, **options):
        """`args` is an argv, or a string for the shell."""
        if isinstance(args, str):
            args = ["/bin/sh", "-c", args]
        payload = start_payload(args, **options)
        chunks = [payload[i:i + 65536] for i in range(0, len(payload), 65536)]
        for chunk in chunks[:-1]:
            self.send("s", chunk)
        self.send("S", chunks[-1])

    def send(self, kind, payload=b""):
        self.send_raw(frame(kind, payload))

    def send_raw(self, data):
        view = memoryview(data)
        while view:
            view = view[os.write(self.output_fd(), view):]

    def read_frame(self, deadline):
        """The next frame, or None at the end of the stream."""
        while True:
            if len(self.buffer) >= 5:
                length = struct.unpack(">I", self.buffer[1:5])[0]
                assert length <= 65536, "the agent sent a frame that is too long"
                if len(self.buffer) >= 5 + length:
                    kind, payload = chr(self.buffer[0]), bytes(self.buffer[5:5 + length])
                    del self.buffer[:5 + length]
                    return kind, payload
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.input_fd()], [], [], left)[0]:
                raise AssertionError(f"no frame in time; output so far {bytes(self.output['1'][-500:])!r}")
            data = os.read(self.input_fd(), 131072)
            if not data:
                assert not self.buffer, "the stream ends within a frame"
                return None
            self.buffer += data

    def take(self, deadline=None):
        """Reads one frame and notes what it says; False at the end of the stream."""
        got = self.read_frame(deadline or time.monotonic() + DEADLINE)
        if got is None:
            return False
        kind, payload = got
        assert self.end is None, f"frame {kind} after the last one"
        self.order.append(kind)
        if kind == "R":
            self.pid = int(payload)
        elif kind in "12":
            self.output[kind] += payload
            self.frames.append((kind, payload))
        elif kind == "W":
            self.acknowledged += int(payload)
        elif kind in "EX":
            self.end = (kind, payload)
        else:
            raise AssertionError(f"unknown frame {kind!r}")
        return True

    def until(self, condition, seconds=DEADLINE):
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.take(deadline), "the stream ended early"
        return self

    def until_output(self, text, stream="1", seconds=DEADLINE):
        return self.until(lambda: text in self.output[stream], seconds)

    def report_of_end(self):
        """The exit report as a dict of strings."""
        assert self.end is not None, "no last frame"
        if self.end[0] == "E":
            return {"error": self.end[1].decode()}
        assert self.end[1].endswith(b"\0")
        return dict(item.split("=", 1) for item in self.end[1].decode()[:-1].split("\0"))

    @property
    def out(self):
        return bytes(self.output["1"])

    @property
    def err(self):
        return bytes(self.output["2"])


class Exec(Frames):
    """One exec over the standard streams of a process of its own."""

    def __init__(self, args=None, exec_id="test", wrapper=(), agent=None, pass_fds=(), **options):
        super().__init__()
        self.process = subprocess.Popen(
            [*wrapper, agent or AGENT, "exec", exec_id], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, pass_fds=pass_fds)
        if args is not None:
            self.start(args, **options)

    def input_fd(self):
        return self.process.stdout.fileno()

    def output_fd(self):
        return self.process.stdin.fileno()

    def finish(self, seconds=DEADLINE):
        """Reads to the last frame, hangs up as the server does, and returns the exit report as a dict of strings."""
        deadline = time.monotonic() + seconds
        while self.end is None and self.take(deadline):
            pass
        if not self.process.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        while self.take(deadline):
            pass
        self.status = self.process.wait(max(1, deadline - time.monotonic()))
        self.diagnostics = self.process.stderr.read()
        assert not self.diagnostics, self.diagnostics.decode(errors="replace")
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
        return self.report_of_end()

    def keeper(self):
        """The agent's process that serves the session."""
        return children(self.process.pid)[0]


def run(args, **options):
    execution = Exec(args, **options)
    execution.report = execution.finish()
    return execution


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def wait_for(condition, seconds=DEADLINE, what="condition"):
    """Polls until the condition gives something true, which is returned."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come true in time"
        select.select([], [], [], 0.005)


def find_processes(marker):
    """Pids of living processes that have `marker` in their command line."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    if marker.encode() in file.read() and alive(name):
                        found.append(int(name))
            except OSError:
                pass
    return found


def kill_processes(marker):
    """Kills what is left of them; one may end by itself meanwhile."""
    for pid in find_processes(marker):
        try:
            os.kill(pid, 9)
        except ProcessLookupError:
            pass
