"""The processes that wait for connections serve one session after the other, and nothing of one is left for the next."""
import os
import unittest

from commands import hostile
from driver import alive, find_processes, wait_for
from sandbox import Sandbox


class CrewTest(unittest.TestCase):
    def setUp(self):
        self.sandbox = Sandbox()
        self.addCleanup(self.sandbox.close)

    def await_waiting(self):
        return wait_for(lambda: self.sandbox.keepers() == [] and self.sandbox.waiting(), what="a waiting process")

    def served_by(self, *args, **options):
        """The report of a command, and the process that served it."""
        session = self.sandbox.session("read x; " + args[0], stdin=1, **options)
        session.until(lambda: session.pid)
        keeper, = find_processes("agent\0exec\0" + session.id)
        session.send("I", b"\n")
        return session.finish(), keeper

    def test_somebody_waits_from_the_beginning(self):
        waiting = self.await_waiting()
        self.assertIn(self.served_by("true")[1], waiting)

    def test_processes_are_used_again(self):
        keepers = set()
        for _ in range(20):
            self.await_waiting()
            keepers.add(self.served_by("true")[1])
        self.assertLessEqual(len(keepers), 3)

    def test_few_wait_after_many_at_once(self):
        sessions = [self.sandbox.session("read x", stdin=1) for _ in range(20)]
        for session in sessions:
            session.until(lambda: session.pid)
        for session in sessions:
            session.send("C")
            session.finish()
        self.await_waiting()
        self.assertLessEqual(len(self.sandbox.waiting()), 3)

    def test_one_that_was_killed_is_replaced(self):
        for _ in range(5):
            for pid in self.await_waiting():
                os.kill(pid, 9)
                wait_for(lambda: not alive(pid), what="its end")
            self.assertEqual("0", self.sandbox.run("true").report["code"])

    def test_a_report_tells_nothing_of_the_session_before(self):
        self.await_waiting()
        big = "python3 -c 'x = bytearray(100 << 20); sum(range(3000000))'"
        report, first = self.served_by(big)
        self.assertGreater(int(report["max_memory_bytes"]), 100 << 20)
        self.assertGreater(int(report["cpu_ms"]), 10)
        seconds = 0
        for _ in range(10):
            self.await_waiting()
            report, keeper = self.served_by("true")
            seconds += keeper == first
            self.assertLess(int(report["max_memory_bytes"]), 50 << 20)
            self.assertLess(int(report["cpu_ms"]), 10)
            self.assertEqual(("0", "exited"), (report["code"], report["cause"]))
        self.assertGreater(seconds, 0)

    def test_no_descriptor_stays_open(self):
        for options in ({}, {"window": 1 << 20}, {"pty": "80x24"}, {"max_output": 5}, {"timeout_ms": 50}):
            session = self.sandbox.session("echo 1234567; exec sleep 0.2", stdin=1, **options)
            session.until(lambda: session.end)
            if "window" in options:
                session.acknowledge()
                session.acknowledge(len(session.frames) + 1)
            session.finish()
            for pid in self.await_waiting():
                kinds = sorted(self.kind(pid, fd) for fd in os.listdir(f"/proc/{pid}/fd") if int(fd) > 2)
                once = [kind for kind in kinds if kind in ("/proc", "socket", "anon_inode:[signalfd]")]
                self.assertEqual(len(set(once)), len(once), kinds)
                self.assertEqual([], [kind for kind in kinds if kind in ("pipe", "/dev/null") or "/pt" in kind], kinds)

    @staticmethod
    def kind(pid, fd):
        target = os.readlink(f"/proc/{pid}/fd/{fd}")
        return target if target.startswith("anon_inode") else target.split(":[")[0]

    def test_who_keeps_what_was_left_behind_serves_nobody_else(self):
        session = self.sandbox.run("sleep 27300 & exit 0")
        self.assertEqual("0", session.report["code"])
        left, = wait_for(lambda: find_processes("sleep\x0027300"), what="what was left behind")
        keeper, = find_processes("agent\0exec\0" + session.id)
        for _ in range(5):
            self.assertNotEqual(keeper, self.served_by("true")[1])
        os.kill(left, 9)
        wait_for(lambda: not alive(keeper), what="the end of the keeper")

    def test_an_escapee_of_one_session_is_never_a_part_of_the_next(self):
        for _ in range(3):
            session = self.sandbox.session([hostile(), "escape"])
            session.until_output(b"escaped")
            session.send("Q")
            self.assertEqual("cancelled", session.finish()["cause"])
            self.assertEqual([], find_processes(f"{hostile()}\0escape"))
            self.assertEqual("exited", self.served_by("true")[0]["cause"])

    def test_a_broken_session_is_the_last_of_its_process(self):
        broken = self.sandbox.session("exec sleep 27301")
        broken.until(lambda: broken.pid)
        keeper, = find_processes("agent\0exec\0" + broken.id)
        broken.send("R")
        self.assertIn("protocol error", broken.finish()["error"])
        wait_for(lambda: not alive(keeper), what="its end")
        self.assertEqual("0", self.sandbox.run("true").report["code"])


if __name__ == "__main__":
    unittest.main()
