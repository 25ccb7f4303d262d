"""Who writes a rule tests it as we do: with a text, and what is found in it."""

from tiltfile_ext.check import Finding, Fix
from tiltfile_ext.check.fix import NotFixable, insert_first
from tiltfile_ext.starkit import Plugin, builtin
from tiltfile_ext.testing import check, fixed


class TeamRule(Plugin):
    """Somebody answers for every Tiltfile."""

    code = "ACME001"

    @builtin("acme.team")
    def team(self, name: str) -> None:
        """Say which team it is."""

    def check(self, result):
        if "acme.team" not in result.uses:
            text = result.sources[result.path].decode()
            yield Finding(self.code, "no team", result.path, fix=insert_first(text, 'acme.team("web")'))


def test_a_finding_has_a_path_relative_to_the_tiltfile():
    (finding,) = check("print(1)\n", [TeamRule()])
    assert (finding.code, finding.place) == ("ACME001", "Tiltfile:1:1")


def test_a_rule_that_is_a_plugin_brings_its_builtins():
    assert check('acme.team("web")', [TeamRule()]) == []


def test_fixes_are_made_in_the_text():
    text = "# shop\n\nprint(1)\n"
    assert fixed(text, check(text, [TeamRule()])) == '# shop\n\nacme.team("web")\n\nprint(1)\n'
    assert check(fixed(text, check(text, [TeamRule()])), [TeamRule()]) == []


def test_findings_are_sorted_and_fixes_of_other_files_left_out():
    class Two:
        code = "ACME002"

        def check(self, result):
            yield Finding(self.code, "second", result.path, 2, fix=NotFixable("no"))
            yield Finding(self.code, "first", result.path, 1)
            elsewhere = result.path.replace("Tiltfile", "lib.star")
            yield Finding(self.code, "loaded", elsewhere, fix=insert_first("", "fail()"))

    found = check("load('lib.star', 'x')\n", [Two()], files={"lib.star": "x = 1"})
    assert [each.place for each in found] == ["Tiltfile:1:1", "Tiltfile:2:1", "lib.star:1:1"]
    assert isinstance(found[2].fix, Fix)
    assert fixed("x\n", found) == "x\n"
