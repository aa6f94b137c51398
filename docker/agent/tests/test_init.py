"""The first process of a sandbox, in a process namespace of its own."""
import os
import signal
import subprocess
import time
import unittest

from driver import AGENT, Exec, alive, children, wait_for


class InitTest(unittest.TestCase):
    def setUp(self):
        self.outer = subprocess.Popen(["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", AGENT, "init"])
        self.addCleanup(self.outer.wait)
        self.addCleanup(self.outer.kill)
        self.init = wait_for(self.find_init, what="the start of init")

    def find_init(self):
        pids = children(self.outer.pid)
        if not pids:
            return None
        # Until it waits for them the kernel may drop signals to the first process.
        with open(f"/proc/{pids[0]}/status") as file:
            status = file.read()
        ready = "Name:\tagent" in status and "State:\tS" in status
        return pids[0] if ready else None

    def inside(self, args, **options):
        wrapper = ("nsenter", "--target", str(self.init), "--pid", "--mount", "--")
        return Exec(args, wrapper=wrapper, **options)

    def test_adopted_processes_are_reaped(self):
        execution = self.inside("for i in 1 2 3; do (sleep 0.01 & exec true) & done; wait; sleep 0.05 & exit 3")
        self.assertEqual("3", execution.finish()["code"])
        # The keeper becomes a child of init when the engine's process ends, and ends with the last sleep.
        wait_for(lambda: children(self.init) == [], what="init without children")

    def stop(self, number=signal.SIGTERM):
        began = time.monotonic()
        os.kill(self.init, number)
        self.assertEqual(0, self.outer.wait(10))
        return time.monotonic() - began

    def test_stop_when_idle_is_immediate(self):
        self.assertLess(self.stop(), 1)

    def test_interrupt_stops_too(self):
        self.assertLess(self.stop(signal.SIGINT), 1)

    # The shell begins no other program: dash loses a signal that comes while it does.
    def test_stop_lets_commands_end(self):
        execution = self.inside("trap 'echo bye; exit 9' TERM; echo on; while :; do :; done")
        execution.until_output(b"on")
        began = time.monotonic()
        os.kill(self.init, signal.SIGTERM)
        self.assertEqual("9", execution.finish()["code"])
        self.assertEqual(0, self.outer.wait(10))
        self.assertLess(time.monotonic() - began, 1.5)
        self.assertEqual(b"on\nbye\n", execution.out)

    def test_stop_ends_what_ignores_it(self):
        execution = self.inside("trap '' TERM; echo on; while :; do sleep 1; done")
        execution.until_output(b"on")
        pid = execution.process.pid
        took = self.stop()
        self.assertGreater(took, 1.9)
        self.assertLess(took, 4)
        wait_for(lambda: not alive(pid), what="the end of the agent")
        for pipe in (execution.process.stdin, execution.process.stdout, execution.process.stderr):
            pipe.close()
        execution.process.wait(10)

    def test_commands_cannot_stop_it(self):
        execution = self.inside("for n in 1 2 9 15 19; do kill -$n 1 && echo sent; done; echo done")
        execution.finish()
        self.assertEqual(b"done\n", execution.out)
        self.assertTrue(alive(self.init))

    def test_timeout_inside(self):
        execution = self.inside("trap '' TERM; setsid sleep 1000 & sleep 1000", timeout_ms=200)
        self.assertEqual("timeout", execution.finish()["cause"])

    def test_refuses_to_be_anything_but_the_first_process(self):
        process = subprocess.run([AGENT, "init"], stderr=subprocess.PIPE, check=False)
        self.assertEqual(64, process.returncode)


if __name__ == "__main__":
    unittest.main()
