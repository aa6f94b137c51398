"""A sandbox as the server sees it: init in a process namespace of its own, reached over its socket."""
import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time

from driver import AGENT, DEADLINE, Frames, children, frame, wait_for

_ids = itertools.count(1)


class Sandbox:
    """`wrapper` runs around the whole sandbox, as a program that sets limits would."""

    def __init__(self, wrapper=()):
        self.directory = tempfile.mkdtemp(prefix="agent-")
        self.path = os.path.join(self.directory, "agent.sock")
        self.connections = []
        self.diagnostics = tempfile.TemporaryFile()
        self.outer = subprocess.Popen(
            [*wrapper, "unshare", "--pid", "--fork", "--mount-proc", "--kill-child", AGENT, "init", self.path],
            stderr=self.diagnostics)
        wait_for(lambda: os.path.exists(self.path), what="the socket of init")
        self.init = children(self.outer.pid)[0]

    def close(self):
        """Ends everything at once; what a sanitizer had to say fails the test."""
        self.outer.kill()
        self.outer.wait(DEADLINE)
        for connection in self.connections:
            connection.close()
        self.diagnostics.seek(0)
        said = self.diagnostics.read()
        self.diagnostics.close()
        shutil.rmtree(self.directory)
        assert not said, said.decode(errors="replace")

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        self.connections.append(connection)
        connection.settimeout(DEADLINE)
        connection.connect(self.path)
        return connection

    def session(self, args=None, session_id=None, **options):
        return Session(self, args, session_id, **options)

    def run(self, args, **options):
        session = self.session(args, **options)
        session.report = session.finish()
        return session

    def attach(self, session_id, frames):
        attached = Session(self, None, session_id)
        attached.first = frames
        attached.send("a", f"id={session_id}\0frames={frames}\0".encode())
        return attached

    def ask(self, *arguments):
        """Asks init; gives the status, what was printed, and the diagnostics."""
        asked = Session(self, None)
        asked.send("?", b"".join(b"arg=" + os.fsencode(a) + b"\0" for a in arguments))
        report = asked.finish()
        return report.get("error") or int(report["code"]), asked.out, asked.err

    def keepers(self):
        """The processes that init has made, but those that wait to be needed."""
        return [pid for pid in children(self.init) if self.mode(pid) not in ("porter", "waiting")]

    def waiting(self):
        return [pid for pid in children(self.init) if self.mode(pid) == "waiting"]

    @staticmethod
    def mode(pid):
        """What a process of the agent says that it does."""
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                return file.read().split(b"\0")[1].decode()
        except (OSError, IndexError):
            return ""

    def await_no_keepers(self):
        wait_for(lambda: self.keepers() == [], what="the end of all keepers")

    def names(self):
        return sorted(os.listdir(self.directory))


class Session(Frames):
    """One connection to a sandbox; `session_id` is made up where it does not matter."""

    def __init__(self, sandbox, args=None, session_id=None, **options):
        super().__init__()
        self.sandbox = sandbox
        self.id = session_id or f"s{next(_ids)}"
        self.first = 0  # how many frames earlier connections had made safe
        self.connection = sandbox.connect()
        if args is not None:
            self.start(args, id=self.id, **options)

    def input_fd(self):
        return self.connection.fileno()

    output_fd = input_fd

    def hang_up(self):
        self.connection.close()

    def acknowledge(self, number=None):
        self.send("A", str(self.first + len(self.frames) if number is None else number).encode())

    def finish(self, seconds=DEADLINE):
        """Reads to the last frame, hangs up, and returns the exit report as a dict of strings."""
        deadline = time.monotonic() + seconds
        while self.end is None and self.take(deadline):
            pass
        with contextlib.suppress(OSError):
            self.hang_up()
        return self.report_of_end()


__all__ = ["Sandbox", "Session", "frame"]
