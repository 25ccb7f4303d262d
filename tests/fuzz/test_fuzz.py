"""The random programs, and the tools that work with them; `differential.py` gives them to Tilt."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from _calls import CALLS
from _explained import explanation
from _minimise import ddmin, minimised
from _outcomes import Outcome, here
from _programs import Program, program

#: how many programs run; more by an environment variable
COUNT = int(os.environ.get("FUZZ_PROGRAMS", "120"))


def test_a_seed_makes_the_same_program_each_time():
    assert [program(seed) for seed in range(20)] == [program(seed) for seed in range(20)]


def test_every_call_of_the_grammar_is_drawn_sooner_or_later():
    text = "".join("".join(program(seed).files.values()) for seed in range(1000))
    assert [each for each in CALLS["call"] if each.partition("<")[0] not in text] == []


@pytest.mark.parametrize("seed", range(0, COUNT, 20))
def test_a_random_program_loads_or_ends_in_one_clear_error(seed, tmp_path):
    for each in range(seed, seed + 20):
        directory = tmp_path / str(each)
        for name, text in program(each).files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        outcome = here(directory, program(each).args, {"PATH": os.defpath, "HOME": str(tmp_path)})
        assert not any(
            word in outcome.text for word in ("StarlarkError", "PanicException", "tilt_", "@core")
        ), outcome.text


def test_the_parts_that_matter_are_left():
    assert ddmin(list("abcdefgh"), lambda parts: {"b", "g"} <= set(parts)) == ["b", "g"]


def test_a_program_is_made_small():
    made = Program({"Tiltfile": "x = 1\nprint(bad(2), 3)\ny = 2\n", "lib.tilt": "z = 1\n"}, ("--a",))
    assert minimised(made, lambda each: "bad" in each.files["Tiltfile"]) == Program({"Tiltfile": "bad"}, ())


def test_a_difference_that_is_told_in_the_docs_is_known_by_its_name():
    tilt, ours = (
        Outcome(5, f"Error: unknown unary op: - {word}", None, None) for word in ("bytes", "struct")
    )
    assert explanation(tilt, ours) == "an operator's message names another type"
    assert explanation(Outcome(0, "1", {}, None), Outcome(0, "2", {}, None)) == ""
