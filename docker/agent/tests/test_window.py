"""Sessions with a window: what is not acknowledged outlives the server."""
import json
import os
import random
import signal
import socket
import time
import unittest

from commands import group, hostile
from driver import SANITIZED, WINDOW, alive, find_processes, frame, wait_for
from sandbox import Sandbox

SMALL = 65536


class WindowTestCase(unittest.TestCase):
    wrapper = ()

    def setUp(self):
        self.sandbox = Sandbox(self.wrapper)
        self.addCleanup(self.sandbox.close)

    def start(self, args, window=SMALL, **options):
        session = self.sandbox.session(args, window=window, **options)
        session.until(lambda: session.pid or session.end)
        return session

    def complete(self, session):
        """Reads to the end, acknowledges everything, and waits for the session to be forgotten."""
        while not session.end:
            if session.frames:
                session.acknowledge()
            session.take()
        session.acknowledge(session.first + len(session.frames) + 1)
        report = session.finish()
        wait_for(lambda: session.id not in self.sandbox.names(), what="the end of the session's socket")
        return report

    def listed(self):
        status, out, err = self.sandbox.ask("sessions")
        self.assertEqual((0, b""), (status, err))
        return {entry["id"]: entry for entry in json.loads(out)}

    def standstill(self, session_id):
        """Waits until the session has been unable to cut a frame for a while."""
        seen = []
        wait_for(lambda: seen.append(self.listed()[session_id]["frames"]) or
                 (len(seen) > 10 and len(set(seen[-10:])) == 1), what="a full window")
        return seen[-1]


class AcknowledgementTest(WindowTestCase):
    def test_the_window_bounds_what_is_sent(self):
        session = self.start("head -c 1000000 /dev/zero; echo end >&2")
        sent = self.standstill(session.id)
        session.until(lambda: len(session.frames) == sent)
        held = sum(len(payload) + 16 for _, payload in session.frames)
        self.assertLessEqual(held, SMALL)
        self.assertGreater(held, SMALL - 8192)
        self.assertEqual("0", self.complete(session)["code"])
        self.assertEqual((1000000, b"end\n"), (len(session.out), session.err))

    def test_small_frames_count_for_more_than_their_bytes(self):
        session = self.start(["python3", "-c", "import os, time\nfor i in range(20000):\n os.write(i % 2 + 1, b'x')"
                              "\n if i % 50 == 0: time.sleep(0.0005)"])
        sent = self.standstill(session.id)
        session.until(lambda: len(session.frames) == sent)
        self.assertLessEqual(sum(len(payload) + 16 for _, payload in session.frames), SMALL)
        self.complete(session)
        self.assertEqual(20000, len(session.out) + len(session.err))

    def test_memory_shrinks_with_acknowledgements(self):
        # It lasts for some looks at its use of memory, whose lists lie behind the frames then.
        session = self.start("head -c 3900000 /dev/zero; sleep 0.5; echo end >&2; read x", window=4194304, stdin=1)
        keeper, = find_processes(f"agent\0exec\0{session.id}")

        def resident():
            with open(f"/proc/{keeper}/status") as file:
                return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))
        session.until_output(b"end\n", "2")
        self.assertGreater(resident(), 3900000)
        session.acknowledge()
        if not SANITIZED:  # which keeps what is freed, to find uses of it
            wait_for(lambda: resident() < 2 << 20, what="the memory to be given back")
        session.send("C")
        self.complete(session)

    def test_wrong_acknowledgements(self):
        for payload in (b"", b"-1", b"x", b"3", b"1 ", b"99999999999999999999"):
            with self.subTest(payload=payload):
                session = self.start("echo one; exec sleep 27190")
                session.until_output(b"one\n")
                session.send("A", payload)
                self.assertIn("protocol error", session.finish()["error"])
                self.assertEqual([], find_processes("sleep\x0027190"))
                wait_for(lambda s=session: s.id not in self.sandbox.names(), what="the failed session's end")

    def test_acknowledgement_that_goes_back(self):
        session = self.start("echo one; sleep 0.1; echo two; exec sleep 27190")
        session.until_output(b"two\n")
        session.acknowledge(2)
        session.acknowledge(2)
        session.acknowledge(1)
        self.assertIn("protocol error", session.finish()["error"])

    def test_report_is_acknowledged_only_once_it_was_sent(self):
        session = self.start("echo one; exec sleep 27190")
        session.until_output(b"one\n")
        session.acknowledge(2)
        self.assertIn("protocol error", session.finish()["error"])

    def test_without_a_window_there_is_nothing_to_acknowledge(self):
        session = self.sandbox.session("echo one; exec sleep 27190")
        session.until_output(b"one\n")
        session.acknowledge(1)
        self.assertIn("protocol error", session.finish()["error"])

    def test_bad_windows(self):
        for options in ({"window": 65535}, {"window": 4194305}, {"window": 0}, {"window": "x"},
                        {"window": SMALL, "linger_ms": 86400001}, {"window": SMALL, "linger_ms": -1}):
            with self.subTest(options=options):
                self.assertIn("protocol error", self.sandbox.run(["true"], **options).report["error"])

    def test_sessions_that_fail_to_start_are_forgotten_at_once(self):
        self.assertIn("No such file", self.sandbox.run(["/no/such"], window=SMALL).report["error"])
        wait_for(lambda: self.sandbox.names() == ["agent.sock"], what="the failed session's end")
        self.sandbox.await_no_keepers()


