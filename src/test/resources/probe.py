import concurrent.futures
import socket


def probe(place):
    host, port = place.rsplit(":", 1)
    try:
        with socket.create_connection((host, int(port)), 3) as connection:
            connection.settimeout(3)
            return place + (" open" if connection.recv(5) == b"hello" else " silent")
    except OSError as e:
        return place + " closed"


with concurrent.futures.ThreadPoolExecutor(16) as threads:
    for line in threads.map(probe, "PLACES".split()):
        print(line)
