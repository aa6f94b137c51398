"""Starting commands: what they are, what they get, and how they can fail to start."""
import os
import shutil
import tempfile
import unittest

from driver import GID, UID, run


class StartTest(unittest.TestCase):
    def test_exit_codes(self):
        for code in (0, 1, 7, 137, 255):
            execution = run(f"exit {code}")
            self.assertEqual((str(code), "", "exited"),
                             tuple(execution.report[key] for key in ("code", "signal", "cause")))
            self.assertEqual(0, execution.status)

    def test_death_by_signal(self):
        for number in (1, 9, 11, 15):
            report = run(f"kill -{number} $$").report
            self.assertEqual(("", str(number), "signalled"),
                             tuple(report[key] for key in ("code", "signal", "cause")))

    def test_running_comes_first_and_names_the_process(self):
        execution = run("echo $$")
        self.assertEqual("R", execution.order[0])
        self.assertEqual(execution.pid, int(execution.out))

    def test_arguments_are_passed_as_they_are(self):
        arguments = ["a b", "", "$HOME", "'", "ü", "*", "x" * 100000]
        execution = run(["printf", r"%s\n", *arguments])
        self.assertEqual("".join(a + "\n" for a in arguments).encode(), execution.out)

    def test_shell_line(self):
        self.assertEqual(b"a\nb\n", run("echo a && echo b").out)

    def test_environment_is_exactly_the_given_one(self):
        execution = run(["/usr/bin/env"], env=("A=1", "B=x=y", "C=", "PATH=/usr/bin"))
        self.assertEqual(b"A=1\nB=x=y\nC=\nPATH=/usr/bin\n", execution.out)

    def test_path_of_the_given_environment_is_searched(self):
        with tempfile.TemporaryDirectory() as directory:
            os.chmod(directory, 0o755)
            script = os.path.join(directory, "only-here")
            with open(script, "w") as file:
                file.write("#!/bin/sh\necho found\n")
            os.chmod(script, 0o755)
            self.assertEqual(b"found\n", run(["only-here"], env=(f"PATH={directory}",)).out)
            self.assertIn("error", run(["only-here"]).report)

    def test_large_start_spans_frames(self):
        env = tuple(f"V{i}={'y' * 1000}" for i in range(500))
        execution = run(["/usr/bin/env"], env=env)
        self.assertEqual("".join(e + "\n" for e in env).encode(), execution.out)

    def test_working_directory(self):
        self.assertEqual(b"/usr\n", run("pwd", cwd="/usr").out)

    def test_relative_command_is_searched_in_the_working_directory(self):
        self.assertEqual(b"x\n", run(["./echo", "x"], cwd="/bin").out)

    def test_missing_command(self):
        for command in ("/no/such", "no-such"):
            execution = run([command])
            self.assertIn("No such file or directory", execution.report["error"])
            self.assertIn(command, execution.report["error"])
            self.assertEqual(["E"], execution.order)
            self.assertEqual(0, execution.status)

    def test_missing_directory(self):
        execution = run("true", cwd="/no/such/place")
        self.assertEqual("cannot enter /no/such/place: No such file or directory", execution.report["error"])

    def test_directory_of_somebody_else(self):
        directory = tempfile.mkdtemp()
        try:
            self.assertIn("Permission denied", run("true", cwd=directory).report["error"])
        finally:
            shutil.rmtree(directory)

    def test_file_that_is_no_program(self):
        self.assertIn("Permission denied", run(["/etc/passwd"]).report["error"])

    def test_stdin_is_empty_unless_asked_for(self):
        self.assertEqual(b"0\n", run("wc -c").out)

    def test_user_and_group(self):
        self.assertEqual(f"{UID} {GID}\n".encode(), run("echo $(id -u) $(id -g)").out)

    def test_umask_and_core_limit(self):
        self.assertEqual(b"0022\n0\n", run("umask; ulimit -c").out)

    def test_signals_are_as_by_default(self):
        status = run("cat /proc/self/status").out.decode()
        for key in ("SigBlk", "SigIgn"):
            self.assertIn(f"{key}:\t{'0' * 16}\n", status)

    def test_refuses_root(self):
        self.assertIn("root", run("id", uid=0).report["error"])


if __name__ == "__main__":
    unittest.main()
