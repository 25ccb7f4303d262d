"""What each rule finds, and what it leaves alone."""

import os
import subprocess

import pytest

from tiltfile_ext.check._policy import Policy, PolicyError, policy_of
from tiltfile_ext.check.rules import EVERY_RULE

ON, OFF = Policy(analytics=True), Policy(analytics=False)
AUTHOR = ("-c", "user.name=a", "-c", "user.email=a@example.com")
YES, NO = "analytics_settings(enable=True)", "analytics_settings(enable=False)"


# ---- TF101, TF102: on, off


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", ["1:1"]),
        ("x = 1", ["1:1"]),
        (YES, []),
        (f"{NO}\n{YES}", []),
        (f"{YES}\n{NO}", ["2:19"]),
        (f"  \n{NO}", ["2:19"]),
        (f"if os.getenv('NONE'):\n    {YES}", ["2:5"]),
        (f"def go():\n    {YES}\ngo()", []),
        (f"{YES}\nfail('x')", []),
        ("fail('x')", []),
        (f"{NO}\nfail('x')", ["1:19"]),
    ],
)
def test_analytics_must_be_on(found, text, places):
    assert found(text, policy=ON, only="TF101") == [f"TF101 Tiltfile:{place}" for place in places]


@pytest.mark.parametrize(("text", "places"), [("", ["1:1"]), (NO, []), (YES, ["1:19"]), (f"{YES}\n{NO}", [])])
def test_analytics_must_be_off(found, text, places):
    assert found(text, policy=OFF, only="TF102") == [f"TF102 Tiltfile:{place}" for place in places]


def test_a_file_that_is_loaded_may_turn_analytics_on(found):
    files = {"lib.star": f"def go():\n    {YES}\n"}
    assert found("load('lib.star', 'go')\ngo()", policy=ON, only="TF10", files=files) == []


def test_a_wrong_word_is_found_in_the_file_that_says_it(found):
    files = {"lib.star": f"def go():\n    {NO}\n"}
    assert found("load('lib.star', 'go')\ngo()", policy=ON, only="TF101", files=files) == [
        "TF101 lib.star:2:23"
    ]


@pytest.fixture
def extension(tmp_path):
    """Put an extension where Tilt keeps clones; returns the environment of loads that find it."""

    def make(name, text):
        clone = tmp_path / ".local/share/tilt-dev/tilt_modules/github.com/tilt-dev/tilt-extensions"
        (clone / name).mkdir(parents=True)
        (clone / name / "Tiltfile").write_text(text)
        for words in (["init", "-q"], ["add", "."], [*AUTHOR, "commit", "-qm", "x"]):
            subprocess.run(["git", *words], cwd=clone, check=True)
        return {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    return make


def test_a_wrong_word_of_an_extension_is_found_in_the_tiltfile(found, extension, tmp_path):
    environ = extension("quiet", NO)
    finding, *_ = found("load_dynamic('ext://quiet')", policy=ON, only="TF101", whole=True, environ=environ)
    assert (finding.path, finding.line) == (f"{tmp_path}/Tiltfile", 1)
    assert finding.message.endswith("quiet/Tiltfile:1:19 says enable=False")


def test_a_tiltfile_that_is_not_there_is_no_matter_of_analytics(tmp_path):
    from tiltfile_ext import load
    from tiltfile_ext.check.rules import rules_for

    result = load(tmp_path / "Tiltfile")
    codes = [each.code for rule in rules_for(ON) for each in rule.check(result)]
    assert codes == ["TF301"]


# ---- TF103: set by


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["TF103 Tiltfile:1:1"]),
        (YES, ["TF103 Tiltfile:1:19"]),
        ("include('tools/on.star')", []),
        (f"{NO}\ninclude('tools/on.star')", []),
        (f"include('tools/on.star')\n{YES}", ["TF103 Tiltfile:2:19"]),
        ("fail('x')", []),
    ],
)
def test_analytics_must_be_set_by_a_file(found, tmp_path, text, codes):
    policy = policy_of(["set-by:tools/on.star"], base=str(tmp_path))
    assert found(text, policy=policy, only="TF103", files={"tools/on.star": YES}) == codes


def test_analytics_must_be_set_by_an_extension(found, tmp_path):
    (tmp_path / "ext" / "acme").mkdir(parents=True)
    (tmp_path / "ext" / "acme" / "Tiltfile").write_text(f"def on():\n    {YES}\n")
    repo = f"v1alpha1.extension_repo('r', url='file://{tmp_path}/ext')\n"
    text = (
        repo + "v1alpha1.extension('acme', repo_name='r', repo_path='acme')\nload('ext://acme', 'on')\non()\n"
    )
    policy = policy_of(["set-by:ext://acme"], base="/")
    assert found(text, policy=policy, only="TF103") == []
    assert found(text + YES, policy=policy, only="TF103") == ["TF103 Tiltfile:5:19"]


