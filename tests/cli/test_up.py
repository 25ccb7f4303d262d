"""``tiltfile up`` as a user meets it: in a terminal, typing ^C, with an editor beside it."""

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pexpect
import pytest

#: seconds that a busy machine may take for anything that is waited for here
PATIENCE = 90
RESOURCES = "local_resource('{}', cmd='true')\n"
LOOP = "print('begun')\ndef spin():\n    for i in range(1 << 30):\n        pass\nspin()\n"


@pytest.fixture
def environ(tmp_path):
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TERM": "dumb"}


@pytest.fixture
def up(tmp_path, environ):
    """Run ``tiltfile up`` in a terminal, beside a Tiltfile with the given text."""
    running = []

    def up(text: str, *argv: str, **more: str) -> pexpect.spawn:
        (tmp_path / "Tiltfile").write_text(text)
        running.append(
            pexpect.spawn(
                sys.executable,
                ["-m", "tiltfile_ext", "up", *argv],
                cwd=str(tmp_path),
                env={**environ, **more},
                encoding="utf-8",
                timeout=PATIENCE,
                dimensions=(50, 200),
            )
        )
        return running[-1]

    yield up
    for process in running:
        process.close(force=True)


@pytest.fixture
def once(tmp_path, environ):
    """Run ``tiltfile up`` to its end, without a terminal."""

    def once(*argv: str, text: str = RESOURCES.format("a")) -> subprocess.CompletedProcess:
        (tmp_path / "Tiltfile").write_text(text)
        command = [sys.executable, "-m", "tiltfile_ext", "up", *argv]
        return subprocess.run(
            command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    return once


def ended(process: pexpect.spawn) -> tuple[str, int | None]:
    """What is printed until the end, and the exit code."""
    process.expect(pexpect.EOF)
    text = process.before
    process.close()
    return text, process.exitstatus


def test_an_hour_with_a_tiltfile(up, tmp_path):
    tiltfile, page = tmp_path / "Tiltfile", tmp_path / "k8s" / "web.yaml"
    process = up(RESOURCES.format("a"))
    process.expect_exact("it builds and deploys nothing")
    process.expect_exact("1 file, 1 resource")
    process.expect_exact("resources: a")
    process.expect_exact("watching 2 paths; ^C ends")

    tiltfile.write_text(RESOURCES.format("a") + RESOURCES.format("b"))
    process.expect_exact("changed: Tiltfile")
    process.expect(r"added: +b\s+calls: +local_resource 1 -> 2")

    tiltfile.write_text("local_resource(\n")
    process.expect_exact("changed: Tiltfile")
    process.expect_exact("Tiltfile:2:1: got end of file")
    process.expect_exact(": failed, ")

    tiltfile.write_text(RESOURCES.format("a") + "k8s_yaml('k8s/web.yaml')\n")
    process.expect_exact("k8s/web.yaml: no such file")
    process.expect_exact("watching 3 paths")

    page.parent.mkdir()
    page.write_text('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}')
    process.expect_exact("created: k8s/web.yaml")
    process.expect_exact("it loads again")
    process.expect(r"added: +uncategorized\s+removed: +b")

    new = tmp_path / "new.yaml"
    new.write_text('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "labels": {"x": "y"}}}')
    new.rename(page)
    process.expect_exact("changed: k8s/web.yaml")
    process.expect(r"changed: +uncategorized \(")

    process.sendintr()
    text, code = ended(process)
    assert (text.splitlines()[-1], code) == ("tiltfile: no longer watching", 0)


def test_ctrl_c_ends_a_load_that_hangs(up):
    process = up(LOOP)
    process.expect_exact("begun")
    process.sendintr()
    text, code = ended(process)
    assert (text.splitlines()[-1], code) == ("tiltfile: no longer watching", 0)


def test_ctrl_c_ends_a_program_that_the_tiltfile_runs(up, tmp_path):
    process = up("local(\"echo $$ > pid; echo be''gun; exec sleep 1000\")")
    process.expect_exact("begun")
    process.sendintr()
    assert ended(process)[1] == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(("text", "sign"), [("x = 1", "watching"), (LOOP, "begun")])
def test_a_signal_ends_it_like_ctrl_c(up, number, text, sign):
    process = up(text)
    process.expect_exact(sign)
    process.kill(number)
    text, code = ended(process)
    assert (text.splitlines()[-1], code) == ("tiltfile: no longer watching", 0)


@pytest.mark.skipif(
    signal.getsignal(signal.SIGHUP) is signal.SIG_IGN,
    reason="whoever runs the tests (nohup) ignores hang-ups",
)
def test_a_terminal_that_is_closed_ends_it(up):
    process = up("x = 1")
    process.expect_exact("watching")
    process.ptyproc.fileobj.close()
    process.ptyproc.delayafterclose = 0
    assert process.wait() == 0


def test_a_reader_that_goes_away_ends_it_at_the_next_load(tmp_path, environ):
    (tmp_path / "Tiltfile").write_text("x = 1")
    command = [sys.executable, "-m", "tiltfile_ext", "up"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.readline()
    process.stdout.close()
    (tmp_path / "Tiltfile").write_text("x = 2")
    assert process.wait(PATIENCE) == 1
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()


def test_without_watching_it_loads_once(once):
    done = once("--watch=false", "--", "a")
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == ["  resources: a"]
    assert done.stderr.startswith("tiltfile up loads and watches; it builds and deploys nothing\n")
    assert "watching" not in done.stderr


def test_without_watching_an_error_is_exit_code_5(once):
    done = once("--watch=false", text="fail('stop')")
    assert done.returncode == 5
    assert "Error in fail: stop" in done.stderr


def test_the_tiltfile_is_told_that_it_is_up(once):
    assert "\nup\n" in once("--watch=false", text="print(config.tilt_subcommand)").stderr


def test_the_json_is_one_line_a_load(once):
    loaded = json.loads(once("--watch=false", "--json").stdout)
    assert (loaded["resources"], loaded["files"], loaded["error"]) == (["a"], [], None)


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (["--watch=maybe"], "argument --watch: invalid choice: 'maybe'"),
        (["a", "-f", "b"], "give the Tiltfile once: as PATH or with -f"),
        (["--timeout=0"], "argument --timeout: invalid seconds value: '0'"),
    ],
)
def test_wrong_usage_says_what_is_wrong(once, argv, problem):
    done = once(*argv)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"tiltfile up: {problem}" in done.stderr


