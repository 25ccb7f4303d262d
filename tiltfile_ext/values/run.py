"""Run a program for the load, and tell its output as it comes.

The child leads a process group of its own, which is killed when the load is stopped; it inherits the
load's environment, never the user's terminal. Error texts are those of Go's os/exec.

A load that runs no programs gets empty output, as of a program that succeeds.
"""

import contextlib
import os
import selectors
import signal
from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING

from tiltfile_ext.starkit import BuiltinError, Thread, quote
from tiltfile_ext.values.commands import Command
from tiltfile_ext.values.read import os_reason

if TYPE_CHECKING:
    import subprocess

#: Takes a piece of output, of either stream, as it comes.
Output = Callable[[str], None]

_CHECK_SECONDS = 0.05
#: what children get unless the environment says otherwise; Tilt tells them of its web server too, at
#: this place, and keeps a Tilt inside a Tilt from reporting
_CHILD_DEFAULTS = {
    "PYTHONUNBUFFERED": "1",
    "TILT_DISABLE_ANALYTICS": "1",
    "TILT_HOST": "localhost",
    "TILT_PORT": "10350",
}
_CHILD_FIXED = {"LINES": "24", "COLUMNS": "80"}


def run(
    thread: Thread, command: Command, *, stdin: str | None = None, output: Output | None = None
) -> tuple[str, str]:
    """Run *command* to its end; its standard output and standard error.

    Raises:
        BuiltinError: it could not start, or it failed: the two-line text that Tilt shows. Where *output*
            is None, the text ends with both streams.
    """
    stdout, stderr, failure = complete(thread, command, stdin, output)
    if failure:
        message = f"command {quote(str(command))} failed.\nerror: {failure}"
        if output is None:
            message += f"\nstdout:\n{stdout}\nstderr:\n{stderr}\n"
        raise BuiltinError(message)
    return stdout, stderr


def complete(
    thread: Thread, command: Command, stdin: str | None = None, output: Output | None = None
) -> tuple[str, str, str]:
    """Both streams, and what went wrong: "exit status 1", or why it could not start; "" if nothing."""
    if not command:
        return "", "", "empty cmd"
    if not thread.runs_programs:
        thread.not_run[str(command)] = None
        return "", "", ""
    environ = child_environ(thread.environ, command.env)
    program = find_program(command.argv[0], thread.environ.get("PATH", ""))
    if program is None:
        return "", "", f"exec: {quote(command.argv[0])}: executable file not found in $PATH"
    try:
        child = _start(command, program, environ, with_stdin=bool(stdin))
    except (OSError, ValueError) as error:
        return "", "", f"fork/exec {program}: {os_reason(error)}"
    stdout, stderr = _follow(thread, child, (stdin or "").encode("utf-8", "surrogateescape"), output)
    code = child.returncode
    return stdout, stderr, f"exit status {max(code, -1)}" if code else ""


def child_environ(environ: Mapping[str, str], additions: tuple[str, ...] = ()) -> dict[str, str]:
    """The environment of a child: the load's, Tilt's own additions, then *additions* ("NAME=value")."""
    pairs = (addition.partition("=")[::2] for addition in additions)
    return {**_CHILD_DEFAULTS, **environ, **_CHILD_FIXED, **dict(pairs)}


def find_program(name: str, search_path: str) -> str | None:
    """The file that *name* means: itself if it names a directory too, else the first on *search_path*."""
    if "/" in name:
        return name
    for directory in search_path.split(os.pathsep):
        path = os.path.join(directory, name)
        if directory and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def _start(
    command: Command, program: str, environ: dict[str, str], *, with_stdin: bool
) -> "subprocess.Popen[bytes]":
    import subprocess

    return subprocess.Popen(
        command.argv,
        executable=program,
        cwd=command.dir or None,
        env=environ,
        stdin=subprocess.PIPE if with_stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _follow(
    thread: Thread, child: "subprocess.Popen[bytes]", stdin: bytes, output: Output | None
) -> tuple[str, str]:
    """Feed and read *child* until both its streams end; kill its group if the load is stopped meanwhile."""
    collected: dict[IO[bytes], list[bytes]] = {}
    try:
        with selectors.DefaultSelector() as selector:
            for stream in (child.stdout, child.stderr):
                if stream is not None:
                    collected[stream] = []
                    selector.register(stream, selectors.EVENT_READ)
            if child.stdin is not None:
                os.set_blocking(child.stdin.fileno(), False)
                selector.register(child.stdin, selectors.EVENT_WRITE)
            while any(key.fileobj in collected for key in selector.get_map().values()):
                for key, _ in selector.select(_CHECK_SECONDS):
                    stdin = _step(selector, key.fileobj, collected, stdin, output)  # type: ignore[arg-type]
                thread.check()
        while child.poll() is None:
            thread.check()
            _wait(child)
    except BaseException:
        _kill_group(child)
        raise
    finally:
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()
    stdout, stderr = (b"".join(chunks).decode("utf-8", "surrogateescape") for chunks in collected.values())
    return stdout, stderr


def _step(
    selector: selectors.BaseSelector,
    stream: IO[bytes],
    collected: dict[IO[bytes], list[bytes]],
    stdin: bytes,
    output: Output | None,
) -> bytes:
    """Move what is ready on *stream*; returns what is left to write."""
    if stream not in collected:
        return _feed(selector, stream, stdin)
    data = os.read(stream.fileno(), 65536)
    if not data:
        selector.unregister(stream)
        return stdin
    collected[stream].append(data)
    if output is not None:
        output(data.decode("utf-8", "surrogateescape"))
    return stdin


def _feed(selector: selectors.BaseSelector, stream: IO[bytes], stdin: bytes) -> bytes:
    try:
        stdin = stdin[os.write(stream.fileno(), stdin) :]
    except BlockingIOError:
        return stdin
    except BrokenPipeError:
        stdin = b""  # the child reads no more, which is its right
    if not stdin:
        selector.unregister(stream)
        stream.close()
    return stdin


def _wait(child: "subprocess.Popen[bytes]") -> None:
    import subprocess

    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_CHECK_SECONDS)


def _kill_group(child: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