# ---- policies


def test_a_policy_is_a_few_words():
    assert policy_of(["on", "set-by:ext://acme"], base="/x") == Policy(True, "ext://acme")
    assert policy_of(["set-by:a/b"], base="/x").set_by == "/x/a/b"
    assert policy_of([], base="/x", slow=2.5) == Policy(slow=2.5)


@pytest.mark.parametrize("words", [["yes"], ["on", "off"], ["set-by:"], ["set-by:a", "set-by:b"]])
def test_a_policy_that_cannot_be_is_refused(words):
    with pytest.raises(PolicyError):
        policy_of(words, base="/")


# ---- TF104: contradiction


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"{YES}\n{NO}", ["TF104 Tiltfile:2:19"]),
        (f"{NO}\n{YES}\n{NO}", ["TF104 Tiltfile:2:19", "TF104 Tiltfile:3:19"]),
        (f"{YES}\n{YES}", []),
        (f"if True:\n    {YES}\nelse:\n    {NO}", []),
        (YES, []),
    ],
)
def test_a_contradiction_is_found_where_it_is_said(found, text, codes):
    assert found(text, only="TF104") == codes


# ---- TF105: only on some branch


@pytest.mark.parametrize(
    "text",
    [
        f"if os.getenv('X'):\n    {YES}",
        f"if not os.getenv('X'):\n    {YES}",
        f"if x():\n    pass\nelse:\n    {YES}\ndef x(): return True",
        f"for i in [1]:\n    {YES}",
        f"while False:\n    {YES}",
        f"x = {YES} if os.getenv('X') else None",
        f"os.getenv('X') and {YES}",
        f"def go():\n    {YES}\nif os.getenv('X'):\n    go()",
        f"def go(x):\n    if x:\n        {YES}\ngo(True)",
        f"def go():\n    {YES}\n",
        f"[{YES} for i in []]",
        f"if True:\n    {YES}\nelse:\n    pass",
        f"if True:\n    {YES}\nelif False:\n    {YES}",
        f"def a():\n    {YES}\n    b()\ndef b():\n    a()\nif True:\n    a()",
    ],
)
def test_a_word_on_some_branch_only_is_found(found, text):
    assert len(found(text, only="TF105")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        YES,
        f"if os.getenv('X'):\n    {YES}\nelse:\n    {NO}",
        f"if os.getenv('X'):\n    {YES}\nelif os.getenv('Y'):\n    {NO}\nelse:\n    {YES}",
        f"x = {YES} if os.getenv('X') else {NO}",
        f"def go():\n    {YES}\ngo()",
        f"def go():\n    {YES}\nif os.getenv('X'):\n    go()\nelse:\n    go()",
        f"def a():\n    b()\ndef b():\n    {YES}\na()",
        f"def go():\n    {YES}\ndef call(f):\n    f()\ncall(go)",
        f"{YES} or os.getenv('X')",
        f"if os.getenv('X'):\n    {NO}\n{YES}",
        f"def go():\n    {YES}\ns = struct(go=go)\ns.go()",
        f"for x in [{YES}]:\n    pass",
        f"if {YES}:\n    pass",
        "def analytics_settings(enable): pass\nif True:\n    analytics_settings(True)",
        "def go(analytics_settings):\n    if True:\n        analytics_settings(1)\ngo(print)",
    ],
)
def test_a_word_that_every_load_says_is_left_alone(found, text):
    assert found(text, only="TF105") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("load('lib.star', 'go')\ngo()", []),
        ("load('lib.star', here='go')\nhere()", []),
        ("load('lib.star', here='go', x='x')\nif x:\n    here()", ["TF105 lib.star:3:5"]),
        ("load('lib.star', 'go')", ["TF105 lib.star:3:5"]),
        ("if os.getenv('X'):\n    pass\nelse:\n    include('on.star')", ["TF105 on.star:1:1"]),
        ("include('on.star')", []),
        ("load_dynamic('lib.star')['go']()", []),
    ],
)
def test_branches_are_followed_into_other_files(found, text, codes):
    files = {"lib.star": f"x = 1\ndef go():\n    {YES}\n", "on.star": YES}
    assert found(text, only="TF105", files=files) == codes


def test_a_file_that_python_cannot_read_is_left_alone(found):
    assert found(f"x = 1_x\n{YES}", only="TF1") == []


