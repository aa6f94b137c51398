"""How execs end: timeouts, signals, trees, what is left behind."""
import os
import time
import unittest

from commands import group, hostile
from driver import Exec, alive, find_processes, kill_processes, run, wait_for

# Commands would go on for longer than this, and a busy machine may take its time.
SLACK = 10


class TimeoutTest(unittest.TestCase):
    def timed(self, command, timeout_ms, wrapper=()):
        began = time.monotonic()
        execution = run(command, timeout_ms=timeout_ms, wrapper=wrapper)
        took = time.monotonic() - began
        self.assertEqual("timeout", execution.report["cause"])
        self.assertGreaterEqual(took, timeout_ms / 1000)
        self.assertLess(took, timeout_ms / 1000 + SLACK)
        return execution

    def test_silent_command(self):
        self.assertEqual("15", self.timed(["sleep", "1000"], 300).report["signal"])

    def test_command_that_ignores_termination(self):
        execution = self.timed("trap '' TERM; echo on; while :; do sleep 1000; done", 300)
        self.assertEqual((b"on\n", "9"), (execution.out, execution.report["signal"]))

    def test_last_words_on_termination_are_heard(self):
        self.assertEqual(b"bye\n", self.timed("trap 'echo bye; exit 4' TERM; while :; do :; done", 300).out)

    def test_stopped_command(self):
        self.timed("kill -STOP $$", 300)

    def test_escapees(self):
        execution = self.timed([hostile(), "escape"], 500)
        self.assertEqual(b"escaped\n", execution.out)
        self.assertEqual([], find_processes(f"{hostile()}\0escape"))

    def test_fork_bomb_within_a_user_limit(self):
        self.timed([hostile(), "bomb"], 500, wrapper=("prlimit", "--nproc=200"))
        self.assertEqual([], find_processes(f"{hostile()}\0bomb"))

    def test_fork_bomb_within_a_group(self):
        with group("pids", {"pids.max": 200}) as wrapper:
            execution = self.timed([hostile(), "bomb"], 500, wrapper=wrapper)
            self.assertEqual([], find_processes(f"{hostile()}\0bomb"))
            self.assertEqual("1", execution.report["pids_limit"])

    def test_chain_of_processes_that_end_at_once(self):
        execution = self.timed(f"{hostile()} run-away & sleep 1000; :", 500)
        self.assertEqual(b"started\n", execution.out)
        self.assertEqual([], find_processes(f"{hostile()}\0run-away"))

    def test_reader_that_stops_does_not_stop_the_clock(self):
        execution = Exec("yes", timeout_ms=300)
        execution.until(lambda: execution.pid)
        pid, keeper = execution.pid, execution.keeper()
        wait_for(lambda: not alive(pid), 5, "the end of the command")
        self.assertTrue(alive(keeper))
        self.assertEqual("timeout", execution.finish()["cause"])


class ServerGoneTest(unittest.TestCase):
    def test_timeout_is_still_enforced(self):
        execution = Exec("echo go; yes & sleep 1000", timeout_ms=500)
        execution.until_output(b"go")
        keeper, began = execution.keeper(), time.monotonic()
        execution.process.stdin.close()
        execution.process.stdout.close()
        self.assertEqual(0, execution.process.wait(10))
        self.assertLess(time.monotonic() - began, 0.5 + SLACK)
        wait_for(lambda: not alive(keeper), what="the end of the keeper")
        execution.process.stderr.close()

    def test_command_goes_on(self):
        execution = Exec("echo go; read end; head -c 3000000 /dev/zero; touch /tmp/agent-test-$$; exec sleep 1000",
                         stdin=1, timeout_ms=60000)
        execution.until_output(b"go")
        pid = execution.pid
        execution.process.stdin.close()
        mark = f"/tmp/agent-test-{pid}"
        wait_for(lambda: os.path.exists(mark), what="the command's work")
        os.unlink(mark)
        os.kill(pid, 9)
        self.assertEqual(0, execution.process.wait(10))
        execution.process.stdout.close()
        execution.process.stderr.close()


class SignalTest(unittest.TestCase):
    def test_signal_reaches_the_whole_tree_once(self):
        # The shells begin nothing: dash loses a signal that comes while it begins a program.
        script = "trap 'echo {0}; n=1' USR1; echo ready; while [ -z \"$n\" ]; do :; done"
        inner = "sh -c '" + script.format("child").replace("'", "'\\''") + "' &"
        execution = Exec(inner + script.format("parent") + "; wait")
        execution.until(lambda: execution.out.count(b"ready") == 2)
        execution.send("K", b"10")
        execution.finish()
        self.assertEqual((1, 1), (execution.out.count(b"child"), execution.out.count(b"parent")))

    def test_kill_is_reported(self):
        execution = Exec(["sleep", "1000"])
        execution.until(lambda: execution.pid)
        execution.send("K", b"2")
        report = execution.finish()
        self.assertEqual(("2", "signalled"), (report["signal"], report["cause"]))

    def test_cancel_ends_the_tree(self):
        execution = Exec([hostile(), "escape"])
        execution.until_output(b"escaped")
        execution.send("Q")
        self.assertEqual("cancelled", execution.finish()["cause"])
        self.assertEqual([], find_processes(f"{hostile()}\0escape"))

    def test_the_first_cause_stays(self):
        execution = Exec("trap '' TERM; echo on; while :; do sleep 1; done", timeout_ms=400)
        execution.until_output(b"on")
        execution.send("Q")
        self.assertEqual("cancelled", execution.finish()["cause"])


class BackgroundTest(unittest.TestCase):
    def tearDown(self):
        kill_processes("sleep\x0031415")

    def test_background_process_delays_nothing_and_lives_on(self):
        began = time.monotonic()
        execution = run("sleep 31415 & echo $!", exec_id="left-behind")
        self.assertLess(time.monotonic() - began, SLACK)
        self.assertEqual(("0", "exited"), (execution.report["code"], execution.report["cause"]))
        self.assertTrue(alive(int(execution.out)))

    def test_background_writer_is_neither_waited_for_nor_broken(self):
        execution = run("yes & echo $! >&2")
        pid = int(execution.err)
        self.assertTrue(alive(pid))
        os.kill(pid, 9)

    def test_keeper_ends_with_the_last_process(self):
        execution = Exec("sleep 31415 & echo $!; read line", exec_id="keeper-ends", stdin=1)
        execution.until_output(b"\n")
        keeper = execution.keeper()
        execution.send("C")
        execution.finish()
        self.assertTrue(alive(keeper))
        os.kill(int(execution.out), 9)
        wait_for(lambda: not alive(keeper), what="the end of the keeper")

    def test_kill_children_leaves_none(self):
        execution = run("trap '' TERM; setsid sleep 31415 & sleep 31415 & exit 5", kill_children=1)
        self.assertEqual(("5", "exited"), (execution.report["code"], execution.report["cause"]))
        self.assertEqual([], find_processes("sleep\x0031415"))


if __name__ == "__main__":
    unittest.main()