class AttachTest(WindowTestCase):
    def test_output_goes_on_where_it_was_safe(self):
        session = self.start("echo 1; read x; echo $x; exit 7", stdin=1)
        session.until_output(b"1\n")
        session.hang_up()
        again = self.sandbox.attach(session.id, 1)
        again.until(lambda: again.acknowledged)
        self.assertEqual((["R", "W"], session.pid, WINDOW), (again.order, again.pid, again.acknowledged))
        again.send("I", b"hello\n")
        report = self.complete(again)
        self.assertEqual((b"hello\n", "7"), (again.out, report["code"]))

    def test_replayed_frames_are_the_same(self):
        session = self.start(["python3", "-c", "import os, time\nfor i in range(100):\n os.write(i % 2 + 1, b'%d ' % i)"
                              "\n time.sleep(0.002)"], window=1 << 20)
        session.until(lambda: session.end)
        session.hang_up()
        # More than the agent sends before it looks after other things, so that it stops at every place.
        self.assertGreater(len(session.frames), 40)
        for number in range(0, len(session.frames) + 1, 1 + len(session.frames) // 10):
            again = self.sandbox.attach(session.id, 0)
            again.until(lambda: again.end)
            self.assertEqual((session.frames, session.end), (again.frames, again.end))
            again.hang_up()
        for number in range(len(session.frames) + 1):
            again = self.sandbox.attach(session.id, number)
            again.until(lambda: again.end)
            self.assertEqual((session.frames[number:], session.end), (again.frames, again.end))
            again.hang_up()
        last = self.sandbox.attach(session.id, len(session.frames))
        self.complete(last)

    def test_a_server_that_dies_at_random_loses_nothing(self):
        chance = random.Random(7)
        session = self.start(["python3", "-c", "import os, time\nfor i in range(30000):\n os.write(i % 2 + 1, b'%d ' % i)"
                              "\n if i % 100 == 0: time.sleep(0.001)"], window=1 << 20)
        frames, safe, connections = [], 0, 0
        while True:
            before = len(session.frames)
            end = before + chance.randrange(1, 60)
            while len(session.frames) < end and session.end is None:
                session.take()
                if chance.random() < 0.1:
                    session.acknowledge(session.first + len(session.frames))
            for i, one in enumerate(session.frames, session.first):
                if i < len(frames):
                    self.assertEqual(frames[i], one)
                else:
                    frames.append(one)
            if session.end is not None:
                break
            # What was acknowledged is safe, and perhaps more of what was received.
            session.acknowledge(session.first + len(session.frames))
            safe = session.first + len(session.frames)
            safe = len(frames) if chance.random() < 0.5 else safe
            session.hang_up()
            connections += 1
            session = self.sandbox.attach(session.id, safe)
        self.complete(session)
        self.assertGreater(connections, 3)
        for stream in (0, 1):
            text = b"".join(p for kind, p in frames if kind == "12"[stream])
            self.assertEqual(b"".join(b"%d " % i for i in range(stream, 30000, 2)), text)

    def test_full_window_waits_for_the_next_server(self):
        session = self.start("head -c 500000 /dev/zero; echo done >&2")
        session.hang_up()
        self.standstill(session.id)
        pid = session.pid
        self.assertTrue(pid)
        again = self.sandbox.attach(session.id, 0)
        self.complete(again)
        self.assertEqual((500000, b"done\n"), (len(again.out), again.err))

    def test_the_new_connection_replaces_the_old_one(self):
        session = self.start("echo on; exec sleep 27191")
        session.until_output(b"on\n")
        again = self.sandbox.attach(session.id, 0)
        again.until_output(b"on\n")
        self.assertFalse(session.take())
        again.send("Q")
        self.assertEqual("cancelled", self.complete(again)["cause"])

    def test_the_report_stays_until_it_is_acknowledged(self):
        session = self.start("echo out; exit 5")
        session.until(lambda: session.end)
        session.acknowledge()
        session.hang_up()
        for _ in range(2):
            again = self.sandbox.attach(session.id, 1)
            again.until(lambda: again.end)
            self.assertEqual((["R", "X"], session.end), (again.order, again.end))
            again.hang_up()
        self.assertEqual("ended", self.listed()[session.id]["state"])
        last = self.sandbox.attach(session.id, 1)
        self.assertEqual("5", self.complete(last)["code"])
        self.assertEqual({}, self.listed())
        self.sandbox.await_no_keepers()

    def test_orders_of_a_server_that_died_are_obeyed(self):
        session = self.start("read a; echo $a; read b; echo $b; exec sleep 27192", stdin=1)
        session.send("I", b"a\n")
        session.send("I", b"b\n")
        session.hang_up()
        again = self.sandbox.attach(session.id, 0)
        again.until_output(b"a\nb\n")
        again.send("Q")
        again.hang_up()
        last = self.sandbox.attach(session.id, 0)
        self.assertEqual("cancelled", self.complete(last)["cause"])
        self.assertEqual(b"a\nb\n", last.out)

    def test_input_window_of_a_new_connection(self):
        session = self.start("trap 'exec cat >/dev/null' USR1; echo on; while :; do sleep 0.01 || :; done", stdin=1)
        session.until_output(b"on\n")
        for _ in range(3):
            session.send("I", b"x" * 65536)
        # The command's pipe takes some, which is acknowledged.
        session.until(lambda: session.acknowledged == 65536)
        session.hang_up()
        again = self.sandbox.attach(session.id, 0)
        again.until(lambda: again.acknowledged)
        self.assertEqual(WINDOW - 2 * 65536, again.acknowledged)
        again.send("K", b"10")
        again.send("I", b"\n")
        again.until(lambda: again.acknowledged == WINDOW + 1)
        again.send("C")
        self.assertEqual("0", self.complete(again)["code"])

    def test_closed_input_has_no_window(self):
        session = self.start("cat; read x; exec sleep 27193", stdin=1)
        session.send("C")
        session.hang_up()
        again = self.sandbox.attach(session.id, 0)
        again.send("Q")
        again.until(lambda: again.end)
        self.assertNotIn("W", again.order)
        self.complete(again)

    def test_unknown_and_gone(self):
        self.assertEqual("no such session", self.sandbox.attach("nobody", 0).finish()["error"])
        session = self.start("echo 1; sleep 0.1; echo 2; exec sleep 27194")
        session.until_output(b"2\n")
        session.acknowledge(1)
        wait_for(lambda: self.listed()[session.id]["acked"] == 1, what="the acknowledgement")
        for number in (0, 3, 1 << 62):
            self.assertEqual("frames are gone", self.sandbox.attach(session.id, number).finish()["error"])
        session.send("K", b"9")
        self.assertEqual("9", self.complete(session)["signal"])
        self.assertEqual("no such session", self.sandbox.attach(session.id, 2).finish()["error"])

    def test_malformed_attachments(self):
        for payload in (b"", b"id=a\0", b"frames=1\0id=a\0", b"id=a\0frames=-1\0", b"id=a\0frames=\0", b"id=../x\0frames=0\0",
                        b"id=agent.sock\0frames=0\0", b"id=a\0frames=0", b"id=a\0frames=0\0x=1\0", b"x" * 65536):
            with self.subTest(payload=payload[:40]):
                attached = self.sandbox.session()
                attached.send("a", payload)
                self.assertIn("protocol error", attached.finish()["error"])

    def test_a_name_is_used_once_at_a_time(self):
        session = self.start("exec sleep 27195", session_id="one")
        self.assertIn("exists", self.sandbox.run(["true"], session_id="one", window=SMALL).report["error"])
        session.send("Q")
        self.complete(session)
        self.complete(self.start(["true"], session_id="one"))

    def test_name_of_a_keeper_that_was_killed(self):
        session = self.start("exec sleep 27195", session_id="killed")
        os.kill(find_processes("agent\0exec\0killed")[0], 9)
        self.assertFalse(session.take())
        self.assertEqual("no such session", self.sandbox.attach("killed", 0).finish()["error"])
        self.assertEqual({}, self.listed())
        self.complete(self.start(["true"], session_id="killed"))
        for pid in find_processes("sleep\x0027195"):
            os.kill(pid, 9)


class DetachedTest(WindowTestCase):
    def test_timeout_holds(self):
        session = self.start([hostile(), "escape"], timeout_ms=500)
        session.hang_up()
        wait_for(lambda: self.listed()[session.id]["state"] == "ended", what="the timeout")
        again = self.sandbox.attach(session.id, 0)
        self.assertEqual("timeout", self.complete(again)["cause"])
        self.assertEqual([], find_processes(f"{hostile()}\0escape"))

    def test_output_limit_holds(self):
        session = self.start("cat /dev/zero", window=1 << 20, max_output=100000)
        session.hang_up()
        wait_for(lambda: self.listed()[session.id]["state"] == "ended", what="the limit")
        again = self.sandbox.attach(session.id, 0)
        self.assertEqual("output_limit", self.complete(again)["cause"])
        self.assertEqual(100000, len(again.out))

    def test_running_session_goes_on_alone_after_lingering(self):
        session = self.start("head -c 500000 /dev/zero; exec sleep 27196", linger_ms=300)
        session.hang_up()
        pid, = wait_for(lambda: find_processes("sleep\x0027196"), what="the output to be dropped")
        self.assertEqual("no such session", self.sandbox.attach(session.id, 0).finish()["error"])
        self.assertEqual(["agent.sock"], self.sandbox.names())
        os.kill(pid, 9)
        self.sandbox.await_no_keepers()

    def test_ended_session_is_forgotten_after_lingering(self):
        session = self.start("echo 1", linger_ms=300)
        session.hang_up()
        wait_for(lambda: self.sandbox.names() == ["agent.sock"], what="the end of the session")
        self.sandbox.await_no_keepers()

    def test_attached_session_lingers_for_ever(self):
        session = self.start("echo 1; read x", linger_ms=50, stdin=1)
        session.until_output(b"1\n")
        time.sleep(0.2)  # longer than it lingers: nothing may happen meanwhile
        session.send("C")
        self.complete(session)

    def test_left_behind_writers_do_not_stall_while_the_report_waits(self):
        session = self.start("(while kill -0 $$ 2>/dev/null; do sleep 0.01; done; head -c 3000000 /dev/zero;"
                             " exec sleep 27197) & exit 0")
        session.hang_up()
        pid, = wait_for(lambda: find_processes("sleep\x0027197"), what="the writer's progress")
        again = self.sandbox.attach(session.id, 0)
        self.complete(again)
        self.assertTrue(alive(pid))
        os.kill(pid, 9)
        self.sandbox.await_no_keepers()

    def test_stop_does_not_wait_for_acknowledgements(self):
        ended = self.start("echo 1")
        running = self.start("echo 1; exec sleep 27198")
        for session in (ended, running):
            session.hang_up()
        wait_for(lambda: self.listed()[ended.id]["state"] == "ended", what="the end of the command")
        began = time.monotonic()
        os.kill(self.sandbox.init, signal.SIGTERM)
        self.assertEqual(0, self.sandbox.outer.wait(10))
        self.assertLess(time.monotonic() - began, 1.5)
        self.assertEqual([], self.sandbox.names())

    def test_sessions_are_listed(self):
        first = self.start("echo 1; read x", stdin=1, session_id="a-1")
        second = self.start("echo 1; echo 2 >&2", session_id="b_2")
        second.until(lambda: second.end)
        first.until_output(b"1\n")
        first.acknowledge(1)
        self.sandbox.run(["true"], session_id="unlisted")
        wait_for(lambda: self.listed()["a-1"]["acked"] == 1, what="the acknowledgement")
        self.assertEqual(
            {"a-1": {"id": "a-1", "pid": first.pid, "state": "running", "frames": 1, "acked": 1},
             "b_2": {"id": "b_2", "pid": second.pid, "state": "ended", "frames": 2, "acked": 0}}, self.listed())
        first.send("C")
        self.complete(first)
        self.complete(second)


class HostileTest(WindowTestCase):
    def test_commands_cannot_reach_the_mailbox(self):
        session = self.start("exec sleep 27199", session_id="target")
        probe = ("import socket\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
                 f"s.sendto(b'?', '{self.sandbox.directory}/target')")
        self.assertIn(b"PermissionError", self.sandbox.run(["python3", "-c", probe]).err)
        session.send("Q")
        self.complete(session)

    def test_nonsense_in_the_mailbox(self):
        session = self.start("read x; echo $x", stdin=1, session_id="target")
        chance = random.Random(3)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.connect(os.path.join(self.sandbox.directory, "target"))
            for _ in range(500):
                data = chance.choice([b"", b"?", b"a", b"a1", b"a9999999999999999999999", b"x" * 100, b"?x", b"a-1"])
                ends = socket.socketpair()
                fds = [ends[0].fileno()] * chance.randrange(4)
                socket.send_fds(sender, [data], fds)
                for end in ends:
                    end.close()
        keeper, = find_processes("agent\0exec\0target")
        wait_for(lambda: len(os.listdir(f"/proc/{keeper}/fd")) < 20, what="the descriptors to be closed")
        again = self.sandbox.attach("target", 0)
        again.send("I", b"fine\n")
        self.assertEqual("0", self.complete(again)["code"])
        self.assertEqual(b"fine\n", again.out)

    def test_fuzzed_connections(self):
        chance = random.Random(11)
        end = time.monotonic() + (5 if SANITIZED else 2)
        kinds = "sSaAICKQZ?XR1"
        while time.monotonic() < end:
            session = self.sandbox.session("cat; exec sleep 0.2", window=chance.choice([SMALL, 1 << 20]), stdin=1,
                                           timeout_ms=200, linger_ms=50)
            try:
                for _ in range(chance.randrange(5)):
                    session.send(chance.choice(kinds), chance.choice(
                        [b"", b"0", b"1", b"2", b"9", b"80x24", b"x" * 1000, b"id=a\0frames=0\0"]))
                if chance.random() < 0.5:
                    other = self.sandbox.session()
                    other.send_raw(chance.choice([
                        frame("a", f"id={session.id}\0frames={chance.randrange(3)}\0".encode()), b"a\0\0\0", b"?\xff",
                        frame("?", b"arg=sessions\0"), frame("A", b"1"), bytes(chance.randrange(256) for _ in range(9))]))
                    if chance.random() < 0.5:
                        other.hang_up()
            except (BrokenPipeError, ConnectionResetError):
                pass
            if chance.random() < 0.7:
                session.hang_up()
            wait_for(lambda: len(self.sandbox.keepers()) < 100, what="room for more")
        for connection in self.sandbox.connections:
            connection.close()
        self.sandbox.await_no_keepers()
        self.assertEqual(["agent.sock"], self.sandbox.names())
        self.assertEqual("0", self.sandbox.run(["true"]).report["code"])


class FullTest(unittest.TestCase):
    def test_a_server_can_attach_to_what_fills_the_sandbox_and_end_it(self):
        with group("pids", "pids.max", "40") as wrapper:
            sandbox = Sandbox(wrapper)
            self.addCleanup(sandbox.close)
            try:
                bomb = sandbox.session([hostile(), "bomb"], window=SMALL)
                bomb.until_output(b"started\n")
                bomb.hang_up()
                wait_for(lambda: "cannot fork" in sandbox.run(["true"]).report.get("error", ""), what="a full sandbox")
                again = sandbox.attach(bomb.id, 0)
                again.send("Q")
                self.assertEqual("cancelled", again.finish()["cause"])
                self.assertEqual("0", sandbox.run(["true"]).report["code"])
            finally:
                sandbox.outer.kill()


if __name__ == "__main__":
    unittest.main()
