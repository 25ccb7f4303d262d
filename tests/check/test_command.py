"""``tiltfile check`` as a team meets it: a process, its two streams, its exit code."""

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

GOOD = "analytics_settings(enable=True)\n"
BAD = "x = 1\nfail('no such thing\\nreally')\n"


def test_a_clean_tree_is_exit_code_0(tree, check):
    tree({"a/Tiltfile": GOOD, "b/Tiltfile": GOOD})
    done = check("--analytics", "on", code=0)
    assert (done.stdout, done.stderr) == ("2 Tiltfiles checked: no findings\n", "")


def test_findings_are_exit_code_1_sorted_and_relative(tree, check):
    tree({"b/Tiltfile": BAD, "a/Tiltfile": "test('unit', 'true')\n"})
    assert check(code=1).stdout.splitlines() == [
        "a/Tiltfile:1:1: TF201 warning: test is deprecated",
        "    help: call local_resource(..., allow_parallel=True)",
        "b/Tiltfile:2:5: TF301 no such thing",
        "",
        "2 Tiltfiles checked: 2 findings",
    ]


def test_opt_in_is_enforced_by_one_flag(tree, check):
    tree({"a/Tiltfile": "", "b/Tiltfile": GOOD})
    first = check("--analytics", "on", code=1).stdout.splitlines()[0]
    assert first == "a/Tiltfile:1:1: TF101 analytics must be on, but the Tiltfile does not say so"


def test_a_finding_in_a_file_that_many_load_is_shown_once(tree, check):
    main = "load('../lib.star', 'go')\ngo()\n"
    lib = "def go():\n    enable_feature('facets')\n"
    tree({"a/Tiltfile": main, "b/Tiltfile": main, "lib.star": lib})
    assert [line.split(":")[0] for line in check(code=1).stdout.splitlines() if "TF203" in line] == [
        "lib.star"
    ]


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("nowhere",), "nowhere: there is no such file or directory"),
        (("--select", "TF9"), "no rule has a code that is or begins with 'TF9'"),
        (("--select", "tf101"), "did you mean TF101?"),
        (("--select", "TF101"), "TF101 is selected, but finds nothing without --analytics on"),
        (("--analytics", "maybe"), 'analytics is \'maybe\'; it must be "on", "off" or "set-by:FILE"'),
        (("--analytics", "on", "--analytics", "off"), 'analytics cannot be "on" and "off" at once'),
        (("--baseline", "none.json"), "none.json: there is no such baseline; --write-baseline makes one"),
        (("--write-baseline",), "--write-baseline needs --baseline FILE"),
        (("--config", "none.toml"), "none.toml: No such file or directory"),
        (("--explain", "TF10"), "'TF10' is the beginning of several codes"),
        (("--jobs", "0"), "argument --jobs: invalid"),
        (("--slow", "-1"), "argument --slow"),
        (("--format", "xml"), "argument --format: invalid choice"),
        (("--bogus",), "unrecognized arguments: --bogus"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_one_clear_message(tree, check, argv, message):
    tree({"Tiltfile": GOOD})
    done = check(*argv, code=2)
    assert message in done.stderr
    assert done.stdout == ""


def test_words_behind_two_dashes_go_to_every_load(tree, check):
    text = "config.define_string('who')\nfail(config.parse()['who'])\n"
    tree({"a/Tiltfile": text, "b/Tiltfile": text})
    assert check("--", "--who=me", code=1).stdout.count("TF301 me") == 2


def test_foreign_programs_are_not_run(tree, check, tmp_path):
    tree({"Tiltfile": "local('touch made')\n"})
    done = check("--no-run", code=0)
    assert done.stdout.splitlines()[0] == "Tiltfile:1:1: TF304 note: partial: not run: touch made"
    assert not (tmp_path / "made").exists()


def test_json_is_for_programs(tree, check, tmp_path):
    tree({"web/Tiltfile": BAD})
    document = json.loads(check("--format", "json", code=1).stdout)
    assert (document["base"], document["checked"]) == (str(tmp_path), ["web/Tiltfile"])
    assert [(each["code"], each["path"], each["line"]) for each in document["findings"]] == [
        ("TF301", "web/Tiltfile", 2)
    ]


def test_a_tiltfile_that_takes_its_process_down_costs_nobody_else(tree, check, tmp_path):
    kill = "local(['sh', '-c', 'kill -SEGV $PPID'])\n"
    tree({"a/Tiltfile": BAD, "b/Tiltfile": kill, "c/Tiltfile": BAD, "d/Tiltfile": GOOD})
    lines = check("--jobs", "1", code=1).stdout.splitlines()
    assert lines[1] == "b/Tiltfile:1:1: TF303 the process that loaded it died (SIGSEGV)"
    assert [line.split()[1] for line in lines if "Tiltfile:" in line] == ["TF301", "TF303", "TF301"]
    assert lines[-1] == "4 Tiltfiles checked: 3 findings"


def test_a_tiltfile_that_takes_too_much_memory_costs_nobody_else(tree, check):
    grow = "x = ['x' * 1000000]\nfor i in range(4000):\n    x.append(x[0] + str(i))\n"
    tree({"a/Tiltfile": grow, "b/Tiltfile": GOOD})
    lines = check("--max-memory", "300", code=1).stdout.splitlines()
    assert lines[0].startswith(
        "a/Tiltfile:1:1: TF303 the process that loaded it took more than 300 MiB of memory"
    )
    assert lines[-1] == "2 Tiltfiles checked: 1 finding"


def test_a_load_that_takes_too_long_is_a_finding(tree, check):
    tree({"a/Tiltfile": "while True: pass\n", "b/Tiltfile": "local('sleep 60')\n"})
    done = check("--timeout", "1", code=1)
    assert done.stdout.count("TF301 the load was stopped after 1 s") == 2


def test_a_file_that_cannot_be_read_is_a_finding(tree, check, tmp_path):
    tree({"a/Tiltfile": GOOD})
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "Tiltfile").write_bytes(b"x = 1\n\xff\xfe\x00'''")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "Tiltfile").symlink_to("nowhere")
    lines = check(code=1).stdout.splitlines()
    assert [line.split()[:2] for line in lines if "TF301" in line] == [
        ["b/Tiltfile:2:1:", "TF301"],
        ["c/Tiltfile:1:1:", "TF301"],
    ]


