"""Which codes take part."""

import pytest

from tiltfile_ext.check import RuleInfo
from tiltfile_ext.check._selection import Selection, SelectionError, check_codes


@pytest.mark.parametrize(
    ("select", "ignore", "taken"),
    [
        ((), (), {"TF101", "TF105", "TF201", "ACME001"}),
        (("TF1",), (), {"TF101", "TF105"}),
        ((), ("TF1",), {"TF201", "ACME001"}),
        (("TF",), ("TF1",), {"TF201"}),
        (("TF105",), ("TF1",), {"TF105"}),
        (("TF1", "ACME"), ("TF105",), {"TF101", "ACME001"}),
        (("TF105",), ("TF105",), set()),
        ((), ("TF", "ACME"), set()),
    ],
)
def test_the_longer_beginning_decides(select, ignore, taken):
    selection = Selection(select, ignore)
    assert {code for code in ("TF101", "TF105", "TF201", "ACME001") if selection.takes(code)} == taken


RULES = [RuleInfo("TF101", "x"), RuleInfo("ACME001", "x")]


@pytest.mark.parametrize("code", ["TF", "TF1", "TF101", "ACME", "A"])
def test_a_code_and_what_it_begins_with_is_known(code):
    check_codes([code], RULES, closed=True)


@pytest.mark.parametrize(
    ("code", "hint"),
    [("TF9", "--rules"), ("TF1011", "TF101"), ("acme001", "ACME001"), ("", "--rules"), ("TF-101", "TF101")],
)
def test_another_code_is_refused_with_a_hint(code, hint):
    with pytest.raises(SelectionError, match=hint):
        check_codes([code], RULES, closed=True)


def test_a_plugin_that_announces_nothing_may_have_any_code():
    check_codes(["OTHER1"], RULES, closed=False)
