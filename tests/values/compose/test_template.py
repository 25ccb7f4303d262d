"""Variables in the text of compose files."""

import pytest

from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.template import substitute

_VARIABLES = {"TAG": "v1", "EMPTY": ""}


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("x:$TAG", "x:v1"),
        ("x:${TAG}y", "x:v1y"),
        ("$$TAG", "$TAG"),
        ("${NO:-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${NO-d}", "d"),
        ("${TAG:+y}", "y"),
        ("${NO+y}", ""),
        ("${EMPTY:+y}", ""),
        ("${TAG?needed}", "v1"),
        ("${NO:-${TAG}}", "v1"),
        ("${NO:-a} ${TAG:-b}", "a v1"),
        ("${NO}", ""),
        ('${NO:-{"a":1}}', '{"a":1}'),
    ],
)
def test_variables_are_replaced(text, meaning):
    assert substitute(text, _VARIABLES.get) == meaning


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("${NO?}", "required variable NO is missing a value"),
        ("${NO:?set it}", "required variable NO is missing a value: set it"),
        ("${EMPTY:?$TAG}", "required variable EMPTY is missing a value: v1"),
    ],
)
def test_a_required_variable_that_is_missing_is_an_error(text, reason):
    with pytest.raises(ComposeError) as error:
        substitute(text, _VARIABLES.get)
    assert str(error.value) == reason


@pytest.mark.parametrize("text", ["${", "${}", "a${1}", "${TAG!x}"])
def test_an_open_brace_must_start_a_variable(text):
    with pytest.raises(ComposeError):
        substitute(text, _VARIABLES.get)


def test_a_variable_that_is_not_set_is_warned_of():
    warnings = []
    substitute("${NO}${TAG}", _VARIABLES.get, warnings.append)
    assert warnings == ['The "NO" variable is not set. Defaulting to a blank string.']
