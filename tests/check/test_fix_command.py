"""``tiltfile check --fix`` and ``--diff`` as a team meets them."""

import pytest

CALL = "analytics_settings(enable=True)\n"
OFF = "analytics_settings(enable=False)\n"
BRANCH = "if True:\n    analytics_settings(enable=False)\n"


@pytest.fixture
def shop(tree):
    return tree({"api/Tiltfile": "# The API.\n\nprint('api')\n", "web/Tiltfile": OFF, "old/Tiltfile": BRANCH})


def test_what_can_be_fixed_is_and_the_rest_is_shown(shop, check):
    done = check("--analytics", "on", "--fix", code=1)
    assert done.stderr.splitlines() == [
        "fixed api/Tiltfile: call analytics_settings(enable=True) before anything that can fail",
        "cannot fix old/Tiltfile:2:23: TF101: line 2:5 says enable=False in a branch, loop or function: "
        "remove or change it by hand",
        "fixed web/Tiltfile: say enable=True in the call that is there",
    ]
    shown = [line.partition(" ")[0] for line in done.stdout.splitlines() if line.startswith("old/")]
    assert shown == ["old/Tiltfile:2:5:", "old/Tiltfile:2:23:"]
    assert done.stdout.splitlines()[-1] == "3 Tiltfiles checked: 2 findings"
    assert (shop / "api/Tiltfile").read_text() == f"# The API.\n\n{CALL}\nprint('api')\n"
    assert (shop / "web/Tiltfile").read_text() == CALL
    assert (shop / "old/Tiltfile").read_text() == BRANCH


def test_a_second_fix_changes_nothing(tree, check):
    where = tree({"Tiltfile": "print('api')\n"})
    check("--analytics", "on", "--fix", code=0)
    once = (where / "Tiltfile").read_bytes()
    assert check("--analytics", "on", "--fix", code=0).stderr == ""
    assert (where / "Tiltfile").read_bytes() == once


def test_a_diff_changes_nothing_and_shows_everything(tree, check):
    where = tree({"api/Tiltfile": "print('api')\n"})
    done = check("--analytics", "on", "--diff", code=1)
    assert done.stdout == (
        "--- a/api/Tiltfile\n+++ b/api/Tiltfile\n@@ -1 +1,3 @@\n"
        "+analytics_settings(enable=True)\n+\n print('api')\n"
    )
    assert done.stderr == "--fix changes 1 file\n"
    assert (where / "api/Tiltfile").read_text() == "print('api')\n"


def test_a_diff_of_nothing_says_so(tree, check):
    tree({"Tiltfile": CALL})
    done = check("--analytics", "on", "--diff", code=0)
    assert (done.stdout, done.stderr) == ("", "--fix changes no files\n")


def test_what_can_be_fixed_is_told_without_fixing_it(shop, check):
    done = check("--analytics", "on", code=1)
    assert done.stdout.splitlines()[-1] == "3 Tiltfiles checked: 4 findings (2 fixable with --fix)"


def test_what_the_baseline_or_a_comment_hides_is_left_alone(tree, check):
    hidden = "# tiltfile: ignore TF101\nprint('hidden')\n"
    where = tree({"old/Tiltfile": "print('old')\n"})
    check("--analytics", "on", "--baseline", "known.json", "--write-baseline", code=0)
    tree({"new/Tiltfile": "print('new')\n", "hidden/Tiltfile": hidden})
    check("--analytics", "on", "--baseline", "known.json", "--fix")
    assert (where / "old/Tiltfile").read_text() == "print('old')\n"
    assert (where / "new/Tiltfile").read_text() == f"{CALL}\nprint('new')\n"
