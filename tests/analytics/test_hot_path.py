"""What a command pays for analytics: measured in modules, which do not depend on the day."""

import os
import subprocess
import sys

FORBIDDEN = {
    "requests", "urllib3", "urllib", "http", "ssl", "socket", "attr", "attrs", "logging", "uuid", "subprocess",
    "sqlite3", "asyncio", "dataclasses", "typing", "enum", "re", "json", "hashlib", "tempfile", "random", "signal",
    "contextlib", "functools", "collections", "threading",
}  # fmt: skip

PROGRAM = """
import sys
from analytics import Client, Opt
client = Client.open(version="1", subcommand="load")
client.incr("cmd.load")
client.incr("tiltfile.loaded", {"tiltfile.invoked.local": "1"})
client.timer("tiltfile.load", 1)
client.settle(Opt.IN, "Tiltfile:1:1")
client.preview()
client.flush()
assert not client.problems, client.problems
print(*sorted(sys.modules))
"""


def modules(program, environ):
    """Return the modules loaded by *program*, in an interpreter that loads none of its own accord."""
    path = f"import sys; sys.path[:] = {sys.path!r}\n"
    output = subprocess.run(
        [sys.executable, "-I", "-S", "-c", path + program],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return set(output.split())


def test_a_whole_run_with_everything_on_imports_next_to_nothing(environ):
    loaded = modules(PROGRAM, environ) - modules("import sys; print(*sys.modules)", environ)
    assert not {name.partition(".")[0] for name in loaded} & FORBIDDEN
    assert "analytics._transport" not in loaded


def test_importing_the_package_imports_nothing_else(environ):
    loaded = modules("import sys; import analytics; print(*sys.modules)", environ)
    assert {name for name in loaded if name.startswith("analytics")} == {"analytics"}


def test_a_run_with_analytics_off_does_not_even_load_the_spool(environ):
    loaded = modules(PROGRAM.replace("client.preview()", ""), {**environ, "CI": "1"})
    assert not loaded & {
        "analytics._spool",
        "analytics._spawn",
        "analytics._identity",
        "analytics._secret",
        "fcntl",
    }


def test_the_sender_leaves_cheaply_when_nothing_waits(environ):
    program = "import os, sys; from analytics._sender import main; main(); os.write(2, b'') if 0 else None\n"
    environ["TILT_DEV_DIR"] = environ["HOME"]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", program],
        env={**environ, "PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "requests" not in done.stderr
