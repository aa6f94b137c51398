"""Sessions with a window outlive the server: another one goes on with them."""
import os
import random
import unittest

from driver import WINDOW, find_processes, kill_processes, wait_for
from windows import SMALL, WindowTestCase


class AttachTest(WindowTestCase):
    def test_output_goes_on_where_it_was_safe(self):
        session = self.start("echo 1; read x; echo $x; exit 7", stdin=1)
        session.until_output(b"1\n")
        session.hang_up()
        again = self.sandbox.attach(session.id, 1)
        again.until(lambda: again.acknowledged)
        self.assertEqual((["R", "W"], session.pid, WINDOW), (again.order, again.pid, again.acknowledged))
        again.send("I", b"hello\n")
        report = self.complete(again)
        self.assertEqual((b"hello\n", "7"), (again.out, report["code"]))

    def test_replayed_frames_are_the_same(self):
        session = self.start(["python3", "-c", "import os, time\nfor i in range(100):\n os.write(i % 2 + 1, b'%d ' % i)"
                              "\n time.sleep(0.002)"], window=1 << 20)
        session.until(lambda: session.end)
        session.hang_up()
        # More than the agent sends before it looks after other things, so that it stops at every place.
        self.assertGreater(len(session.frames), 40)
        for number in range(0, len(session.frames) + 1, 1 + len(session.frames) // 10):
            again = self.sandbox.attach(session.id, 0)
            again.until(lambda: again.end)
            self.assertEqual((session.frames, session.end), (again.frames, again.end))
            again.hang_up()
        for number in range(len(session.frames) + 1):
            again = self.sandbox.attach(session.id, number)
            again.until(lambda: again.end)
            self.assertEqual((session.frames[number:], session.end), (again.frames, again.end))
            again.hang_up()
        last = self.sandbox.attach(session.id, len(session.frames))
        self.complete(last)

    def test_a_server_that_dies_at_random_loses_nothing(self):
        chance = random.Random(7)
        session = self.start(["python3", "-c", "import os, time\nfor i in range(30000):\n os.write(i % 2 + 1, b'%d ' % i)"
                              "\n if i % 100 == 0: time.sleep(0.001)"], window=1 << 20)
        frames, safe, connections = [], 0, 0
        while True:
            before = len(session.frames)
            end = before + chance.randrange(1, 60)
            while len(session.frames) < end and session.end is None:
                session.take()
                if chance.random() < 0.1:
                    session.acknowledge(session.first + len(session.frames))
            for i, one in enumerate(session.frames, session.first):
                if i < len(frames):
                    self.assertEqual(frames[i], one)
                else:
                    frames.append(one)
            if session.end is not None:
                break
            # What was acknowledged is safe, and perhaps more of what was received.
            session.acknowledge(session.first + len(session.frames))
            safe = session.first + len(session.frames)
            safe = len(frames) if chance.random() < 0.5 else safe
            session.hang_up()
            connections += 1
            session = self.sandbox.attach(session.id, safe)
        self.complete(session)
        self.assertGreater(connections, 3)
        for stream in (0, 1):
            text = b"".join(p for kind, p in frames if kind == "12"[stream])
            self.assertEqual(b"".join(b"%d " % i for i in range(stream, 30000, 2)), text)

    def test_full_window_waits_for_the_next_server(self):
        session = self.start("head -c 500000 /dev/zero; echo done >&2")
        session.hang_up()
        self.standstill(session.id)
        pid = session.pid
        self.assertTrue(pid)
        again = self.sandbox.attach(session.id, 0)
        self.complete(again)
        self.assertEqual((500000, b"done\n"), (len(again.out), again.err))

    def test_the_new_connection_replaces_the_old_one(self):
        session = self.start("echo on; exec sleep 27191")
        session.until_output(b"on\n")
        again = self.sandbox.attach(session.id, 0)
        again.until_output(b"on\n")
        self.assertFalse(session.take())
        again.send("Q")
        self.assertEqual("cancelled", self.complete(again)["cause"])

    def test_the_report_stays_until_it_is_acknowledged(self):
        session = self.start("echo out; exit 5")
        session.until(lambda: session.end)
        session.acknowledge()
        session.hang_up()
        for _ in range(2):
            again = self.sandbox.attach(session.id, 1)
            again.until(lambda: again.end)
            self.assertEqual((["R", "X"], session.end), (again.order, again.end))
            again.hang_up()
        self.assertEqual("ended", self.listed()[session.id]["state"])
        last = self.sandbox.attach(session.id, 1)
        self.assertEqual("5", self.complete(last)["code"])
        self.assertEqual({}, self.listed())
        self.sandbox.await_no_keepers()

    def test_orders_of_a_server_that_died_are_obeyed(self):
        session = self.start("read a; echo $a; read b; echo $b; exec sleep 27192", stdin=1)
        session.send("I", b"a\n")
        session.send("I", b"b\n")
        session.hang_up()
        again = self.sandbox.attach(session.id, 0)
        again.until_output(b"a\nb\n")
        again.send("Q")
        again.hang_up()
        last = self.sandbox.attach(session.id, 0)
        self.assertEqual("cancelled", self.complete(last)["cause"])
        self.assertEqual(b"a\nb\n", last.out)

    def test_input_window_of_a_new_connection(self):
        session = self.start("trap 'exec cat >/dev/null' USR1; echo on; while :; do :; done", stdin=1)
        session.until_output(b"on\n")
        for _ in range(3):
            session.send("I", b"x" * 65536)
        # The command's pipe takes some, which is acknowledged.
        session.until(lambda: session.acknowledged == 65536)
        session.hang_up()
        again = self.sandbox.attach(session.id, 0)
        again.until(lambda: again.acknowledged)
        self.assertEqual(WINDOW - 2 * 65536, again.acknowledged)
        again.send("K", b"10")
        again.send("I", b"\n")
        again.until(lambda: again.acknowledged == WINDOW + 1)
        again.send("C")
        self.assertEqual("0", self.complete(again)["code"])

    def test_closed_input_has_no_window(self):
        session = self.start("cat; read x; exec sleep 27193", stdin=1)
        session.send("C")
        session.hang_up()
        again = self.sandbox.attach(session.id, 0)
        again.send("Q")
        again.until(lambda: again.end)
        self.assertNotIn("W", again.order)
        self.complete(again)

    def test_unknown_and_gone(self):
        self.assertEqual("no such session", self.sandbox.attach("nobody", 0).finish()["error"])
        session = self.start("echo 1; sleep 0.1; echo 2; exec sleep 27194")
        session.until_output(b"2\n")
        session.acknowledge(1)
        wait_for(lambda: self.listed()[session.id]["acked"] == 1, what="the acknowledgement")
        for number in (0, 3, 1 << 62):
            self.assertEqual("frames are gone", self.sandbox.attach(session.id, number).finish()["error"])
        session.send("K", b"9")
        self.assertEqual("9", self.complete(session)["signal"])
        self.assertEqual("no such session", self.sandbox.attach(session.id, 2).finish()["error"])

    def test_malformed_attachments(self):
        for payload in (b"", b"id=a\0", b"frames=1\0id=a\0", b"id=a\0frames=-1\0", b"id=a\0frames=\0", b"id=../x\0frames=0\0",
                        b"id=agent.sock\0frames=0\0", b"id=a\0frames=0", b"id=a\0frames=0\0x=1\0", b"x" * 65536):
            with self.subTest(payload=payload[:40]):
                attached = self.sandbox.session()
                attached.send("a", payload)
                self.assertIn("protocol error", attached.finish()["error"])

    def test_a_name_is_used_once_at_a_time(self):
        session = self.start("exec sleep 27195", session_id="one")
        self.assertIn("exists", self.sandbox.run(["true"], session_id="one", window=SMALL).report["error"])
        session.send("Q")
        self.complete(session)
        self.complete(self.start(["true"], session_id="one"))

    def test_name_of_a_keeper_that_was_killed(self):
        session = self.start("exec sleep 27195", session_id="killed")
        os.kill(find_processes("agent\0exec\0killed")[0], 9)
        self.assertFalse(session.take())
        self.assertEqual("no such session", self.sandbox.attach("killed", 0).finish()["error"])
        self.assertEqual({}, self.listed())
        self.complete(self.start(["true"], session_id="killed"))
        kill_processes("sleep\x0027195")


if __name__ == "__main__":
    unittest.main()
