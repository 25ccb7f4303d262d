"""A team's choices in a file."""

import pytest

from tiltfile_ext.check._config import KEYS, ConfigError, find_config
from tiltfile_ext.check._settings import settings_of

EVERYTHING = """
paths = ["services", "*.star"]
exclude = "third_party/"
select = ["TF"]
ignore = ["TF2"]
analytics = ["on", "set-by:tools/on.star"]
slow = 5
baseline = "known.json"
jobs = 3
timeout = 7.5
max-memory = 99
run = false
[per-file-ignores]
"legacy/**" = ["TF1"]
[plugins.acme]
teams = ["web"]
"""


def settings(cwd, **flags):
    return settings_of(flags, find_config(str(cwd)), cwd=str(cwd))


def test_every_key_is_a_setting(tree):
    cwd = tree({"tiltfile.toml": EVERYTHING, "deep/er/x": ""}) / "deep" / "er"
    root = str(cwd.parent.parent)
    made = settings(cwd)
    assert made.paths == (f"{root}/services", f"{root}/*.star")
    assert (made.exclude, made.exclude_base) == (("third_party/",), root)
    assert (made.selection.select, made.selection.ignore) == (("TF",), ("TF2",))
    assert (made.policy.analytics, made.policy.set_by, made.policy.slow) == (
        True,
        f"{root}/tools/on.star",
        5.0,
    )
    assert made.baseline == f"{root}/known.json"
    assert (made.limits.jobs, made.limits.timeout, made.limits.memory_mib) == (3, 7.5, 99)
    assert made.run is False
    assert (made.per_file, made.per_file_base) == ({"legacy/**": ("TF1",)}, root)
    assert (made.plugins, made.config) == ({"acme": {"teams": ["web"]}}, f"{root}/tiltfile.toml")
    assert set(find_config(str(cwd)).values) == set(KEYS)


def test_flags_have_precedence_and_are_relative_to_the_working_directory(tree):
    cwd = tree({"tiltfile.toml": EVERYTHING, "deep/x": ""}) / "deep"
    made = settings(cwd, paths=["a"], baseline="b.json", analytics=["off"], exclude=["c"], jobs=1, run=None)
    assert (made.paths, made.baseline) == (("a",), f"{cwd}/b.json")
    assert (made.policy.analytics, made.policy.set_by) == (False, "")
    assert (made.exclude_base, made.limits.jobs, made.run) == (str(cwd), 1, False)


def test_without_a_file_there_are_defaults(tmp_path):
    made = settings(tmp_path)
    assert (made.paths, made.policy.analytics, made.baseline, made.run) == ((), None, "", True)


def test_the_table_of_a_project_counts_and_a_project_without_it_does_not(tree):
    root = tree(
        {
            "pyproject.toml": '[tool.tiltfile]\nanalytics = "on"\n',
            "a/pyproject.toml": "[project]\nname = 'a'\n",
        }
    )
    assert settings(root / "a").policy.analytics is True


def test_the_nearest_file_counts_and_our_own_before_the_projects(tree):
    root = tree(
        {
            "tiltfile.toml": 'analytics = "off"\n',
            "pyproject.toml": '[tool.tiltfile]\nanalytics = "on"\n',
            "a/tiltfile.toml": "slow = 1\n",
        }
    )
    assert settings(root).policy.analytics is False
    assert settings(root / "a").policy.analytics is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = ['TF']", "unknown key 'selct'; did you mean select?"),
        ("colour = 1", "unknown key 'colour'; the keys are paths, exclude"),
        ("jobs = 0", "jobs is 0; it must be a whole number above 0"),
        ("jobs = true", "jobs is True; it must be a whole number"),
        ("timeout = 'long'", "timeout is 'long'; it must be a number of seconds above 0"),
        ("slow = inf", "slow is inf"),
        ("select = [1]", "select is [1]; it must be a string or a list of strings"),
        ("baseline = []", "baseline is []; it must be a string"),
        ("run = 'no'", "run is 'no'; it must be true or false"),
        ("per-file-ignores = []", "per-file-ignores is []; it must be a table"),
        ("x = ", "Invalid value (at"),
    ],
)
def test_a_mistake_is_told_with_its_place(tree, text, message):
    root = tree({"tiltfile.toml": text})
    with pytest.raises(ConfigError) as raised:
        find_config(str(root))
    assert str(raised.value).startswith(f"{root}/tiltfile.toml: ")
    assert message in str(raised.value)


def test_a_table_that_is_none_is_refused(tree):
    root = tree({"pyproject.toml": "[tool]\ntiltfile = 3\n"})
    with pytest.raises(ConfigError, match=r"\[tool.tiltfile\]: must be a table"):
        find_config(str(root))


def test_a_mistake_in_the_file_is_exit_code_2(tree, check):
    tree({"Tiltfile": "", "tiltfile.toml": 'select = ["TF9"]\n'})
    assert "no rule has a code" in check(code=2).stderr
    tree({"tiltfile.toml": 'analytics = "maybe"\n'})
    assert "analytics is 'maybe'" in check(code=2).stderr


def test_a_project_configures_paths_excludes_policy_and_single_files(tree, check):
    tree(
        {
            "pyproject.toml": """
            [tool.tiltfile]
            paths = ["services"]
            exclude = ["vendored/"]
            analytics = "on"
            [tool.tiltfile.per-file-ignores]
            "services/legacy/**" = ["TF1"]
            """,
            "services/web/Tiltfile": "",
            "services/legacy/Tiltfile": "",
            "services/vendored/Tiltfile": "",
            "other/Tiltfile": "",
        }
    )
    for cwd in ("", "services/web"):
        lines = check(cwd=cwd, code=1).stdout.splitlines()
        assert [line for line in lines if "TF101" in line] == [lines[0]]
        assert lines[-1] == "2 Tiltfiles checked: 1 finding (1 fixable with --fix)"
