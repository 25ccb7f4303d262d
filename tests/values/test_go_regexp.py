"""Go's regular expressions."""

import pytest

from tiltfile_ext.values.go.regexp import RegexpError, go_regexp


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^a$", "a"), (r"a\z", "ba"), ("[[:alpha:]]+", "x"), ("(?i)a(?i)B", "AB"), (r"\Qa.b\E", "a.b"),
        ("(?<n>a)(?P<m>b)", "ab"), (r"\p{L}", "q"), ("a{2}", "aa"),
    ],
)  # fmt: skip
def test_a_pattern_is_found(pattern, text):
    assert go_regexp(pattern).search(text)


def test_the_end_is_the_end_of_the_text_not_of_a_line():
    assert not go_regexp("^a$").search("a\n")


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(", "missing closing ): `(`"), ("a)", "unexpected ): `a)`"), ("[a", "missing closing ]: `[a`"),
        ("*a", "missing argument to repetition operator: `*`"), ("a**", "invalid nested repetition operator: `**`"),
        ("a\\", "trailing backslash at end of expression: ``"), (r"\q", r"invalid escape sequence: `\q`"),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"), (r"\1", r"invalid escape sequence: `\1`"),
        ("a{1001}", "invalid repeat count: `{1001}`"), ("[z-a]", "invalid character class range: `z-a`"),
        ("(?P<n", "invalid named capture: `(?P<n`"), ("(?i", "invalid or unsupported Perl syntax: `(?i`"),
    ],
)  # fmt: skip
def test_what_go_cannot_read_is_refused_in_its_words(pattern, problem):
    with pytest.raises(RegexpError) as caught:
        go_regexp(pattern)
    assert str(caught.value) == f"error parsing regexp: {problem}"
