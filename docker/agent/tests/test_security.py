"""What a command must not have, see or do."""
import os
import unittest

from commands import hostile
from driver import Exec, GID, UID, find_processes, run


class SecurityTest(unittest.TestCase):
    def status(self):
        lines = run(["cat", "/proc/self/status"]).out.decode().splitlines()
        return dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    def test_no_capabilities_and_no_way_to_new_ones(self):
        status = self.status()
        for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual("0" * 16, status[name], name)
        self.assertEqual("1", status["NoNewPrivs"])

    def test_the_same_from_an_agent_with_the_containers_capabilities(self):
        kept = "+setuid,+setgid,+setpcap,+kill"
        wrapper = ("setpriv", "--bounding-set", f"-all,{kept}", "--inh-caps", "-all", "--no-new-privs")
        execution = Exec(["cat", "/proc/self/status"], wrapper=wrapper)
        execution.finish()
        for line in execution.out.decode().splitlines():
            if line.startswith("Cap"):
                self.assertEqual("0" * 16, line.split("\t")[1], line)

    def test_ending_a_tree_with_the_containers_capabilities_only(self):
        wrapper = ("setpriv", "--bounding-set", "-all,+setuid,+setgid,+setpcap,+kill", "--inh-caps", "-all",
                   "--no-new-privs")
        execution = Exec([hostile(), "escape"], wrapper=wrapper, timeout_ms=300)
        self.assertEqual("timeout", execution.finish()["cause"])
        self.assertEqual([], find_processes(f"{hostile()}\0escape"))

    def test_identity(self):
        status = self.status()
        self.assertEqual("\t".join([str(UID)] * 4), status["Uid"])
        self.assertEqual("\t".join([str(GID)] * 4), status["Gid"])
        self.assertEqual("", status["Groups"].strip())

    def test_no_descriptors_but_the_streams(self):
        with open("/etc/shadow") as secret:
            os.set_inheritable(secret.fileno(), True)
            execution = Exec(["ls", "/proc/self/fd"], pass_fds=[secret.fileno()])
            execution.finish()
        self.assertEqual(b"0\n1\n2\n3\n", execution.out)  # 3 is the listing's own

    def test_no_way_to_the_keeper(self):
        execution = Exec("read pid; for what in fd environ maps mem root cwd; do"
                         " cat /proc/$pid/$what /proc/$pid/$what/* 2>/dev/null && echo read $what;"
                         " ls /proc/$pid/$what/ 2>/dev/null && echo listed $what; done;"
                         " for n in 9 15 19; do kill -$n $pid 2>/dev/null && echo killed; done; echo done", stdin=1)
        execution.until(lambda: execution.pid)
        execution.send("I", f"{execution.keeper()}\n".encode())
        self.assertEqual("0", execution.finish()["code"])
        self.assertEqual(b"done\n", execution.out)

    def test_no_way_to_the_agents_waiting_process(self):
        execution = Exec("read pid; kill -9 $pid; ls /proc/$pid/fd/ /proc/$pid/fd/* && echo listed; echo done", stdin=1)
        execution.until(lambda: execution.pid)
        execution.send("I", f"{execution.process.pid}\n".encode())
        execution.finish()
        self.assertEqual(b"done\n", execution.out)

    def test_command_is_the_first_to_be_chosen_when_memory_ends(self):
        self.assertEqual(b"500\n", run("cat /proc/self/oom_score_adj").out)

    def test_command_cannot_take_the_processor_from_the_agent(self):
        self.assertEqual(b"19\n", run("nice; nice -n -1 true 2>/dev/null || :").out)

    def test_agent_does_not_leave_its_environment_to_the_command(self):
        os.environ["AGENT_TEST_SECRET"] = "1"
        self.addCleanup(os.environ.pop, "AGENT_TEST_SECRET")
        self.assertNotIn(b"SECRET", run(["/usr/bin/env"]).out)


if __name__ == "__main__":
    unittest.main()
