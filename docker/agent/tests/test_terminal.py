"""Commands with a terminal."""
import os
import unittest

from commands import hostile
from driver import UID, Exec, find_processes, kill_processes, run, wait_for
from sandbox import Sandbox

PYTHON = "python3"


class TerminalTest(unittest.TestCase):
    def test_it_is_a_terminal_of_that_size_on_all_three_descriptors(self):
        execution = run("for n in 0 1 2; do [ -t $n ] && echo yes; done; stty size; tty; exit 4", pty="123x45")
        name = execution.out.decode().splitlines()[-1]
        self.assertTrue(name.startswith("/dev/pts/"), name)
        self.assertEqual(f"yes\r\nyes\r\nyes\r\n45 123\r\n{name}\r\n".encode(), execution.out)
        self.assertEqual(("4", b""), (execution.report["code"], execution.err))

    def test_it_is_the_controlling_terminal_and_belongs_to_the_user(self):
        execution = run(f"echo a >/dev/tty; stat -c '%u' $(tty); echo b >$(tty); ps -o tpgid= -p $$ | grep -qw $$ && echo front",
                        pty="80x24")
        self.assertEqual(f"a\r\n{UID}\r\nb\r\nfront\r\n".encode(), execution.out)

    def test_no_descriptors_but_the_streams(self):
        self.assertEqual(b"0\r\n1\r\n2\r\n3\r\n", run(["ls", "-1", "/proc/self/fd"], pty="80x24").out)

    def test_input_is_echoed_and_read_by_lines(self):
        execution = Exec("read line; echo got $line", pty="80x24")
        execution.until(lambda: execution.pid)
        execution.send("I", b"helo\x7flo\n")
        execution.finish()
        self.assertIn(b"got hello\r\n", execution.out)
        self.assertEqual(8, execution.acknowledged)

    def test_interrupt_character_reaches_the_foreground(self):
        # It begins no other program: dash loses an interrupt that comes while it does.
        execution = Exec("trap 'echo caught; exit 3' INT; echo on; while :; do :; done", pty="80x24")
        execution.until_output(b"on\r\n")
        execution.send("I", b"\x03")
        self.assertEqual("3", execution.finish()["code"])
        self.assertIn(b"caught\r\n", execution.out)

    def test_end_of_input_may_be_sent_again_and_again(self):
        execution = Exec("cat; echo one; cat; echo two; cat; echo three", pty="80x24")
        for name in (b"one", b"two", b"three"):
            execution.send("I", b"x" + name + b"\n")
            execution.send("C")
            execution.until_output(b"\n" + name)
        self.assertEqual("0", execution.finish()["code"])
        # Only the bytes that were sent are acknowledged, not the ends.
        self.assertEqual(len(b"xone\nxtwo\nxthree\n"), execution.acknowledged)

    def test_end_is_the_character_that_the_terminal_has(self):
        execution = Exec("stty eof z; echo on; cat; echo over", pty="80x24")
        execution.until_output(b"on\r\n")
        execution.send("C")
        self.assertEqual("0", execution.finish()["code"])

    def test_resize(self):
        # Blocked and waited for: a handler would miss a signal that comes just before the wait.
        execution = Exec([PYTHON, "-c", "import os, signal\n"
                          "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])\nos.write(1, b'on')\n"
                          "while signal.sigwait([signal.SIGWINCH]): os.write(1, str(tuple(os.get_terminal_size())).encode())"],
                         pty="80x24")
        execution.until_output(b"on")
        execution.send("Z", b"100x30")
        execution.until_output(b"(100, 30)")
        execution.send("Z", b"1000x1")
        execution.until_output(b"(1000, 1)")
        execution.send("Q")
        execution.finish()

    def test_bad_sizes(self):
        for size in ("", "x", "80", "80x", "x24", "0x24", "80x0", "1001x24", "80x1001", "80x24x1", "80X24", "-1x24", "80 x24"):
            with self.subTest(size=size):
                self.assertIn("protocol error", run(["true"], pty=size).report["error"])
                execution = Exec(["sleep", "27301"], pty="80x24")
                execution.until(lambda e=execution: e.pid)
                execution.send("Z", size.encode())
                self.assertIn("protocol error", execution.finish()["error"])
        self.assertEqual([], find_processes("sleep\x0027301"))

    def test_resize_without_a_terminal(self):
        execution = Exec(["sleep", "27301"])
        execution.until(lambda: execution.pid)
        execution.send("Z", b"80x24")
        self.assertIn("protocol error", execution.finish()["error"])

    def test_all_output_survives_the_end_of_the_command(self):
        for size in (1, 5000, 70000, 1000000):
            execution = run([PYTHON, "-c", f"import os\nleft = {size}\nwhile left: left -= os.write(1, b'x' * left)"],
                            pty="80x24")
            self.assertEqual(size, len(execution.out))

    def test_output_while_input_is_not_read(self):
        execution = Exec("stty -echo -icanon; echo on; sleep 0.3; exec head -c 60000 >/dev/null", pty="80x24")
        execution.until_output(b"on")
        for _ in range(4):
            execution.send("I", b"y" * 65536)
        execution.send("C")
        self.assertEqual("0", execution.finish()["code"])

    def test_command_that_lets_go_of_the_terminal_and_comes_back(self):
        execution = run("exec <&- >&- 2>&-; sleep 0.2; echo back >/dev/tty", pty="80x24")
        self.assertEqual(b"back\r\n", execution.out)

    def test_limits_hold(self):
        self.assertEqual("timeout", run([hostile(), "escape"], pty="80x24", timeout_ms=300).report["cause"])
        execution = run("yes", pty="80x24", max_output=5000)
        self.assertEqual((5000, "output_limit"), (len(execution.out), execution.report["cause"]))
        self.assertEqual([], find_processes(f"{hostile()}\0escape"))

    def test_background_writer_delays_nothing(self):
        report = run("trap '' HUP; (trap '' HUP; while :; do echo x; done) & sleep 0.1; exit 2", pty="80x24",
                     kill_children=1).report
        self.assertEqual("2", report["code"])
        report = run("(trap '' HUP; exec setsid sleep 27302) & sleep 0.1; exit 2", pty="80x24").report
        self.assertEqual("2", report["code"])
        kill_processes("sleep\x0027302")

    def test_over_the_socket_and_after_another_attachment(self):
        sandbox = Sandbox()
        self.addCleanup(sandbox.close)
        session = sandbox.session("echo on; read a; echo =$a; stty size", pty="80x24", window=65536)
        session.until_output(b"on\r\n")
        session.hang_up()
        again = sandbox.attach(session.id, 0)
        again.until(lambda: again.acknowledged)
        again.send("Z", b"90x20")
        again.send("I", b"hi\n")
        self.assertEqual("0", again.finish()["code"])
        self.assertTrue(again.out.endswith(b"=hi\r\n20 90\r\n"), again.out)

    def test_terminals_are_given_back(self):
        before = len(os.listdir("/dev/pts"))
        for _ in range(20):
            run(["true"], pty="80x24")
        wait_for(lambda: len(os.listdir("/dev/pts")) <= before, what="the end of the terminals")


if __name__ == "__main__":
    unittest.main()
