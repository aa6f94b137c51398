"""The way to the agent over init's socket: sessions and questions."""
import json
import os
import signal
import socket
import subprocess
import time
import unittest

from commands import group, hostile
from driver import SANITIZED, alive, find_processes, kill_processes, frame, wait_for
from sandbox import Sandbox


class SocketTestCase(unittest.TestCase):
    wrapper = ()

    def setUp(self):
        self.sandbox = Sandbox(self.wrapper)
        self.addCleanup(self.sandbox.close)


class SessionTest(SocketTestCase):
    def test_a_command_and_its_report(self):
        session = self.sandbox.run("echo out; echo err >&2; exit 3")
        self.assertEqual((b"out\n", b"err\n", "3", "exited"),
                         (session.out, session.err, session.report["code"], session.report["cause"]))
        self.assertEqual(("R", "X"), (session.order[0], session.order[-1]))

    def test_input(self):
        session = self.sandbox.session(["cat"], stdin=1)
        session.send("I", b"abc")
        session.send("C")
        self.assertEqual("0", session.finish()["code"])
        self.assertEqual((b"abc", 3), (session.out, session.acknowledged))

    def test_process_numbers_are_those_inside(self):
        session = self.sandbox.run("echo $$")
        self.assertEqual(session.pid, int(session.out))

    def test_many_at_once(self):
        sessions = [self.sandbox.session(f"read x; echo $x {i}", stdin=1) for i in range(40)]
        for session in sessions:
            session.until(lambda: session.pid)
        for session in sessions:
            session.send("I", b"hello\n")
        for i, session in enumerate(sessions):
            self.assertEqual("0", session.finish()["code"])
            self.assertEqual(f"hello {i}\n".encode(), session.out)
        self.sandbox.await_no_keepers()

    def test_a_thousand_one_after_the_other_leave_nothing(self):
        self.sandbox.run(["true"])
        descriptors = os.listdir(f"/proc/{self.sandbox.init}/fd")
        for _ in range(100 if SANITIZED else 1000):
            self.sandbox.run(["true"])
        self.sandbox.await_no_keepers()
        self.assertEqual(descriptors, os.listdir(f"/proc/{self.sandbox.init}/fd"))
        self.assertEqual(["agent.sock"], self.sandbox.names())

    def test_start_must_name_the_session(self):
        session = self.sandbox.session()
        session.start(["true"])
        self.assertIn("protocol error", session.finish()["error"])
        for name in ("", "a/b", "a.b", "..", "x" * 65, "ä"):
            with self.subTest(name=name):
                session = self.sandbox.session()
                session.start(["true"], id=name)
                self.assertIn("protocol error", session.finish()["error"])
        self.assertEqual("0", self.sandbox.run(["true"], session_id="aZ_-09" + "x" * 58).report["code"])

    def test_command_that_cannot_be_run(self):
        self.assertIn("No such file", self.sandbox.run(["/no/such"]).report["error"])

    def test_hang_up_is_the_servers_end(self):
        session = self.sandbox.session("cat; echo over; head -c 3000000 /dev/zero; exec sleep 27183", stdin=1)
        session.until(lambda: session.pid)
        session.hang_up()
        pid, = wait_for(lambda: find_processes("sleep\x0027183"), what="the command after its input's end")
        os.kill(pid, 9)
        self.sandbox.await_no_keepers()

    def test_the_last_frame_is_followed_by_the_end_and_kept_for_a_slow_server(self):
        session = self.sandbox.session("echo done")
        wait_for(lambda: find_processes("agent\0exec\0" + session.id), what="the keeper")
        session.until(lambda: session.end)
        session.send("K", b"15")  # too late, and no reason to break the connection
        self.assertFalse(session.take())
        keeper, = find_processes("agent\0exec\0" + session.id)
        self.assertTrue(alive(keeper))
        session.hang_up()
        self.sandbox.await_no_keepers()

    def test_connection_that_says_nothing(self):
        idle = [self.sandbox.connect() for _ in range(20)]
        self.assertEqual("0", self.sandbox.run(["true"]).report["code"])
        for connection in idle:
            connection.close()
        self.sandbox.await_no_keepers()

    def test_left_behind_processes_are_kept(self):
        session = self.sandbox.run("sleep 27184 & echo $!", session_id="left")
        wait_for(lambda: find_processes("sleep\x0027184"), what="the process left behind")
        listed = json.loads(self.sandbox.ask("ps")[1])
        self.assertEqual([("sleep 27184", "left", int(session.out))],
                         [(p["command"], p["exec_id"], p["pid"]) for p in listed])
        keeper, = find_processes("agent\0exec\0left")
        kill_processes("sleep\x0027184")
        wait_for(lambda: not alive(keeper), what="the end of the keeper")

    def test_timeout_and_cancel(self):
        self.assertEqual("timeout", self.sandbox.run([hostile(), "escape"], timeout_ms=300).report["cause"])
        session = self.sandbox.session([hostile(), "escape"])
        session.until_output(b"escaped")
        session.send("Q")
        self.assertEqual("cancelled", session.finish()["cause"])
        self.assertEqual([], find_processes(f"{hostile()}\0escape"))


