"""Comments of a Tiltfile that hide findings."""

import pytest

from tiltfile_ext.check import Finding
from tiltfile_ext.check._comments import Comments, split


def hides(text, line, code="TF201"):
    return Comments(text).hide(Finding(code, "", "/Tiltfile", line))


@pytest.mark.parametrize(
    ("comment", "hidden"),
    [
        ("# tiltfile: ignore TF201", True),
        ("#tiltfile:ignore TF201", True),
        ("# tiltfile: ignore: TF201", True),
        ("# tiltfile: ignore TF202, TF201", True),
        ("# tiltfile: ignore TF202,TF201  because of x", True),
        ("# see below  # tiltfile: ignore TF201", True),
        ("# tiltfile: ignore TF2", True),
        ("# tiltfile: ignore TF202", False),
        ("# tiltfile: ignore TF2011", False),
        ("# tiltfile: ignore", False),
        ("# tiltfile: ignore everything", False),
        ("# tiltfile: ignored TF201", False),
        ("# TF201", False),
    ],
)
def test_a_comment_hides_the_codes_that_it_names(comment, hidden):
    assert hides(f"x = 1\ntest('a')  {comment}\n", 2) is hidden


@pytest.mark.parametrize("line", [1, 2, 4, 5])
def test_a_comment_is_for_its_own_line(line):
    assert not hides("x = 1\nx = 2\ntest('a')  # tiltfile: ignore TF201\nx = 3\n", line)


def test_a_comment_on_a_line_of_its_own_is_for_the_next_line_of_code():
    text = "x = 1\n# tiltfile: ignore TF201\n\n# why\ntest('a')\ntest('b')\n"
    assert [line for line in range(1, 7) if hides(text, line)] == [5]


def test_a_file_is_left_alone_by_a_comment_at_its_top():
    text = "#!/usr/bin/env tilt\n\n# tiltfile: ignore-file TF2\nx = 1\n# tiltfile: ignore-file TF3\n"
    assert hides(text, 4)
    assert hides(text, 1)
    assert not hides(text, 4, "TF301")


def test_windows_line_ends_are_line_ends():
    assert hides("x = 1\r\ntest('a')  # tiltfile: ignore TF201\r\n", 2)


def test_findings_in_other_files_are_shown():
    here, there = Finding("TF201", "", "/a", 1), Finding("TF201", "", "/b", 1)
    assert split([here, there], {"/a": Comments("test()  # tiltfile: ignore TF2")}) == ([there], [here])


def test_hidden_findings_are_counted_and_fail_nothing(tree, check):
    tree(
        {
            "Tiltfile": "test('a', 'true')  # tiltfile: ignore TF201\n",
            "b/Tiltfile": "# tiltfile: ignore-file TF\nfail(1)",
        }
    )
    assert check(code=0).stdout == "2 Tiltfiles checked: no findings, 2 ignored by comments\n"
