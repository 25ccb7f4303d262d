"""Chromium, driven over a pipe with the protocol of its developer tools; needs nothing but the browser."""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-default-apps",
    "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
_PATIENCE_SECONDS = 60.0


class Chromium:
    """One browser with one page."""

    def __init__(self):
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        read, self._out = os.pipe()
        self._in, write = os.pipe()
        self._pid = _start(read, write, (*_FLAGS, f"--user-data-dir={self._profile}", "about:blank"))
        os.close(read)
        os.close(write)
        self._buffer, self._number, self._session = b"", 0, None
        #: Everything that the page said on its console or to the log of the browser.
        self.complaints = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Log", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        answer = self._wait(lambda m: m.get("id") == self._number)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def open(self, url):
        """Go to *url*, and return once the page is there."""
        self.call("Page.navigate", url=url)
        self._wait(lambda m: m.get("method") == "Page.loadEventFired")

    def click(self, selector):
        """Click on what leads to another page, and return once that is there."""
        self.script(f"document.querySelector({json.dumps(selector)}).click()")
        self._wait(lambda m: m.get("method") == "Page.loadEventFired")

    def press(self, key):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=9)

    def script(self, expression):
        """Evaluate *expression* from outside of the page, whose policy it does not concern."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def look(self, width, height, scheme="light"):
        """Set the size of the window and the user's colour scheme."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def screenshot(self):
        """Return the whole page as PNG."""
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        return base64.b64decode(answer["data"])

    def axe(self, source):
        """What axe-core, by its *source*, finds on the page."""
        self.script(source)
        return self.script(
            "axe.run({resultTypes: ['violations', 'incomplete']}).then(r => r.violations.map("
            "v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join('; ')))"
        )

    def close(self):
        os.kill(self._pid, signal.SIGTERM)
        os.waitpid(self._pid, 0)
        os.close(self._out)
        os.close(self._in)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _wait(self, is_wanted):
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            message = self._next(end)
            if message.get("method") == "Log.entryAdded":
                self.complaints.append(message["params"]["entry"]["text"])
            if is_wanted(message):
                return message

    def _next(self, end):
        while b"\0" not in self._buffer:
            if not select.select([self._in], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            data = os.read(self._in, 1 << 16)
            if not data:
                raise RuntimeError("the browser has gone")
            self._buffer += data
        data, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(data)


def _start(read, write, flags):
    """Start the browser, which reads from file descriptor 3 and writes to 4."""
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (read, write)]
    actions = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    actions += [(os.POSIX_SPAWN_DUP2, fd, place) for fd, place in zip(high, (3, 4), strict=True)]
    try:
        return os.posix_spawn(PROGRAM, [PROGRAM, *flags], os.environ, file_actions=actions)
    finally:
        for fd in high:
            os.close(fd)
