"""The verbs as they are typed, right and wrong."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from collecting import DAY, NOW, event, serving

from analytics.collector import cli
from analytics.collector.cli import main
from analytics.collector.cli._dates import moment
from analytics.collector.forward._address import parse
from analytics.collector.forward._position import path_of

#: what verbs want besides the file, to get as far as that
WANTED = {
    "forward": ["otlp+http://h"],
    "erase": ["h"],
    "backup": ["b.db"],
    "revoke-key": ["k"],
    "add-key": ["k"],
}
MAKING = ("serve", "import", "add-key")
APART = ("relay",)  # has a spool, and no file
OTHERS = [verb for verb in cli._VERBS if verb not in (*MAKING, *APART)]


@pytest.fixture
def collect(tmp_path, capfd, monkeypatch):
    """Run a verb on the file in an empty directory; returns exit code, what it printed, what it said."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        try:
            code = main(arguments, prog="tiltfile collect")
        except SystemExit as ended:
            code = ended.code
        return code, *capfd.readouterr()

    return run


@pytest.fixture
def kept(put, store):
    """Three events, one a day."""
    for day in range(3):
        put(event(n=day), time=NOW + day * DAY)
    store.settle()


def numbers(text):
    return [json.loads(line)["event"]["n"] for line in text.splitlines()]


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ([], [0, 1, 2]),
        (["--since", "2024-10-05"], [1, 2]),
        (["--until", "2024-10-05T00:00:00Z"], [0]),
        (["--since", "2024-10-05T02:00+04:00", "--until", "2024-10-06"], [1]),
        (["--since", "1h"], []),
    ],
)
def test_a_span_is_exported(collect, kept, span, expected):
    code, printed, said = collect("export", *span)
    assert (code, said, numbers(printed)) == (0, "", expected)


@pytest.mark.parametrize("format", ["ndjson", "parquet"])
def test_an_export_has_its_name_when_it_is_whole(collect, kept, tmp_path, format, monkeypatch):
    assert collect("export", "--format", format, "--output", "out")[0] == 0
    whole = (tmp_path / "out").read_bytes()
    assert whole

    def broken(*_):
        yield b"half a line"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("analytics.collector._export.lines", broken)
    monkeypatch.setattr("analytics.collector._parquet.records", broken)
    monkeypatch.setattr("analytics.collector._parquet._row", lambda *_: {})
    code, _, said = collect("export", "--format", format, "--output", "out")
    assert (code, said) == (1, "tiltfile collect: out cannot be written: no space left on device\n")
    assert (tmp_path / "out").read_bytes() == whole
    assert not (tmp_path / "out.part").exists()


