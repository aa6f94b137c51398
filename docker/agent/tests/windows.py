"""What the tests of sessions with a window have in common."""
import json
import unittest

from driver import wait_for
from sandbox import Sandbox


SMALL = 65536


class WindowTestCase(unittest.TestCase):
    wrapper = ()

    def setUp(self):
        self.sandbox = Sandbox(self.wrapper)
        self.addCleanup(self.sandbox.close)

    def start(self, args, window=SMALL, **options):
        session = self.sandbox.session(args, window=window, **options)
        session.until(lambda: session.pid or session.end)
        return session

    def complete(self, session):
        """Reads to the end, acknowledges everything, and waits for the session to be forgotten."""
        while not session.end:
            if session.frames:
                session.acknowledge()
            session.take()
        session.acknowledge(session.first + len(session.frames) + 1)
        report = session.finish()
        wait_for(lambda: session.id not in self.sandbox.names(), what="the end of the session's socket")
        return report

    def listed(self):
        status, out, err = self.sandbox.ask("sessions")
        self.assertEqual((0, b""), (status, err))
        return {entry["id"]: entry for entry in json.loads(out)}

    def standstill(self, session_id):
        """Waits until the session has been unable to cut a frame for a while."""
        seen = []
        wait_for(lambda: seen.append(self.listed()[session_id]["frames"]) or
                 (len(seen) > 10 and len(set(seen[-10:])) == 1), what="a full window")
        return seen[-1]
