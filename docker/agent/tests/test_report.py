"""What the agent tells about processes, ports and resource use."""
import json
import os
import socket
import subprocess
import time
import unittest

from commands import disk, group, hostile, memory_limit
from driver import AGENT, SANITIZED, Exec, children, find_processes, kill_processes, run, wait_for


def agent(*arguments):
    return subprocess.run([AGENT, *arguments], stdout=subprocess.PIPE, check=True).stdout


def looks(pid):
    """How often the process has read something: as many files as there are processes at each look."""
    with open(f"/proc/{pid}/io") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("syscr"))


class UsageTest(unittest.TestCase):
    def test_processor_time_of_the_tree(self):
        report = run(f"{hostile()} burn 300; {hostile()} burn 300").report
        self.assertGreaterEqual(int(report["cpu_ms"]), 590)
        self.assertLess(int(report["cpu_ms"]), 1500)
        self.assertGreaterEqual(int(report["duration_ms"]), 590)

    def test_an_idle_command_uses_next_to_nothing(self):
        report = run(["sleep", "0.3"]).report
        self.assertLess(int(report["cpu_ms"]), 100)
        self.assertGreaterEqual(int(report["duration_ms"]), 300)
        self.assertLess(int(report["duration_ms"]), 2000)

    def test_orphans_are_counted(self):
        execution = Exec(f"(setsid {hostile()} burn 300 &) ; echo on; exec sleep 1000")
        execution.until_output(b"on")
        # An orphan of another session: only the agent can have reaped and counted it.
        wait_for(lambda: children(execution.keeper()) == [execution.pid], what="the end of the orphan")
        execution.send("Q")
        self.assertGreaterEqual(int(execution.finish()["cpu_ms"]), 295)

    def test_largest_resident_set(self):
        report = run([hostile(), "eat", "100"]).report
        self.assertGreaterEqual(int(report["max_memory_bytes"]), 100 << 20)
        self.assertLess(int(report["max_memory_bytes"]), 130 << 20)

    def test_memory_of_all_processes_together(self):
        script = " ".join([f"({hostile()} hold 60; :) &"] * 3) + " wait"
        execution = Exec(script)
        execution.until(lambda: execution.out.count(b"eaten") == 3)
        keeper = execution.keeper()
        looked = looks(keeper)
        wait_for(lambda: looks(keeper) > looked + 100, what="another look")
        execution.send("Q")
        report = execution.finish()
        self.assertGreaterEqual(int(report["max_memory_bytes"]), 180 << 20)
        self.assertLess(int(report["max_memory_bytes"]), 260 << 20)

    def test_ordinary_failure_meets_no_limit(self):
        report = run("exit 137").report
        self.assertEqual(("0", "0", "0"), tuple(report[k] for k in ("oom", "pids_limit", "disk_limit")))

    def test_out_of_memory(self):
        with group("memory", memory_limit(64 << 20)) as wrapper:
            execution = run([hostile(), "eat", "200"], wrapper=wrapper)
            self.assertEqual(("9", "1"), (execution.report["signal"], execution.report["oom"]))

    def test_processes_limit(self):
        with group("pids", {"pids.max": 12}) as wrapper:
            report = run("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 0.2 & done; wait", wrapper=wrapper).report
            self.assertEqual("1", report["pids_limit"])

    def test_file_size_limit(self):
        path = f"/tmp/agent-test-{os.getpid()}"
        limit = ("prlimit", "--fsize=10000")
        report = run(f"exec head -c 20000 /dev/zero > {path}", wrapper=limit).report
        self.assertEqual(("25", "1"), (report["signal"], report["disk_limit"]))
        report = run(f"head -c 20000 /dev/zero > {path}; exit $?", wrapper=limit).report
        self.assertEqual(("153", "1"), (report["code"], report["disk_limit"]))
        self.assertEqual("0", run("exit 153").report["disk_limit"])
        os.unlink(path)


    def test_full_disk(self):
        for option, command in (("size=1m", "exec head -c 5000000 /dev/zero > file"),
                                ("nr_inodes=8", "for i in 1 2 3 4 5 6 7 8 9; do : > $i || exit 1; done")):
            with self.subTest(option=option), disk(option) as directory:
                self.assertEqual("0", run("exit 1", cwd=directory).report["disk_full"])
                report = run(command, cwd=directory).report
                self.assertNotEqual("0", report["code"])
                self.assertEqual("1", report["disk_full"])
                self.assertEqual("0", run("exit 0", cwd=directory).report["disk_full"])
                self.assertEqual("1", run("kill -9 $$", cwd=directory).report["disk_full"])


