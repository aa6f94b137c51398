"""Output and input: order, bytes, backpressure, limits."""
import hashlib
import os
import unittest

from driver import Exec, SANITIZED, WINDOW, children, run, wait_for


def resident_bytes(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))


def read_bytes(pid):
    """What the process has read from anywhere."""
    with open(f"/proc/{pid}/io") as file:
        return int(file.readline().split()[1])


class OutputTest(unittest.TestCase):
    def test_streams_are_separate(self):
        execution = run("echo out; echo err >&2")
        self.assertEqual((b"out\n", b"err\n"), (execution.out, execution.err))

    def test_devices_of_the_streams_can_be_opened(self):
        execution = run("echo a >/dev/stdout; echo b >/dev/stderr")
        self.assertEqual((b"a\n", b"b\n", "0"), (execution.out, execution.err, execution.report["code"]))

    def test_all_bytes_survive(self):
        execution = run(["python3", "-c", "import os; os.write(1, bytes(range(256)) * 1000)"])
        self.assertEqual(bytes(range(256)) * 1000, execution.out)

    def test_output_arrives_while_the_command_runs(self):
        execution = Exec("echo first; read line; echo $line", stdin=1)
        execution.until_output(b"first\n")
        execution.send("I", b"second\n")
        execution.finish()
        self.assertEqual(b"first\nsecond\n", execution.out)

    def test_fifty_megabytes_through_a_slow_reader_in_bounded_memory(self):
        size = 50_000_000
        execution = Exec(f"head -c {size} /dev/urandom | tee /dev/stderr | sha256sum; exit 3")
        execution.until(lambda: execution.pid)
        keeper = execution.keeper()
        largest, total, digest = 0, 0, hashlib.sha256()
        while execution.end is None:
            if len(execution.order) % 50 == 0 and total < size * 0.9:
                self.wait_for_standstill(keeper)
                largest = max(largest, resident_bytes(keeper))
            assert execution.take()
            total += len(execution.output["2"])
            digest.update(execution.output["2"])
            execution.output["2"].clear()
        report = execution.finish()
        self.assertEqual((size, "3"), (total, report["code"]))
        self.assertEqual(digest.hexdigest(), execution.out.decode().split()[0])
        self.assertLess(largest, (64 if SANITIZED else 2) << 20)

    def wait_for_standstill(self, pid):
        """Until the process has read nothing for a while, as its own output is not taken."""
        seen = [read_bytes(pid)]
        wait_for(lambda: seen.append(read_bytes(pid)) or (len(seen) > 3 and len(set(seen[-4:])) == 1))

    def test_command_waits_for_a_reader_that_stops(self):
        execution = Exec(["cat", "/dev/zero"])
        execution.until(lambda: execution.pid)
        self.wait_for_standstill(execution.pid)
        self.assertLess(read_bytes(execution.pid), 1 << 20)
        execution.send("Q")
        self.assertEqual("cancelled", execution.finish()["cause"])

    def test_reader_that_stops_loses_nothing_though_the_command_ends(self):
        execution = Exec(["python3", "-c", "import os; os.write(1, b'z' * 300000); os.write(2, b'w')"])
        execution.until(lambda: execution.pid)
        wait_for(lambda: execution.pid not in children(execution.keeper()), what="the end of the command")
        execution.finish()
        self.assertEqual((b"z" * 300000, b"w"), (execution.out, execution.err))

    def test_max_output_is_exact(self):
        for limit in (1, 1000, 65536, 1_000_001):
            execution = run("cat /dev/zero", max_output=limit)
            self.assertEqual((limit, "output_limit"), (len(execution.out), execution.report["cause"]))

    def test_max_output_counts_both_streams(self):
        execution = run("while :; do echo 123456789; echo 123456789 >&2; done", max_output=5000)
        self.assertEqual(5000, len(execution.out) + len(execution.err))
        self.assertEqual("output_limit", execution.report["cause"])

    def test_output_of_exactly_the_limit_is_no_excess(self):
        execution = run("head -c 5000 /dev/zero", max_output=5000)
        self.assertEqual((5000, "exited", "0"),
                         (len(execution.out), execution.report["cause"], execution.report["code"]))

    def test_excess_by_a_command_that_ended_by_itself(self):
        execution = run("head -c 5001 /dev/zero", max_output=5000)
        self.assertEqual((5000, "output_limit"), (len(execution.out), execution.report["cause"]))


class InputTest(unittest.TestCase):
    def test_ten_megabytes_within_the_window(self):
        data = os.urandom(10_000_000)
        execution = Exec(["cat"], stdin=1)
        sent = 0
        while sent < len(data):
            room = WINDOW - (sent - execution.acknowledged)
            if room == 0:
                assert execution.take()
                continue
            chunk = data[sent:sent + min(room, 65536)]
            execution.send("I", chunk)
            sent += len(chunk)
        execution.send("C")
        execution.finish()
        self.assertEqual(hashlib.sha256(data).digest(), hashlib.sha256(execution.out).digest())

    def test_close_ends_the_input(self):
        execution = Exec("cat; echo end", stdin=1)
        execution.send("I", b"some")
        execution.send("C")
        execution.finish()
        self.assertEqual(b"someend\n", execution.out)

    def test_control_frames_pass_full_input(self):
        execution = Exec("echo ready; exec sleep 1000", stdin=1)
        execution.until_output(b"ready")
        for _ in range(WINDOW // 65536):
            execution.send("I", b"x" * 65536)
        execution.send("K", b"9")
        self.assertEqual("9", execution.finish()["signal"])

    def test_input_nobody_reads_is_acknowledged(self):
        execution = Exec("exec <&-; echo closed; exec sleep 1000", stdin=1)
        execution.until_output(b"closed")
        for _ in range(4):
            execution.send("I", b"x" * 65536)
        execution.until(lambda: execution.acknowledged == WINDOW)
        execution.send("Q")
        self.assertEqual("cancelled", execution.finish()["cause"])

    def test_more_than_the_window_is_an_error(self):
        execution = Exec("echo ready; exec sleep 1000", stdin=1)
        execution.until_output(b"ready")
        try:
            for _ in range(8):
                execution.send("I", b"x" * 65536)
        except BrokenPipeError:
            pass
        self.assertIn("protocol error", execution.finish()["error"])

    def test_input_without_being_asked_for_is_an_error(self):
        execution = Exec("exec sleep 1000")
        execution.send("I", b"x")
        self.assertIn("protocol error", execution.finish()["error"])

    def test_input_after_its_end_is_an_error(self):
        execution = Exec("exec sleep 1000", stdin=1)
        execution.send("C")
        execution.send("I", b"x")
        self.assertIn("protocol error", execution.finish()["error"])


if __name__ == "__main__":
    unittest.main()
