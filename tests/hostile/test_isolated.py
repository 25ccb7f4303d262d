"""``tiltfile load --isolate``: whatever ends the process that loads is one error."""

from __future__ import annotations

import json
import time

import pytest

FINE = 'print("hello")\nlocal_resource("a", cmd="true")\n'


def test_a_load_that_ends_by_itself_is_as_ever(load):
    code, out, err = load("--isolate", "--json", text=FINE)
    assert (code, err) == (0, "hello\n")
    assert json.loads(out)["EnabledManifests"] == ["a"]


def test_an_error_of_the_tiltfile_is_as_ever(load):
    code, out, err = load("--isolate", text="fail('no')\n")
    assert (code, out) == (5, "")
    assert "Error in fail: no" in err


def test_arguments_reach_the_tiltfile(load, tmp_path):
    text = "config.define_string_list('to-run', args=True)\nprint(config.parse())\n"
    (tmp_path / "Tiltfile").write_text(text)
    code, _, err = load("--isolate", "-f", "Tiltfile", "--", "web", path="api")
    assert (code, err.splitlines()[0]) == (0, '{"to-run": ["web", "api"]}')


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x = []\nfor i in range(300000): x = [x]\n", "nested too deeply"),
        ("x = ()\nfor i in range(300000): x = (x,)\nprint({x: 1})\n", "nested too deeply"),
        ("x = 'a'\nwhile True: x = x + x\n", "took more than 300 MB of memory"),
        ("x = [1]\nwhile True: x = x + x\n", "took more than 300 MB of memory"),
        ("x = [0] * 2000000000\n", "excessive repeat (1 * 2000000000 elements)"),
        ("x = 3\nwhile True: x = x * x\n", "took more than 2 s in one operation"),
        ("while True: pass\n", "the load was stopped after 2 s"),
        ("local('sleep 100')\n", "the load was stopped after 2 s"),
    ],
    ids=lambda value: value.replace("\n", " ")[:40],
)
def test_what_ends_the_child_is_one_error_within_the_deadline(load, text, why):
    began = time.monotonic()
    code, out, err = load(
        "--isolate", "--memory", "300", "--timeout", "2", "--json", text="print('first')\n" + text
    )
    assert (code, out) == (5, "")
    assert err.startswith("first\n")
    assert why in err
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("memory", ["0", "-1", "much"])
def test_a_bound_that_is_none_is_refused(load, memory):
    code, out, err = load("--isolate", "--memory", memory, text=FINE)
    assert (code, out) == (2, "")
    assert "--memory" in err
