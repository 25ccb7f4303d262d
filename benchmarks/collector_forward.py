"""How many events a forwarder or an export takes out of the collector's file in a second of its CPU.

    python benchmarks/collector_forward.py [--events 50000]

Receivers take everything, in a process of their own; what they cost is not counted. Events are a load's: 45
keys, with one of 500 profiles.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

from collector_speed import events

from analytics.collector._store import Post, Store, connect

COLLECT = [sys.executable, "-m", "tiltfile_ext", "collect"]
WEB = """
import socketserver, sys
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            length = 0
            while (line := self.rfile.readline()) not in (b"\\r\\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not line:
                return
            self.rfile.read(length)
            self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n{}")
server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""
STATSD = """
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    server.recv(65536)
"""
FORWARDERS = {
    "statsd://127.0.0.1:{}": STATSD,
    "otlp+http://127.0.0.1:{}": WEB,
    "datadog+http://127.0.0.1:{}": WEB,
}


def used(command):
    """CPU seconds of *command*, which must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "DD_API_KEY": "0" * 32})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def forwarded(address, receiver, path):
    """CPU seconds of forwarding all."""
    with subprocess.Popen([sys.executable, "-c", receiver], stdout=subprocess.PIPE, text=True) as server:
        try:
            port = server.stdout.readline().strip()
            return used([*COLLECT, "forward", address.format(port), "--file", path, "--since", "1d"])
        finally:
            server.kill()


def show(name, seconds, start, count):
    print(f"{name:>28}: {count / (seconds - start):>9,.0f} events a second of CPU")


def main():
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=50_000)
    count = parser.parse_args().events
    with tempfile.TemporaryDirectory() as place:
        path = f"{place}/collector.db"
        store = Store(connect(path))
        bodies = events(count)
        for first in range(0, count, 1000):
            store.write([Post(bodies[first : first + 1000], int(time.time() * 1000))])
        store.close()
        start = used([*COLLECT, "status", "--file", path])
        for address, receiver in FORWARDERS.items():
            show(address.partition(":")[0], forwarded(address, receiver, path), start, count)
        for form in ("ndjson", "parquet"):
            command = [*COLLECT, "export", "--format", form, "--output", f"{place}/out", "--file", path]
            show(f"export as {form}", used(command), start, count)
            print(f"{os.path.getsize(f'{place}/out') / count:>49,.0f} bytes an event")
    print("load average:", *(f"{load:.1f}" for load in os.getloadavg()))


if __name__ == "__main__":
    main()
