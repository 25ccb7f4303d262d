"""Rules of plugins."""

import re

import pytest

from tiltfile_ext.check import Finding
from tiltfile_ext.check._plugin_rules import RuleError, rules_of
from tiltfile_ext.starkit import Plugin, builtin

PACKAGE = '''
from tiltfile_ext.check import Finding
from tiltfile_ext.plugins.analytics import AnalyticsSettings
from tiltfile_ext.starkit import Plugin, builtin

class OptInPolicy(Plugin):
    """What our team wants.

    ACME001: services of our team report usage
        Because.
    ACME002: nothing
    """

    def check(self, result):
        if result[AnalyticsSettings].enable is not True:
            yield Finding("ACME001", "call analytics_settings(enable=True)", result.path)

class Team(Plugin):
    """TEAM001: a team of ours"""

    name = "team"

    def __init__(self, teams=()):
        self.teams = teams

    def configured(self, options):
        if set(options) != {"teams"}:
            raise ValueError("say teams = [...]")
        return Team(options["teams"])

    def check(self, result):
        yield Finding("TEAM001", f"teams: {self.teams}", result.path)

class BadBuiltin(Plugin):
    """A built-in with a bug."""

    @builtin
    def oops(self) -> None:
        """Fail."""
        raise KeyError("no")

class Broken(Plugin):
    """BAD001: breaks"""

    def check(self, result):
        raise ValueError("no luck")
'''


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a package with plugins; its path is on that of every process."""

    def install(**plugins):
        site = tmp_path / "site"
        (site / "acme-1.dist-info").mkdir(parents=True)
        (site / "acme_policy.py").write_text(PACKAGE)
        (site / "acme-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
        lines = [f"{name} = acme_policy:{plugin}\n" for name, plugin in plugins.items()]
        (site / "acme-1.dist-info" / "entry_points.txt").write_text(
            "[tiltfile_ext.plugins]\n" + "".join(lines)
        )
        monkeypatch.syspath_prepend(str(site))

    return install


def test_a_policy_of_a_package_takes_part(tree, check, installed):
    installed(policy="OptInPolicy")
    tree({"a/Tiltfile": "", "b/Tiltfile": "analytics_settings(enable=True)"})
    assert check(code=1).stdout.splitlines() == [
        "a/Tiltfile:1:1: ACME001 call analytics_settings(enable=True)",
        "",
        "2 Tiltfiles checked: 1 finding",
    ]
    assert check("--ignore", "ACME", code=0).stdout == "2 Tiltfiles checked: no findings\n"
    assert "ACME001" in check("--select", "ACME", code=1).stdout
    assert "did you mean ACME001?" in check("--select", "ACME101", code=2).stderr


def test_its_codes_are_listed_and_explained(tree, check, installed):
    installed(policy="OptInPolicy")
    tree({})
    assert (
        "ACME001  services of our team report usage  (plugin OptInPolicy)\n"
        in check("--rules", code=0).stdout
    )
    assert (
        check("--explain", "ACME001", code=0).stdout
        == "ACME001: services of our team report usage\n\nBecause.\n"
    )


def test_a_comment_hides_its_findings(tree, check, installed):
    installed(policy="OptInPolicy")
    tree({"a/Tiltfile": "# tiltfile: ignore-file ACME001\n"})
    check(code=0)


def test_a_rule_that_fails_is_one_clear_message_and_exit_code_3_and_stops_no_other(tree, check, installed):
    installed(policy="OptInPolicy", broken="Broken")
    tree({"a/Tiltfile": "", "b/Tiltfile": "fail('x')"})
    done = check(code=3)
    assert re.sub(r":\d+\)", ":…)", done.stderr) == (
        "tiltfile check: plugin Broken: check failed with ValueError: no luck (acme_policy.py:…); "
        "this is a bug of the plugin\n"
    )
    assert [line.split()[1] for line in done.stdout.splitlines() if "Tiltfile:" in line] == [
        "ACME001",
        "ACME001",
        "TF301",
    ]


def test_a_rule_that_is_not_wanted_is_not_run(tree, check, installed):
    installed(broken="Broken")
    tree({"Tiltfile": ""})
    check("--ignore", "BAD", code=0)


def test_a_builtin_of_a_plugin_that_fails_is_exit_code_3(tree, check, installed):
    installed(oops="BadBuiltin")
    tree({"a/Tiltfile": "x = 1\noops()", "b/Tiltfile": "fail('x')"})
    done = check(code=3)
    assert done.stderr.startswith(
        "tiltfile check: a/Tiltfile: a plugin failed with KeyError: 'no' (while calling oops"
    )
    assert "b/Tiltfile:1:5: TF301 x" in done.stdout


def test_a_plugin_that_cannot_be_loaded_is_exit_code_3(tree, check, installed):
    installed(policy="Nowhere")
    tree({"Tiltfile": ""})
    assert "plugin policy (acme_policy:Nowhere) cannot be loaded" in check(code=3).stderr


def test_a_plugin_takes_its_options_from_the_configuration(tree, check, installed):
    installed(team="Team")
    tree({"Tiltfile": "", "pyproject.toml": "[tool.tiltfile.plugins.team]\nteams = ['web']\n"})
    assert "TEAM001 teams: ['web']" in check(code=1).stdout


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("[plugins.team]\nteam = 1", "tiltfile.toml: plugins.team: say teams = [...]"),
        (
            "[plugins.tam]\nteams = []",
            "tiltfile.toml: plugins.tam: no plugin of this name takes options; did you mean team?",
        ),
        ("[plugins.elsewhere]", "is its package installed?"),
        ("[plugins]\nteam = 1", "it must be a table with a table of options for each plugin"),
    ],
)
def test_wrong_options_of_a_plugin_are_exit_code_2(tree, check, installed, table, message):
    installed(team="Team")
    tree({"Tiltfile": "", "tiltfile.toml": table + "\n"})
    assert message in check(code=2).stderr


class Quiet(Plugin):
    """No rules."""


class BuiltinCheck(Plugin):
    """A built-in that happens to have the name."""

    @builtin
    def check(self) -> None:
        """Nothing."""


class NotAFinding(Plugin):
    """X001: gives something else"""

    def check(self, result):
        return ["oops"]


class Two(Plugin):
    """First line.

    X001: one
        Why one.

        More.
    X002: two
    """

    def check(self, result):
        return [Finding("X001", "m", result.path)]


def test_only_plugins_with_a_check_have_rules():
    assert rules_of([Quiet(), BuiltinCheck()]) == []
    assert len(rules_of([Two()])) == 1


def test_codes_are_read_from_the_docstring():
    infos = rules_of([Two()])[0].infos
    assert [(info.code, info.summary, info.explanation, info.origin) for info in infos] == [
        ("X001", "one", "Why one.\n\nMore.", "Two"),
        ("X002", "two", "", "Two"),
    ]


def test_what_is_no_finding_is_the_plugins_bug(tiltfile):
    result = tiltfile("")
    with pytest.raises(RuleError, match="plugin NotAFinding: check gave 'oops', which is no Finding"):
        rules_of([NotAFinding()])[0].check(result)
    assert [finding.code for finding in rules_of([Two()])[0].check(result)] == ["X001"]
