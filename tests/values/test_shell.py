"""Commands as text."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.values.shell import display_command, quote


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("", "''"),
        ("a-b/c:1,d=%@+_.", "a-b/c:1,d=%@+_."),
        ("a b", "'a b'"),
        ("it's", "'it'\"'\"'s'"),
        ("é", "'é'"),
    ],
)
def test_only_text_that_a_shell_would_change_is_quoted(text, quoted):
    assert quote(text) == quoted


@given(st.text())
def test_a_shell_reads_the_text_back(text):
    assert shlex.split(quote(text)) == [text]


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        (["sh", "-c", "echo 'a b'"], "echo 'a b'"),
        (["sh", "-c", "a\nb"], "sh -c a\nb"),
        (["sh", "-c", "a b\nc"], 'sh -c "a b\\nc"'),
        (["cmd", "/S", "/C", "dir a"], "dir a"),
        (["echo", "a b", 'c"d', ""], 'echo "a b" c"d '),
        ([], ""),
    ],
)
def test_a_command_is_shown_as_its_script_or_its_words(argv, shown):
    assert display_command(argv) == shown
