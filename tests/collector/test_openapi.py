"""What programs are told of the addresses is so."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from collecting import event

from analytics.collector._openapi import document
from analytics.collector._routes import ROUTES, find

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = os.environ.get("OPENAPI_EXAMPLES", "6")


def test_schemathesis_finds_nothing(collector, tmp_path):
    running = collector()
    running.call(body=event(calls={"load": 1}))
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{running.address}/openapi.json"]
    options = [
        "--checks",
        CHECKS,
        "--max-examples",
        EXAMPLES,
        "--seed",
        "1",
        "--suppress-health-check",
        "all",
    ]
    options += ["--phases", "examples,coverage,fuzzing", "--workers", "1", "--no-color"]
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        [*command, *options], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_it_says_where_events_are_posted_to(collector):
    running = collector("--path", "/here")
    paths = json.loads(running.call("/openapi.json")[2])["paths"]
    assert ("/here" in paths, "/report" in paths) == (True, False)
    assert set(paths) - {"/here"} == {route.path for route in ROUTES}


def test_the_documented_description_is_this_one():
    shipped = Path(__file__).parents[2] / "docs/openapi.json"
    assert json.loads(shipped.read_text()) == document()


def test_a_wrong_number_of_days_is_refused(collector):
    running = collector()
    for days in ("0", "3651", "x", "-1", "1e3", "9" * 5000, "%D9%A1"):
        status, _, body = running.call(f"/t/builtins.json?days={days}")
        assert (status, json.loads(body)["error"]) == (400, "days is a number from 1 to 3650"), days


@pytest.mark.parametrize(
    ("path", "name", "inside"),
    [
        ("/", "page", {}),
        ("/t/builtins", "table", {"table": "builtins"}),
        ("/t/builtins.csv", "table.csv", {"table": "builtins"}),
        ("/builtin/os.path.join", "builtin", {"builtin": "os.path.join"}),
        ("/builtin/a/b\n.json", "builtin.json", {"builtin": "a/b\n"}),
    ],
)
def test_a_path_leads_to_one_thing(path, name, inside):
    route, names = find(path)
    assert (route.name, names) == (name, inside)


def test_what_one_sent_is_there_for_programs(collector):
    running = collector()
    running.call(body=event(machine="mine", note="n"))
    said = json.loads(running.call("/me.json?hash=mine")[2])
    assert (said["count"], said["events"][0]["event"]["note"]) == (1, "n")


def test_other_methods_are_told_which_there_are(collector):
    status, headers, _ = collector().call("/t/builtins", b"x")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")