class ProcessorTimeTest(unittest.TestCase):
    SLACK_MS = 400 if not SANITIZED else 1500

    def limited(self, command, limit, **options):
        report = run(command, cpu_ms=limit, **options).report
        self.assertEqual("cpu_limit", report["cause"])
        self.assertGreaterEqual(int(report["cpu_ms"]), limit - 20)
        self.assertLess(int(report["cpu_ms"]), limit + self.SLACK_MS)
        return report

    def test_one_process(self):
        self.assertEqual("15", self.limited([hostile(), "burn", "20000"], 300)["signal"])

    def test_processes_together(self):
        self.limited(" ".join([f"{hostile()} burn 20000 &"] * 5) + " wait", 500)

    def test_children_that_were_waited_for(self):
        self.limited(f"while :; do {hostile()} burn 50; done", 500)

    def test_orphans_in_sessions_of_their_own(self):
        self.limited(f"(setsid {hostile()} burn 20000 &); sleep 1000", 300)
        self.assertEqual([], find_processes(f"{hostile()}\0burn"))

    def test_waiting_costs_nothing(self):
        self.assertEqual("exited", run(["sleep", "0.5"], cpu_ms=200).report["cause"])

    def test_the_kernel_helps_when_the_agent_cannot_look(self):
        self.assertEqual(b"62\n63\n", run("ulimit -S -t; ulimit -H -t", cpu_ms=60999).out)
        report = run("ulimit -S -t 1; exec %s burn 20000" % hostile(), cpu_ms=60999).report
        self.assertEqual(("24", "cpu_limit"), (report["signal"], report["cause"]))
        self.assertEqual("signalled", run("kill -XCPU $$").report["cause"])

    def test_bad_limits(self):
        for value in ("", "x", "-1", "99999999999999"):
            self.assertIn("protocol error", run(["true"], cpu_ms=value).report["error"])


