"""Bringing loopback servers to the other addresses, in a network of its own whose traffic never leaves the machine."""
import ctypes
import os
import queue
import socket
import struct
import subprocess
import sys
import threading
import unittest

from driver import AGENT, UID, alive, find_processes, kill_processes, wait_for
from sandbox import Sandbox

ADDRESS = "10.99.0.1"
CLONE_NEWNET = 0x40000000


def enter_network():
    """Moves this process into a new network with loopback and one pair of devices."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for command in ("link set lo up", "link add d0 type veth peer name d1", f"addr add {ADDRESS}/24 dev d0", "link set d0 up"):
        subprocess.run(["ip", *command.split()], check=True)


class Server(threading.Thread):
    """Answers each connection with what `serve` makes of it, one thread per connection."""

    def __init__(self, address, port, serve):
        super().__init__(daemon=True)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.create_server((address, port), family=family, backlog=512)
        self.port = self.socket.getsockname()[1]
        self.serve = serve
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def close(self):
        # Closing alone leaves the accepting thread, and so the port, waiting.
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def receive_all(connection):
    data = bytearray()
    while chunk := connection.recv(65536):
        data += chunk
    return bytes(data)


def echo_after_end(connection):
    """Answers only when the client has ended its side: needs a half-closed connection."""
    with connection:
        data = receive_all(connection)
        connection.sendall(data[::-1])


def echo(connection):
    with connection:
        while data := connection.recv(65536):
            connection.sendall(data)


class ForwardTest(unittest.TestCase):
    def forward(self, port):
        done = subprocess.run([AGENT, "forward", str(port), str(UID)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=20, check=False)
        if done.returncode == 0:
            self.addCleanup(self.end, port)
        return done

    def daemons(self, port):
        return find_processes(f"forward\0{port}\0")

    def end(self, port):
        kill_processes(f"forward\0{port}\0")

    def server(self, address, serve, port=0):
        server = Server(address, port, serve)
        self.addCleanup(lambda: server.socket.fileno() < 0 or server.close())
        return server

    def exchange(self, port, data):
        with socket.create_connection((ADDRESS, port), timeout=30) as client:
            threading.Thread(target=lambda: (client.sendall(data), client.shutdown(socket.SHUT_WR))).start()
            return receive_all(client)

    def test_both_loopback_addresses_and_half_close(self):
        data = os.urandom(3_000_000)
        for address in ("127.0.0.1", "::1"):
            with self.subTest(address=address):
                server = self.server(address, echo_after_end)
                self.assertEqual(b"ok\n", self.forward(server.port).stdout)
                self.assertEqual(data[::-1], self.exchange(server.port, data))

    def test_both_ways_at_once(self):
        server = self.server("127.0.0.1", echo)
        self.forward(server.port)
        data = os.urandom(20_000_000)
        self.assertEqual(data, self.exchange(server.port, data))

    def test_server_that_ends_first(self):
        def greet(connection):
            with connection:
                connection.sendall(b"hello")
                connection.shutdown(socket.SHUT_WR)
                answers.put(receive_all(connection))
        answers = queue.Queue()
        server = self.server("127.0.0.1", greet)
        self.forward(server.port)
        with socket.create_connection((ADDRESS, server.port), timeout=30) as client:
            self.assertEqual(b"hello", receive_all(client))
            client.sendall(b"thanks")
        self.assertEqual(b"thanks", answers.get(timeout=30))

    def test_aborted_connections_are_forgotten(self):
        server = self.server("127.0.0.1", echo)
        self.forward(server.port)
        for _ in range(300):
            client = socket.create_connection((ADDRESS, server.port), timeout=30)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        self.assertEqual(b"x", self.exchange(server.port, b"x"))

    def test_connections_are_bounded_and_the_rest_waits(self):
        server = self.server("127.0.0.1", echo)
        self.forward(server.port)
        clients = [socket.create_connection((ADDRESS, server.port), timeout=30) for _ in range(300)]
        for client in clients:
            client.sendall(b"a")
        for client in clients[:256]:
            self.assertEqual(b"a", client.recv(1))
        late = clients[256]
        late.settimeout(0.2)
        self.assertRaises(TimeoutError, late.recv, 1)
        late.settimeout(30)
        for client in clients[:256]:
            client.close()
        for client in clients[256:]:
            self.assertEqual(b"a", client.recv(1))
            client.close()

    def test_runs_as_the_sandboxes_user(self):
        server = self.server("127.0.0.1", echo)
        self.forward(server.port)
        pid, = self.daemons(server.port)
        with open(f"/proc/{pid}/status") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        self.assertEqual("\t".join([str(UID)] * 4), status["Uid"])
        self.assertEqual(("0" * 16, "0" * 16, "1"), (status["CapEff"], status["CapBnd"], status["NoNewPrivs"]))

    def test_asked_for_over_the_socket(self):
        sandbox = Sandbox()
        self.addCleanup(sandbox.close)
        server = self.server("127.0.0.1", echo)
        self.assertEqual((0, b"ok\n", b""), sandbox.ask("forward", str(server.port), str(UID), str(UID)))
        self.addCleanup(self.end, server.port)
        pid, = self.daemons(server.port)
        targets = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        self.assertEqual(["/dev/null"] * 3, [t for t in targets if not t.startswith("socket:")])
        self.assertEqual(1, sum(t.startswith("socket:") for t in targets))  # its listener
        self.assertEqual(b"through", self.exchange(server.port, b"through"))
        self.assertEqual(69, sandbox.ask("forward", str(server.port), str(UID))[0])

    def test_address_that_is_taken(self):
        server = self.server("0.0.0.0", echo)
        done = self.forward(server.port)
        self.assertEqual((69, b""), (done.returncode, done.stdout))
        self.assertIn(b"in use", done.stderr)

    def test_ends_when_the_server_is_gone(self):
        server = self.server("127.0.0.1", echo)
        self.forward(server.port)
        pid, = self.daemons(server.port)
        server.close()
        wait_for(lambda: not alive(pid), 15, "the end of the forwarder")

    def test_outlives_a_restart_of_the_server(self):
        server = self.server("::1", echo)
        self.forward(server.port)
        pid, = self.daemons(server.port)
        server.close()
        with socket.create_connection((ADDRESS, server.port), timeout=10) as client:
            # Reset, as nobody listens.
            try:
                self.assertEqual(b"", client.recv(1))
            except ConnectionResetError:
                pass
        self.server("127.0.0.1", echo, server.port)
        self.assertEqual(b"again", self.exchange(server.port, b"again"))
        self.assertTrue(alive(pid))


if __name__ == "__main__":
    enter_network()
    unittest.main()


def load_tests(loader, tests, pattern):
    """The tests run in a process of their own: entering a network cannot be undone."""
    class InOwnNetwork(unittest.TestCase):
        def test_forward(self):
            subprocess.run([sys.executable, os.path.abspath(__file__)], check=True)
    return loader.loadTestsFromTestCase(InOwnNetwork)