class QuestionTest(SocketTestCase):
    def test_version(self):
        self.assertEqual((0, b"2\n", b""), self.sandbox.ask("version"))

    def test_processes(self):
        session = self.sandbox.session("exec sleep 27185", session_id="ex_1")
        session.until(lambda: session.pid)
        wait_for(lambda: find_processes("sleep\x0027185"), what="the command")
        status, out, err = self.sandbox.ask("ps")
        self.assertEqual((0, b""), (status, err))
        self.assertEqual([(session.pid, "sleep 27185", "ex_1")],
                         [(p["pid"], p["command"], p["exec_id"]) for p in json.loads(out)])
        session.send("Q")
        session.finish()

    def test_ports(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            status, out, _ = self.sandbox.ask("ports")
            self.assertEqual(0, status)
            self.assertIn({"address": "127.0.0.1", "port": server.getsockname()[1]}, json.loads(out))

    def test_a_long_answer_comes_in_frames(self):
        session = self.sandbox.session(["/bin/sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20;"
                                        " do sh -c 'sleep 27187; :' '%s' & done; echo on; wait" % ("y" * 5000)])
        session.until_output(b"on")
        wait_for(lambda: len(self.sandbox.ask("ps")[1]) > 65536, what="all processes")
        self.assertLess(20, len(json.loads(self.sandbox.ask("ps")[1])))
        session.send("Q")
        session.finish()

    def test_usage_errors_are_told(self):
        status, out, err = self.sandbox.ask("forward", "0", "1")
        self.assertEqual((64, b""), (status, out))
        self.assertIn(b"usage", err)
        self.assertEqual(64, self.sandbox.ask("init")[0])

    def test_malformed_questions(self):
        for payload in (b"", b"\0", b"arg=ps", b"what=ps\0", b"arg=x\0" * 9, b"arg=" + b"x" * 60000 + b"\0"):
            with self.subTest(payload=payload[:40]):
                session = self.sandbox.session()
                session.send("?", payload)
                self.assertIn("protocol error", session.finish()["error"])

    def test_question_that_is_cut(self):
        for length in (1, 4, 8):
            connection = self.sandbox.connect()
            connection.sendall(frame("?", b"arg=ps\0")[:length])
            connection.shutdown(socket.SHUT_WR)
            with connection, connection.makefile("rb") as answer:
                self.assertIn(b"protocol error", answer.read())
        self.sandbox.await_no_keepers()


class HostileTest(SocketTestCase):
    def test_nothing_inside_is_served(self):
        """Not even root inside: only a process without a number there."""
        probe = ("import socket; s = socket.socket(socket.AF_UNIX); s.connect('%s');"
                 "s.sendall(b'?\\0\\0\\0\\x07arg=ps\\0'); print(s.recv(100))" % self.sandbox.path)
        command = ["nsenter", "--target", str(self.sandbox.init), "--pid", "--mount", "--", "python3", "-c", probe]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=30)
        self.assertTrue(done.stdout == b"b''\n" or b"Error" in done.stderr, (done.stdout, done.stderr))
        self.assertNotIn(b"X", done.stdout)

    def test_commands_cannot_reach_the_socket(self):
        probe = f"import socket; socket.socket(socket.AF_UNIX).connect('{self.sandbox.path}')"
        self.assertIn(b"PermissionError", self.sandbox.run(["python3", "-c", probe]).err)
        self.assertEqual(b"", self.sandbox.run(f"ls {self.sandbox.directory}").out)

    def test_commands_have_no_descriptors_of_the_agent(self):
        others = [self.sandbox.session("read x", stdin=1) for _ in range(3)]
        for other in others:
            other.until(lambda: other.pid)
        self.assertEqual(b"0\n1\n2\n3\n", self.sandbox.run(["ls", "/proc/self/fd"]).out)
        for other in others:
            other.send("Q")
            other.finish()

    def test_one_session_cannot_keep_the_connection_of_another_open(self):
        first = self.sandbox.session("sleep 27186 & exit 0")
        first.until(lambda: first.pid)
        second = self.sandbox.session("sleep 27186 & exit 0")
        for session in (first, second):
            session.until(lambda: session.end)
            self.assertFalse(session.take())
            session.hang_up()

    def test_keeper_and_init_cannot_be_reached_by_commands(self):
        session = self.sandbox.session("read pid; for p in 1 $pid; do for what in fd environ maps mem root cwd; do"
                                       " cat /proc/$p/$what /proc/$p/$what/* 2>/dev/null && echo read $what; done;"
                                       " for n in 9 15 19; do kill -$n $p 2>/dev/null && echo killed; done; done; echo done",
                                       stdin=1)
        session.until(lambda: session.pid)
        keeper, = find_processes("agent\0exec\0" + session.id)
        with open(f"/proc/{keeper}/status") as file:
            inside = next(line.split()[-1] for line in file if line.startswith("NSpid:"))
        session.send("I", f"{inside}\n".encode())
        session.finish()
        self.assertEqual(b"done\n", session.out)

    def test_stop_does_not_wait_for_connections_that_say_nothing(self):
        idle = self.sandbox.connect()
        wait_for(self.sandbox.keepers, what="the connection's process")
        began = time.monotonic()
        os.kill(self.sandbox.init, signal.SIGTERM)
        self.assertEqual(0, self.sandbox.outer.wait(10))
        self.assertLess(time.monotonic() - began, 1.5)
        idle.close()

    def test_stop_does_not_wait_for_connections_that_were_just_made(self):
        idle = [self.sandbox.connect() for _ in range(300)]
        wait_for(self.sandbox.keepers, what="the first connection's process")
        began = time.monotonic()
        os.kill(self.sandbox.init, signal.SIGTERM)
        self.assertEqual(0, self.sandbox.outer.wait(10))
        self.assertLess(time.monotonic() - began, 1.5)
        for connection in idle:
            connection.close()

    def test_stop_with_sessions(self):
        session = self.sandbox.session("trap 'echo bye; exit 9' TERM; echo on; while :; do :; done")
        session.until_output(b"on")
        began = time.monotonic()
        os.kill(self.sandbox.init, signal.SIGTERM)
        self.assertEqual("9", session.finish()["code"])
        self.assertEqual(0, self.sandbox.outer.wait(10))
        self.assertLess(time.monotonic() - began, 1.5)
        self.assertEqual(b"on\nbye\n", session.out)
        self.assertEqual([], self.sandbox.names())


class FullTest(unittest.TestCase):
    def test_no_room_for_a_process(self):
        with group("pids", {"pids.max": 40}) as wrapper:
            sandbox = Sandbox(wrapper)
            self.addCleanup(sandbox.close)
            try:
                bomb = sandbox.session([hostile(), "bomb"])
                bomb.until_output(b"started\n")
                refused = 0
                deadline = time.monotonic() + 20
                while refused < 5 and time.monotonic() < deadline:
                    refused += "cannot fork" in sandbox.run(["true"]).report.get("error", "")
                self.assertEqual(5, refused)
                self.assertTrue(alive(sandbox.init))
                bomb.send("Q")
                self.assertEqual("cancelled", bomb.finish()["cause"])
                self.assertEqual("0", sandbox.run(["true"]).report["code"])
            finally:
                sandbox.outer.kill()


if __name__ == "__main__":
    unittest.main()
