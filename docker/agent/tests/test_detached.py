"""Sessions with a window while no server is there, and those who would like to be one."""
import os
import random
import signal
import socket
import time
import unittest

from commands import group, hostile
from driver import alive, find_processes, frame, wait_for
from sandbox import Sandbox
from windows import SMALL, WindowTestCase


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
    # A number and not a time: a busy machine must not leave out what an idle one tries.
    CONNECTIONS = 300
    KEPT = 60

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
        kinds = "sSaAICKQZ?XR1"
        for _ in range(self.CONNECTIONS):
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
            # A keeper waits for as long as a server is there that does not acknowledge.
            for connection in self.sandbox.connections[:-self.KEPT]:
                connection.close()
            wait_for(lambda: len(self.sandbox.keepers()) < 100, what="room for more")
        for connection in self.sandbox.connections:
            connection.close()
        self.sandbox.await_no_keepers()
        self.assertEqual(["agent.sock"], self.sandbox.names())
        self.assertEqual("0", self.sandbox.run(["true"]).report["code"])


class FullTest(unittest.TestCase):
    def test_a_server_can_attach_to_what_fills_the_sandbox_and_end_it(self):
        with group("pids", {"pids.max": 40}) as wrapper:
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
