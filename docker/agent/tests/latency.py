"""Measures how fast the agent starts commands over its socket, beside what starting the same command costs here.

Prints one line per figure. Run as root: python3 tests/latency.py [ROUNDS]
"""
import os
import socket
import subprocess
import sys
import threading
import time

from driver import frame, start_payload
from sandbox import Sandbox

COMMAND = ["/bin/true"]


def one(path, number, **options):
    """Seconds to the first byte and to the last frame."""
    payload = frame("S", start_payload(COMMAND, id=f"l{number}", **options))
    began = time.perf_counter()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        connection.sendall(payload)
        data = connection.recv(65536)
        first = time.perf_counter() - began
        while more := connection.recv(65536):
            data += more
    assert data[:1] == b"R" and b"code=0\0" in data, data
    return first, time.perf_counter() - began


def spawned():
    began = time.perf_counter()
    pid = os.posix_spawn(COMMAND[0], COMMAND, {})
    os.waitpid(pid, 0)
    return time.perf_counter() - began


def show(name, seconds):
    ordered = sorted(seconds)
    print(f"{name}: p50 {ordered[len(ordered) // 2] * 1e3:.3f} ms, p99 {ordered[len(ordered) * 99 // 100] * 1e3:.3f} ms",
          flush=True)


def rate(path, rounds, threads):
    def work(first):
        for i in range(rounds):
            one(path, f"{first}-{i}")
    workers = [threading.Thread(target=work, args=[t]) for t in range(threads)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return rounds * threads / (time.perf_counter() - began)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    sandbox = Sandbox()
    try:
        for i in range(50):
            one(sandbox.path, f"warm{i}")
        show("posix_spawn and wait, no agent", [spawned() for _ in range(rounds)])
        measured = [one(sandbox.path, i) for i in range(rounds)]
        show("connect to R", [first for first, _ in measured])
        show("connect to the end", [last for _, last in measured])
        for threads in (1, 2, 4):
            print(f"commands/s, {threads} at once: {rate(sandbox.path, rounds // threads, threads):.0f}", flush=True)
    finally:
        sandbox.close()


if __name__ == "__main__":
    main()
