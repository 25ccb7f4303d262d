"""Quotes, escapes and substitutions in Dockerfiles."""

from __future__ import annotations

import pytest

from tiltfile_ext.values.docker.shell_words import WordError, expand, split

VARIABLES = {"A": "one", "EMPTY": "", "PATH": "a/b/c"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A", "one"),
        ("${A}x", "onex"),
        ("$A-$MISSING-", "one--"),
        ("'$A'", "$A"),
        ('"$A b"', "one b"),
        ('"a\\"b\\c"', 'a"b\\c'),
        ("\\$A", "$A"),
        ("a$", "a$"),
        ("${MISSING:-x$A}", "xone"),
        ("${EMPTY:-x}", "x"),
        ("${EMPTY-x}", ""),
        ("${A:+x}", "x"),
        ("${MISSING+x}", ""),
        ("${A:?why}", "one"),
        ("${A?why}", "one"),
        ("${PATH#*/}", "b/c"),
        ("${PATH##*/}", "c"),
        ("${PATH%/*}", "a/b"),
        ("${PATH%%/*}", "a"),
        ("${PATH#?}", "/b/c"),
        ("${PATH/\\//-}", "a-b/c"),
        ("${PATH//\\//-}", "a-b-c"),
        ("$@x", "x"),
        ("$12x", "x"),
        ("a < b << c", "a < b << c"),
    ],
)
def test_words_are_expanded(text, value):
    assert expand(text, VARIABLES) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'a", "unexpected end of statement while looking for matching single-quote"),
        ('"a', "unexpected end of statement while looking for matching double-quote"),
        ("${", "syntax error: missing '}'"),
        ("${A:-x", "syntax error: missing '}'"),
        ("${}", "syntax error: bad substitution"),
        ("${A!}", "unsupported modifier (!) in substitution"),
        ("${A:#x}", "unsupported modifier (:#) in substitution"),
        ("${MISSING:?why}", "MISSING: why"),
        ("${MISSING?}", "MISSING: is not allowed to be unset"),
        ("${EMPTY:?}", "EMPTY: is not allowed to be empty"),
        ("${A#\\o}", "invalid escape '\\o'"),
    ],
)
def test_words_that_cannot_be_read_are_refused(text, message):
    with pytest.raises(WordError) as caught:
        expand(text, VARIABLES)
    assert str(caught.value) == message


def test_the_escape_character_can_be_another():
    assert expand("a`$A\\", VARIABLES, "`") == "a$A\\"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a  b\tc", ["a", "b", "c"]),
        ("'a b' c", ["a b", "c"]),
        ("$A ${B:-c}", ["$A", "${B:-c}"]),
        ("x << EOF y", ["x", "<< EOF", "y"]),
    ],
)
def test_text_is_split_into_words(text, words):
    assert split(text) == words


def test_raw_words_keep_quotes_and_escapes():
    assert split("'a b'\\ c", raw=True) == ["'a b'\\ c"]
