"""See for yourself what a load sends: a server on this machine takes the events of one load.

    python examples/capture.py examples/author/Tiltfile

Nothing leaves the machine, and your own settings are neither read nor changed.
"""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes every event that is posted to it."""

    events: list[dict[str, object]]

    def do_POST(self) -> None:
        """Keep the event, and say so."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.events.append(json.loads(body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Be quiet."""


def capture(tiltfile: str) -> list[dict[str, object]]:
    """Load *tiltfile* as a command of its own; returns the events it sent, in the order they arrived."""
    Receiver.events = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    off = ("TILT_DISABLE_ANALYTICS", "DO_NOT_TRACK", "CI")
    with tempfile.TemporaryDirectory() as home:
        environ = {name: value for name, value in os.environ.items() if name not in off}
        environ |= {"HOME": home, "TILT_DEV_DIR": home}
        environ["TILT_ANALYTICS_URL"] = f"http://127.0.0.1:{server.server_port}/report"
        subprocess.run([sys.executable, "-m", "tiltfile_ext", "load", tiltfile], env=environ, check=False)
        _wait_until_quiet()
    server.shutdown()
    return Receiver.events


def _wait_until_quiet(longest: float = 6, quiet: float = 0.7) -> None:
    """The command has exited; its sender, a process of its own, may still be posting."""
    end = time.monotonic() + longest
    seen, since = 0, time.monotonic()
    while time.monotonic() < end and (not seen or time.monotonic() < since + quiet):
        time.sleep(0.05)
        if len(Receiver.events) != seen:
            seen, since = len(Receiver.events), time.monotonic()


def main() -> int:
    """Print what arrived; 1 if nothing did."""
    events = capture(sys.argv[1] if len(sys.argv) > 1 else "Tiltfile")
    print(f"\n{len(events)} events arrived at the server:")
    for event in events:
        print(json.dumps(event, indent=2, sort_keys=True))
    return 0 if events else 1


if __name__ == "__main__":
    sys.exit(main())