class ProcessesTest(unittest.TestCase):
    MARK = "sleep\x0016180"

    def tearDown(self):
        kill_processes(self.MARK)
        kill_processes(f"{hostile()}\0exec\0forged")

    def listed(self):
        return {entry["pid"]: entry for entry in json.loads(agent("ps").decode())}

    def exec_ids_of_both(self):
        """Waits until both processes have become what they execute."""
        def ids():
            return sorted(p["exec_id"] for p in self.listed().values() if p["command"] == "sleep 16180")
        wait_for(lambda: len(ids()) == 2, what="both processes")
        return ids()

    def test_what_is_left_behind_is_listed_with_its_exec(self):
        execution = run("(setsid sleep 16180 &) ; sleep 16180 & echo $!", exec_id="ex-1")
        self.assertEqual(["ex-1", "ex-1"], self.exec_ids_of_both())
        entry = self.listed()[int(execution.out)]
        self.assertEqual({"pid", "ppid", "command", "state", "cpu_ms", "memory_bytes", "started_at", "exec_id"},
                         set(entry))
        self.assertEqual("S", entry["state"])
        self.assertGreater(entry["memory_bytes"], 4096)
        self.assertLess(abs(entry["started_at"] - time.time() * 1000), 30_000)

    def test_execs_are_told_apart(self):
        for exec_id in ("ex-a", "ex-b"):
            run("sleep 16180 &", exec_id=exec_id)
        self.assertEqual(["ex-a", "ex-b"], self.exec_ids_of_both())

    def test_roots_processes_are_left_out(self):
        execution = Exec("exec sleep 16180", exec_id="hidden")
        execution.until(lambda: execution.pid)
        listed = self.listed()
        self.assertIn(execution.pid, listed)
        self.assertNotIn(execution.keeper(), listed)
        self.assertNotIn(execution.process.pid, listed)
        execution.send("Q")
        execution.finish()

    def test_hostile_command_lines_make_valid_json(self):
        hostile_argument = os.fsdecode(b'"\\\n\t\x01\x7f\xff\xc3\x28\xed\xa0\x80\xf0\x9f\x98\x80</script>')
        execution = Exec(["/bin/sh", "-c", "echo ready; read x", hostile_argument], stdin=1)
        execution.until_output(b"ready")
        command = self.listed()[execution.pid]["command"]
        execution.send("C")
        execution.finish()
        self.assertTrue(command.startswith("/bin/sh -c echo ready; read x \"\\\n\t\x01\x7f\ufffd\ufffd("), command)
        self.assertTrue(command.endswith("\U0001f600</script>"), command)

    def test_long_command_lines_are_cut(self):
        execution = Exec(["/bin/sh", "-c", "echo ready; read x", "ab" + "é" * 5000], stdin=1)
        execution.until_output(b"ready")
        command = self.listed()[execution.pid]["command"]
        execution.send("C")
        execution.finish()
        self.assertIn(len(command.encode()), (4095, 4096))
        self.assertNotIn("\ufffd", command)

    def test_zombies_and_empty_command_lines_have_their_name(self):
        execution = Exec(["python3", "-c", "import os, time\nif os.fork() == 0: os._exit(0)\n"
                          "print('ready', flush=True)\ninput()"], stdin=1)
        execution.until_output(b"ready")
        zombie = wait_for(lambda: [p for p in self.listed().values() if p["ppid"] == execution.pid and p["state"] == "Z"],
                          what="the zombie")
        self.assertTrue(zombie[0]["command"].startswith("[python3"), zombie)
        execution.send("I", b"\n")
        execution.finish()

    def test_no_command_passes_for_an_agent(self):
        execution = Exec(f"{hostile()} exec forged & {hostile()} exec forged; wait", exec_id="true-id")
        execution.until(lambda: execution.out.count(b"hidden") == 2)
        forged = [p for p in self.listed().values() if p["command"].endswith("exec forged")
                  and p["command"].startswith(hostile())]
        self.assertEqual(["true-id", "true-id"], [p["exec_id"] for p in forged])
        execution.send("Q")
        execution.finish()


class PortsTest(unittest.TestCase):
    def test_listening_sockets_of_both_families(self):
        with socket.create_server(("127.0.0.1", 0)) as v4, \
                socket.create_server(("::1", 0), family=socket.AF_INET6) as v6, \
                socket.create_server(("0.0.0.0", 0)) as every, \
                socket.create_server(("127.0.0.11", 0)) as resolver:
            ports = json.loads(agent("ports"))
            for server, address in ((v4, "127.0.0.1"), (v6, "::1"), (every, "0.0.0.0")):
                self.assertIn({"address": address, "port": server.getsockname()[1]}, ports)
            self.assertNotIn("127.0.0.11", [entry["address"] for entry in ports])
            client = socket.create_connection(v4.getsockname())
            self.assertNotIn(client.getsockname()[1], [entry["port"] for entry in json.loads(agent("ports"))])
            client.close()
            self.assertTrue(resolver.fileno() >= 0)


class VersionTest(unittest.TestCase):
    def test_version(self):
        self.assertEqual(b"2\n", agent("version"))

    def test_usage_errors(self):
        for arguments in ([], ["what"], ["exec"], ["forward"], ["forward", "0", "1"], ["forward", "80", "0"],
                          ["forward", "65536", "1"], ["init"]):
            process = subprocess.run([AGENT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            self.assertEqual(64, process.returncode, arguments)


if __name__ == "__main__":
    unittest.main()