def test_parquet_without_its_package_says_what_to_install(collect, kept, monkeypatch):
    monkeypatch.delitem(sys.modules, "analytics.collector._parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    code, _, said = collect("export", "--format", "parquet", "--output", "out")
    assert (code, said) == (
        1,
        "tiltfile collect: --format parquet needs pyarrow: python -m pip install 'tiltfile-ext[parquet]'\n",
    )


@pytest.mark.parametrize("text", ["", "yesterday", "7", "7y", "-1d", "2026-13-01", "9" * 9 + "d"])
def test_what_is_no_moment_is_wrong_usage(collect, text):
    code, _, said = collect("export", f"--since={text}")
    assert code == 2
    assert f"argument --since: {text!r} is no moment: 2026-11-01, " in said


def test_a_moment_may_be_long_ago():
    assert moment("999999w") == 0
    assert moment("1969-12-31") == 0
    assert moment("0001-01-01T00:00+23:59") == 0


@pytest.mark.parametrize("verb", OTHERS)
def test_a_file_that_is_not_there_is_not_made(collect, verb, tmp_path):
    code, printed, said = collect(verb, *WANTED.get(verb, []))
    assert (code, printed) == (1, "")
    assert said == (
        "tiltfile collect: collector.db: there is no such file; `collect serve --file collector.db` makes it\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", [*MAKING, *OTHERS])
@pytest.mark.parametrize("content", ["text", "other", "newer", "directory"])
def test_a_file_that_is_no_collector_s_is_one_message(collect, verb, content, tmp_path):
    path = tmp_path / "collector.db"
    if content == "directory":
        path.mkdir()
    elif content == "text":
        path.write_bytes(b"these are notes, and not a database\n" * 50)
    else:
        with closing(sqlite3.connect(path)) as other, other:
            other.execute(f"CREATE TABLE {'meta' if content == 'newer' else 'theirs'} (key, value)")
            if content == "newer":
                other.execute("INSERT INTO meta VALUES ('layout', '999')")
    code, printed, said = collect(verb, *WANTED.get(verb, []))
    assert (code, printed, said.count("\n")) == (1, "", 1)
    assert said.startswith("tiltfile collect: collector.db cannot be used as a collector's file: ")


def test_how_far_a_forwarder_is_can_be_seen(collect, kept, tmp_path, db):
    collect("forward", f"statsd+unix://{tmp_path}/none", "--since", "1h")
    code, printed, _ = collect("status")
    assert code == 0
    assert printed.splitlines()[-2:] == [
        f"forwarded to statsd+unix://{tmp_path}/none",
        "  up to event 3 of 3: 0 events",
    ]


@pytest.mark.parametrize("to", ["ftp://h", "otlp+https://KEY@h"])
def test_an_address_that_is_none_is_wrong_usage(collect, to):
    code, _, said = collect("forward", to)
    assert (code, said.startswith("tiltfile collect forward: argument TO: ")) == (2, True)


@pytest.mark.parametrize(("to", "option"), [("statsd://h", "--omit"), ("otlp+http://h", "--tag")])
def test_an_option_that_is_not_for_this_protocol_is_said_to_be_none(collect, kept, to, option):
    words = f"tiltfile collect: {option} says nothing about what is sent to {to}: see --help\n"
    assert collect("forward", to, option, "user") == (1, "", words)


def test_a_lock_that_cannot_be_made_is_one_message(collect, kept, tmp_path):
    path = path_of("collector.db", parse("otlp+http://h"))
    (tmp_path / f"{path}.lock").mkdir()
    said = collect("forward", "otlp+http://h")
    assert said == (1, "", f"tiltfile collect: {path}.lock cannot be made: is a directory\n")


@pytest.mark.parametrize("port", ["-1", "65536", "0000001234567", "x", "٣"])
def test_what_is_no_port_is_wrong_usage(collect, port):
    code, _, said = collect("serve", f"--port={port}")
    assert (code, f"argument --port: {port!r} is no port: 0 to 65535" in said) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--tls-cert", "none"], "none cannot be used as a certificate: no such file or directory"),
        (["--tls-cert", "notes"], "notes cannot be used as a certificate: [ssl] "),
        (["--tls-key", "notes"], "--tls-key is the key of a certificate: say which with --tls-cert FILE"),
    ],
)
def test_a_certificate_that_is_none_is_one_message(tmp_path, arguments, words):
    (tmp_path / "notes").write_text("notes\n")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = serving("c.db", "--port", "0", *arguments)
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    said = done.stderr
    assert (done.returncode, said.startswith(f"tiltfile collect: {words}"), said.count("\n")) == (1, True, 1)


def test_a_backup_is_another_file(collect, kept, tmp_path):
    (tmp_path / "same.db").hardlink_to(tmp_path / "collector.db")
    assert collect("backup", "same.db") == (
        1, "", "tiltfile collect: same.db is the file itself: a backup is another one\n"
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "%", "_", "x", "m2"])
def test_what_is_no_digest_erases_nobody_else_s_events(collect, put, text):
    put(event(note="x m2 here", n=1), event(machine="m3", n=2), b"poison m2")
    assert collect("erase", text) == (0, "0 events erased\n", "")
    assert numbers(collect("export")[1]) == [1, 2]


def test_a_disk_that_is_full_is_one_message(collect, kept, tmp_path, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("analytics.collector._store.Store.settle", full)
    (tmp_path / "more").write_bytes(event())
    assert collect("import", "more") == (1, "", "tiltfile collect: database or disk is full\n")


@pytest.mark.parametrize(
    ("verb", "first"), [("status", "collector.db: "), ("export", '{"id":'), ("keys", "")]
)
def test_whoever_only_reads_does_not_wait_for_who_writes(collect, kept, db, verb, first):
    db.execute("BEGIN IMMEDIATE")
    code, printed, said = collect(verb)
    assert (code, printed.startswith(first), said) == (0, True, "")
