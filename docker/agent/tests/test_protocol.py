"""A server that breaks the protocol: the session ends with an error and nothing crashes."""
import random
import struct
import time
import unittest

from driver import DEADLINE, Exec, frame, find_processes, start_payload

# A number and not a time: a busy machine must not leave out what an idle one tries.
ROUNDS = 120
SEED = 20240607


def raw(data, close=True):
    execution = Exec()
    try:
        execution.send_raw(data)
    except BrokenPipeError:
        pass
    if close:
        execution.process.stdin.close()
    return execution


class MalformedStartTest(unittest.TestCase):
    def assert_error(self, data, close=False):
        execution = raw(data, close)
        report = execution.finish()
        self.assertTrue(report["error"].startswith("protocol error: "), report)
        self.assertEqual(2, execution.status)

    def test_frame_too_long(self):
        self.assert_error(b"S" + struct.pack(">I", 65537))
        self.assert_error(b"S\xff\xff\xff\xff")

    def test_other_first_frames(self):
        for kind in "ICKQX\0":
            self.assert_error(frame(kind, b"9"))

    def test_cut_frame(self):
        for length in (1, 4, 5, 20):
            self.assert_error(frame("S", start_payload(["true"]))[:length], close=True)

    def test_nothing_at_all(self):
        execution = raw(b"")
        self.assertIsNone(execution.read_frame(time.monotonic() + DEADLINE))
        self.assertEqual(0, execution.process.wait(DEADLINE))
        execution.process.stdout.close()
        execution.process.stderr.close()

    def test_bad_fields(self):
        good = start_payload(["true"])
        for payload in (
                b"", b"\0", good[:-1], good + b"nonsense\0", good + b"what=1\0", good + b"=\0", good + b"cwd=/\0",
                good.replace(b"cwd=/\0", b""), good.replace(b"cwd=/", b"cwd=here"),
                good.replace(b"arg=true\0", b""), good.replace(b"arg=true", b"arg="),
                good + b"env=\0", good + b"env==x\0", good + b"env=A\0",
                *(good + item + b"\0" for item in (
                    b"timeout_ms=", b"timeout_ms=x", b"timeout_ms=-1", b"timeout_ms=1 ", b"timeout_ms=99999999999999",
                    b"timeout_ms=99999999999999999999999", b"max_output=1e3", b"stdin=2", b"stdin=yes",
                    b"kill_children=")),
                good.replace(b"uid=65534", b"uid=0"), good.replace(b"uid=65534", b"uid=-1"),
                good.replace(b"uid=65534", b"uid=4294967295"), good.replace(b"uid=65534\0", b""),
                good.replace(b"gid=65533\0", b""), good.replace(b"gid=65533", b"gid=x")):
            with self.subTest(payload=payload):
                self.assert_error(frame("S", payload))

    def test_start_too_long(self):
        self.assert_error(frame("s", b"env=A=" + b"x" * 65000) * 17)


class MalformedControlTest(unittest.TestCase):
    def test_frames_after_the_start(self):
        for data in (frame("S", b"x"), frame("s", b"x"), frame("Z"), frame("\0"), frame("1", b"x"), frame("K"),
                     frame("K", b"0"), frame("K", b"-9"), frame("K", b"9x"), frame("K", b"65"), frame("K", b"9" * 100),
                     frame("C", b"x"), frame("Q", b"x"), b"I\x7f\xff\xff\xff"):
            with self.subTest(data=data):
                execution = Exec(["sleep", "27182"])
                execution.until(lambda: execution.pid)
                execution.send_raw(data)
                report = execution.finish()
                self.assertTrue(report["error"].startswith("protocol error: "), report)
                self.assertEqual([], find_processes("sleep\x0027182"))

    def test_cut_frame_is_the_servers_end(self):
        execution = Exec("exec sleep 27182", timeout_ms=300)
        execution.until(lambda: execution.pid)
        execution.send_raw(b"K\0\0")
        execution.process.stdin.close()
        self.assertEqual(0, execution.process.wait(DEADLINE))
        self.assertEqual([], find_processes("sleep\x0027182"))
        execution.process.stdout.close()
        execution.process.stderr.close()

    def test_frames_cut_anywhere_are_joined(self):
        execution = Exec()
        data = frame("S", start_payload(["cat"], stdin=1)) + frame("I", b"abc") + frame("C")
        for i in range(len(data)):
            execution.send_raw(data[i:i + 1])
        self.assertEqual("0", execution.finish()["code"])
        self.assertEqual(b"abc", execution.out)


class FuzzTest(unittest.TestCase):
    """Whatever comes, the agent ends by itself, without a word from a sanitizer."""

    def mutate(self, chance, data):
        data = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(len(data) + 1)
            kind = chance.randrange(4)
            if kind == 0 and place < len(data):
                data[place] = chance.randrange(256)
            elif kind == 1:
                del data[place:place + chance.randrange(1, 20)]
            elif kind == 2:
                data[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 20)))
            else:
                data[place:place] = frame(chance.choice("SsICKQEX"), chance.choice(
                    [b"", b"9", b"x" * 10, b"x" * 70000, b"\0" * 9]))
        return bytes(data)

    def one(self, chance):
        good = frame("S", start_payload(["cat"], stdin=1, timeout_ms=100)) + frame("I", b"abc" * 100) \
            + frame("K", b"28") + frame("C") + frame("Q")
        data = bytes(chance.randrange(256) for _ in range(chance.randrange(200))) if chance.random() < 0.2 \
            else self.mutate(chance, good)
        execution = raw(data, close=False)
        output, diagnostics = execution.process.communicate(timeout=DEADLINE)
        self.assertEqual(b"", diagnostics, (data, diagnostics))
        self.assertIn(execution.process.returncode, (0, 2), data)
        place = 0
        while place < len(output):
            length = struct.unpack(">I", output[place + 1:place + 5])[0]
            self.assertIn(output[place:place + 1], (b"R", b"W", b"1", b"2", b"E", b"X"))
            place += 5 + length
        self.assertEqual(len(output), place, "the output ends within a frame")

    def test_random_frames(self):
        chance = random.Random(SEED)
        for _ in range(ROUNDS):
            self.one(chance)


if __name__ == "__main__":
    unittest.main()
