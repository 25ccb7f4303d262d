"""``.env`` files."""

import pytest

from tiltfile_ext.values.compose.dotenv import parse
from tiltfile_ext.values.compose.errors import ComposeError


def _parsed(text):
    variables = {}
    parse(text, variables, {"OUTER": "o"}.get)
    return variables


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("A=1\nB = two words \n", {"A": "1", "B": "two words"}),
        ("# a comment\n\nexport A=1", {"A": "1"}),
        ("A=b # comment\nB=b#c", {"A": "b", "B": "b#c"}),
        ("A=1\nB=${A}-$OUTER", {"A": "1", "B": "1-o"}),
        ("A='$OUTER\\n'", {"A": "$OUTER\\n"}),
        ('A="a\\tb $OUTER \\$x"', {"A": "a\tb o $x"}),
        ('A="two\nlines"\nB=1', {"A": "two\nlines", "B": "1"}),
        ('A="\\0101\\c\\0"', {"A": "A\\c\\"}),
        ("OUTER\nNOBODY\n", {"OUTER": "o"}),
        ("A: yaml", {"A": "yaml"}),
        ("\ufeffA=1", {"A": "1"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
    ],
)
def test_lines_are_variables(text, variables):
    assert _parsed(text) == variables


@pytest.mark.parametrize("text", ["A B=c", "A!=b", 'A="open', "A=${NO?}"])
def test_other_lines_are_errors(text):
    with pytest.raises(ComposeError):
        _parsed(text)
