"""The surface is Tilt's: every name, its parameters, and what is counted, held against the recorded facts."""

import importlib.util
import json
from pathlib import Path

import pytest

from tiltfile_ext.plugins import own
from tiltfile_ext.starkit import Environment

ROOT = Path(__file__).parent.parent
FACTS = json.loads((ROOT / "tests/testdata/builtins.json").read_text())
FUNCTIONS = {name: fact for name, fact in FACTS.items() if fact["kind"] == "function"}
#: made by the engine, or namespaces that exist because something is in them
MADE_ELSEWHERE = {"os.environ", "__file__", "__name__"}


@pytest.fixture(scope="module")
def environment():
    return Environment(own())


def test_every_function_of_tilt_is_there_and_no_other(environment):
    assert sorted(environment.builtins) == sorted(FUNCTIONS)


def test_every_value_of_tilt_is_there(environment):
    names = {name for name, fact in FACTS.items() if fact["kind"] == "value"} - MADE_ELSEWHERE
    found = {*environment.values, *environment.builtins}
    namespaces = {name.rsplit(".", depth)[0] for name in found for depth in range(1, name.count(".") + 1)}
    assert names <= found | namespaces
    assert set(environment.values) <= names


@pytest.mark.parametrize("name", sorted(name for name, fact in FUNCTIONS.items() if fact["arg_counted"]))
def test_parameters_have_tilts_names_order_and_necessity(environment, name):
    declared = [(p.name, p.required) for p in environment.builtins[name].parameters]
    assert declared == [(p["name"], p["required"]) for p in FUNCTIONS[name]["params"]]


@pytest.mark.parametrize("name", sorted(name for name, fact in FUNCTIONS.items() if not fact["arg_counted"]))
def test_some_built_ins_count_no_arguments(environment, name):
    builtin = environment.builtins[name]
    assert builtin.native or builtin.signature.open_ended


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_tilts_core_built_ins_are_marked(environment, name):
    assert environment.builtins[name].core is (FUNCTIONS[name]["unpacker"] == "core")


def test_positional_arguments_count_under_tilts_names(environment):
    for name, fact in FUNCTIONS.items():
        for parameter in fact["params"]:
            odd = parameter.get("positional_count_name")
            if odd:
                assert odd in environment.builtins[name].positional_count_names


def test_every_built_in_is_documented(environment):
    for name, builtin in environment.builtins.items():
        assert (builtin.body.__doc__ or "").strip(), name


def test_the_generated_pages_are_fresh():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for path, page in module.PAGES.items():
        assert path.read_text() == page(), f"run python docs/generate.py: {path.name} is stale"
