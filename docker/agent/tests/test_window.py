"""Sessions with a window: what is kept, and what acknowledgements do."""
import unittest

from driver import SANITIZED, find_processes, wait_for
from windows import SMALL, WindowTestCase


class AcknowledgementTest(WindowTestCase):
    def test_the_window_bounds_what_is_sent(self):
        session = self.start("head -c 1000000 /dev/zero; echo end >&2")
        sent = self.standstill(session.id)
        session.until(lambda: len(session.frames) == sent)
        held = sum(len(payload) + 16 for _, payload in session.frames)
        self.assertLessEqual(held, SMALL)
        self.assertGreater(held, SMALL - 8192)
        self.assertEqual("0", self.complete(session)["code"])
        self.assertEqual((1000000, b"end\n"), (len(session.out), session.err))

    def test_small_frames_count_for_more_than_their_bytes(self):
        session = self.start(["python3", "-c", "import os, time\nfor i in range(20000):\n os.write(i % 2 + 1, b'x')"
                              "\n if i % 50 == 0: time.sleep(0.0005)"])
        sent = self.standstill(session.id)
        session.until(lambda: len(session.frames) == sent)
        self.assertLessEqual(sum(len(payload) + 16 for _, payload in session.frames), SMALL)
        self.complete(session)
        self.assertEqual(20000, len(session.out) + len(session.err))

    def test_memory_shrinks_with_acknowledgements(self):
        # It lasts for some looks at its use of memory, whose lists lie behind the frames then.
        session = self.start("head -c 3900000 /dev/zero; sleep 0.5; echo end >&2; read x", window=4194304, stdin=1)
        keeper, = find_processes(f"agent\0exec\0{session.id}")

        def resident():
            with open(f"/proc/{keeper}/status") as file:
                return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))
        session.until_output(b"end\n", "2")
        self.assertGreater(resident(), 3900000)
        session.acknowledge()
        if not SANITIZED:  # which keeps what is freed, to find uses of it
            wait_for(lambda: resident() < 2 << 20, what="the memory to be given back")
        session.send("C")
        self.complete(session)

    def test_wrong_acknowledgements(self):
        for payload in (b"", b"-1", b"x", b"3", b"1 ", b"99999999999999999999"):
            with self.subTest(payload=payload):
                session = self.start("echo one; exec sleep 27190")
                session.until_output(b"one\n")
                session.send("A", payload)
                self.assertIn("protocol error", session.finish()["error"])
                self.assertEqual([], find_processes("sleep\x0027190"))
                wait_for(lambda s=session: s.id not in self.sandbox.names(), what="the failed session's end")

    def test_acknowledgement_that_goes_back(self):
        session = self.start("echo one; sleep 0.1; echo two; exec sleep 27190")
        session.until_output(b"two\n")
        session.acknowledge(2)
        session.acknowledge(2)
        session.acknowledge(1)
        self.assertIn("protocol error", session.finish()["error"])

    def test_report_is_acknowledged_only_once_it_was_sent(self):
        session = self.start("echo one; exec sleep 27190")
        session.until_output(b"one\n")
        session.acknowledge(2)
        self.assertIn("protocol error", session.finish()["error"])

    def test_without_a_window_there_is_nothing_to_acknowledge(self):
        session = self.sandbox.session("echo one; exec sleep 27190")
        session.until_output(b"one\n")
        session.acknowledge(1)
        self.assertIn("protocol error", session.finish()["error"])

    def test_bad_windows(self):
        for options in ({"window": 65535}, {"window": 4194305}, {"window": 0}, {"window": "x"},
                        {"window": SMALL, "linger_ms": 86400001}, {"window": SMALL, "linger_ms": -1}):
            with self.subTest(options=options):
                self.assertIn("protocol error", self.sandbox.run(["true"], **options).report["error"])

    def test_sessions_that_fail_to_start_are_forgotten_at_once(self):
        self.assertIn("No such file", self.sandbox.run(["/no/such"], window=SMALL).report["error"])
        wait_for(lambda: self.sandbox.names() == ["agent.sock"], what="the failed session's end")
        self.sandbox.await_no_keepers()


if __name__ == "__main__":
    unittest.main()
