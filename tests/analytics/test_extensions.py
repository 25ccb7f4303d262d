"""The public list of extensions, and how it is renewed."""

import importlib.util
import json
from pathlib import Path

import pytest

from analytics._extensions import PUBLIC

_SPEC = importlib.util.spec_from_file_location(
    "public_extensions", Path(__file__).parents[2] / "scripts/public_extensions.py"
)
writer = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(writer)


def test_the_list_is_as_the_script_writes_it():
    assert writer.LIST.read_text() == writer.text(sorted(set(PUBLIC)))


def test_a_checkout_names_its_extensions_but_not_their_tests(tmp_path):
    for name in (
        "helm_remote",
        "helm_remote/test",
        "podman/test_restart",
        "tests/golang",
        "tests/golang/test",
    ):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "Tiltfile").touch()
    (tmp_path / "Tiltfile").touch()
    assert writer.names(tmp_path) == ["helm_remote", "tests/golang"]


def test_without_a_checkout_the_list_stays_and_the_usage_is_said(tmp_path, capsys):
    before = writer.LIST.read_text()
    assert writer.main([]) == writer.main([str(tmp_path)]) == 2
    assert "usage: python scripts/public_extensions.py CHECKOUT" in capsys.readouterr().err
    assert writer.LIST.read_text() == before


def test_the_schema_tells_public_names_from_those_that_are_sent_as_typed(cli):
    [event] = [e for e in json.loads(cli("schema", "--json").out)["events"] if "plugin" in e["name"]]
    [key] = [key for key in event["keys"] if key["name"] == "ext_name"]
    assert "restart_process" in key["public"]
    assert "a public name: api_server_logs, " in key["values"]
    assert key["values"].endswith(
        "or as typed, capped: text, the extension's name as the Tiltfile has it, cut after 200 characters"
    )


@pytest.mark.parametrize("name", [PUBLIC[0], "our_own", "x" * 500])
def test_every_name_is_sent_as_it_is_but_for_its_length(name, open_client):
    client = open_client()
    client.incr("tiltfile.loaded.plugin", {"ext_name": name})
    assert json.loads(client.preview()[0])["ext_name"] == name[:200]
    assert client.refused == {}