@pytest.mark.parametrize("slow", ["while True: pass\n", "local('sleep 60')\n"])
def test_an_interrupt_stops_at_once_and_loses_nothing_that_was_found(tree, tmp_path, slow):
    tree({"a/Tiltfile": BAD, "b/Tiltfile": f"local('touch {tmp_path}/running')\n{slow}", "c/Tiltfile": BAD})
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "tiltfile_ext", "check", "--jobs", "1"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        wait_for(tmp_path / "running")
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        stdout, stderr = process.communicate(timeout=10)
    assert time.monotonic() - started < 5
    assert process.returncode == 130
    assert stdout.splitlines()[0] == "a/Tiltfile:2:5: TF301 no such thing"
    assert stdout.splitlines()[-1] == "1 Tiltfile checked: 1 finding, interrupted, 2 not checked"
    assert stderr == "tiltfile: interrupted\n"


def wait_for(path):
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_extension_that_all_load_is_cloned_by_one_process(tree, check, tmp_path):
    tree({"ext/hello/Tiltfile": "", **{f"{name}/Tiltfile": "include('ext://hello')\n" for name in "abcd"}})
    url = "https://github.com/tilt-dev/tilt-extensions"
    user = "[user]\nname = a\nemail = a@example.com\n"
    tree({"home/.gitconfig": f'[url "file://{tmp_path}/ext"]\ninsteadOf = {url}\n{user}'})
    home = {"HOME": str(tmp_path / "home")}
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=tmp_path / "ext", env={**os.environ, **home}, check=True)
    check("a", "b", "c", "d", "--jobs", "4", code=0, **home)


def test_show_files_lists_and_checks_nothing(tree, check):
    tree({"a/Tiltfile": BAD, "b/Tiltfile": BAD, "c/other.Tiltfile": BAD})
    assert check("--show-files", code=0).stdout == "a/Tiltfile\nb/Tiltfile\n"


def test_every_rule_is_listed_and_explained(tree, check):
    listed = [line.split()[0] for line in check("--rules", code=0).stdout.splitlines()]
    assert {"TF101", "TF301"} <= set(listed)
    for code in ("tf101", "TF302"):
        assert check("--explain", code, code=0).stdout.startswith(code.upper() + ": ")


@pytest.fixture
def server():
    """A server that keeps the bodies that are posted to it."""
    posted = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}/", posted
        made.shutdown()


def test_one_event_is_sent_whatever_the_number_of_tiltfiles(tree, check, tmp_path, server):
    url, posted = server
    tree(
        {
            "home/.tilt-dev/analytics/user/choice.txt": "opt-in",
            **{f"{name}/Tiltfile": GOOD for name in "abcdef"},
        }
    )
    check(code=0, HOME=str(tmp_path / "home"), TILT_ANALYTICS_URL=url)
    deadline = time.monotonic() + 30
    while not posted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [event["name"] for event in posted] == ["tilt.cmd.check"]


def test_nothing_is_sent_where_analytics_is_off(tree, check, tmp_path, server):
    url, posted = server
    tree({"Tiltfile": GOOD})
    check(code=0, HOME=str(tmp_path), TILT_ANALYTICS_URL=url, DO_NOT_TRACK="1")
    assert (posted, (tmp_path / ".tilt-dev").exists()) == ([], False)