def test_the_help_says_what_it_does_not_do(once):
    assert "It does not build, deploy or run any resource;" in " ".join(once("--help").stdout.split())


class Collector(http.server.BaseHTTPRequestHandler):
    """Keeps the bodies that are posted."""

    bodies: list[dict]

    def do_POST(self) -> None:
        self.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal of the tests."""


@pytest.fixture
def collected():
    """Where events can be posted, and the bodies of those that were."""
    handler = type("Handler", (Collector,), {"bodies": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", handler.bodies
        server.shutdown()


def test_each_load_obeys_its_own_tiltfile_and_the_command_is_reported_once(up, tmp_path, environ, collected):
    """Off, on, on again, off: two loads are reported, and the command with the first of them."""
    on, off = "analytics_settings(True)\n", "analytics_settings(False)\n"
    url, bodies = collected
    more = {"TILT_DEV_DIR": str(tmp_path / "dev"), "TILT_ANALYTICS_URL": url}
    process = up(off, **more)
    process.expect_exact("watching")
    for number, text in enumerate([on, on + "x = 1\n", off + "os.getcwd()\n"]):
        (tmp_path / "Tiltfile").write_text(text)
        process.expect_exact("changed: Tiltfile")
        process.expect_exact("difference" if number == 1 else "settings:")
    process.sendintr()
    ended(process)
    command = [sys.executable, "-m", "tiltfile_ext", "analytics", "send"]
    subprocess.run(command, env={**environ, **more}, timeout=PATIENCE, check=False)
    until = time.monotonic() + PATIENCE  # another sender may be at it
    while len(bodies) < 5 and time.monotonic() < until:
        time.sleep(0.05)
    assert sorted(event["name"] for event in bodies) == [
        "tilt.cmd.up", "tilt.tiltfile.load", "tilt.tiltfile.load", "tilt.tiltfile.loaded", "tilt.tiltfile.loaded",
    ]  # fmt: skip
    command = next(event for event in bodies if event["name"] == "tilt.cmd.up")
    assert (command["watch"], command["term_mode"], command["subcommand"]) == ("true", "2", "up")
    loads = [event for event in bodies if event["name"] == "tilt.tiltfile.loaded"]
    assert [event["tiltfile.changed"] for event in loads] == ["true", "true"]
    assert [event["allfiles.changed"] for event in loads] == ["true", "true"]


def test_a_no_of_the_user_is_obeyed_while_it_runs(up, tmp_path):
    choice = tmp_path / "dev" / "analytics" / "user" / "choice.txt"
    choice.parent.mkdir(parents=True)
    choice.write_text("opt-in")
    process = up("x = 1", TILT_DEV_DIR=str(tmp_path / "dev"))
    process.expect_exact("analytics: on because you chose opt-in")
    process.expect_exact("watching")
    choice.write_text("opt-out")
    (tmp_path / "Tiltfile").write_text("x = 2")
    process.expect_exact("analytics: off because you chose opt-out")
    process.sendintr()
    assert ended(process)[1] == 0


def test_the_notice_is_given_once(up, tmp_path):
    process = up("analytics_settings(True)", TILT_DEV_DIR=str(tmp_path / "dev"))
    process.expect_exact("has its loads reported, this one included")
    process.expect_exact("watching")
    (tmp_path / "Tiltfile").write_text("analytics_settings(True)\nx = 1")
    process.expect_exact("no difference")
    process.sendintr()
    assert "has its loads reported" not in ended(process)[0]


def test_the_package_that_watches_is_not_imported_by_a_load(environ, tmp_path):
    (tmp_path / "Tiltfile").write_text("x = 1")
    program = (
        "import sys; from tiltfile_ext.cli import main; main(['load', '--json']);"
        "sys.exit(any(name.startswith(('watchfiles', 'tiltfile_ext.watching')) for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environ, check=False)
    assert done.returncode == 0