# ---- TF2: what Tilt has given up


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("test('t', 'true')", ["TF201 Tiltfile:1:1"]),
        ("t = test\nt('t', 'true')", ["TF201 Tiltfile:1:5"]),
        ("\tif 0: pass".strip() + "\nif os.getenv('X'):\n\ttest('t', 'true')", ["TF201 Tiltfile:3:2"]),
        ("experimental_metrics_settings(enabled=True)", ["TF201 Tiltfile:1:1"]),
        ("'é'; test('t', 'true')", ["TF201 Tiltfile:1:6"]),
        ("def test(x): pass\ntest(1)", []),
        ("load('lib.star', 'test')\ntest(1)", []),
        ("def f(test): return test(1)\nf(str)", []),
        ("x = struct(test=1)\nx.test", []),
        ("print('test()')  # test", []),
        ("local_resource('t', 'true', allow_parallel=True)", []),
    ],
)
def test_deprecated_builtins(found, text, codes):
    assert found(text, only="TF201", files={"lib.star": "def test(x): pass"}) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("docker_build('a', '.', cache='x')", ["TF202 Tiltfile:1:30"]),
        ("docker_build('a', '.', {}, 'Dockerfile', None, 'x')", ["TF202 Tiltfile:1:48"]),
        ("docker_build('a', '.', cache_from='x')", []),
        ("docker_build(*['a', '.'])", []),
        ("custom_build('a', 'true', [], command_bat_val='x')", ["TF202 Tiltfile:1:47"]),
        ("custom_build('a', 'true', [], command_bat='x')", []),
        ("x = dict(cache='x')", []),
    ],
)
def test_deprecated_arguments(found, text, codes):
    assert found(text, only="TF202", files={"Dockerfile": "FROM scratch"}) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("enable_feature('facets')", ["TF203 Tiltfile:1:1"]),
        ("disable_feature(msg='labels')", ["TF203 Tiltfile:1:1"]),
        ("enable_feature('cluster_refresh')", []),
        ("disable_snapshots()", []),
        ("enable_feature(os.getenv('X', 'facets'))", []),
    ],
)
def test_obsolete_features(found, text, codes):
    assert found(text, only="TF203") == codes


def test_extensions_are_not_the_users_to_change(found, extension):
    environ = extension("old", "enable_feature('facets')\nfail('no')")
    finding, *others = found("x = 1\nload_dynamic('ext://old')", environ=environ, whole=True)
    assert (finding.code, finding.line, finding.column, finding.message) == ("TF301", 2, 13, "no")
    assert others == []


# ---- TF3: loads


@pytest.mark.parametrize(
    ("text", "codes", "message"),
    [
        ("x = 1", [], ""),
        ("x = 1\nfail('one\\ntwo')", ["TF301 Tiltfile:2:5"], "one"),
        ("x = 1\n  y = 2", ["TF301 Tiltfile:2:3"], "got indent, want primary expression"),
        ("x = undefined", ["TF301 Tiltfile:1:5"], "undefined: undefined"),
        ("load('bad.star', 'x')", ["TF301 bad.star:2:2"], "got indent, want primary expression"),
        ("load('inner.star', 'x')", ["TF301 bad.star:2:2"], "got indent, want primary expression"),
        ("load('lib.star', 'f')\nf()", ["TF301 lib.star:2:9"], "deep"),
        ("load('none.star', 'x')", ["TF301 Tiltfile:1:1"], "cannot load none.star"),
        ("k8s_resource('nothing')", ["TF301 Tiltfile:1:1"], "k8s_resource specified unknown resource"),
    ],
)
def test_a_load_that_fails_is_found_at_its_innermost_place(found, text, codes, message):
    files = {
        "bad.star": "x = 1\n (",
        "inner.star": "load('bad.star', 'x')",
        "lib.star": "def f():\n    fail('deep')",
    }
    findings = found(text, only="TF3", files=files, whole=True)
    assert found(text, only="TF3", files=files) == codes
    assert all(message in finding.message and "\n" not in finding.message for finding in findings)


def test_a_slow_load_is_found_where_there_is_a_bound(found):
    text = "local('sleep 0.3')"
    assert found(text, policy=Policy(slow=0.2), only="TF302") == ["TF302 Tiltfile:1:1"]
    assert found(text, policy=Policy(slow=20), only="TF302") == []
    assert found(text, only="TF302") == []


@pytest.mark.parametrize("code", [rule.code for rule in EVERY_RULE])
def test_every_rule_is_explained(code):
    info = next(rule for rule in EVERY_RULE if rule.code == code).info()
    assert info.summary
    assert len(info.explanation) > 50


def test_codes_are_sorted_and_each_is_there_once():
    codes = [rule.code for rule in EVERY_RULE]
    assert codes == sorted(set(codes))
