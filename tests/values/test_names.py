"""Names that can be a segment of a path."""

from __future__ import annotations

import pytest

from tiltfile_ext.values.names import check_name


@pytest.mark.parametrize("name", ["", "web", "a b", "...", "é:1"])
def test_almost_anything_is_a_name(name):
    check_name(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a/b", "invalid value \"a/b\": may not contain '/'"),
        ("a%/b", "invalid value \"a%/b\": may not contain '/'"),
        ("50%", "invalid value \"50%\": may not contain '%'"),
        (".", "invalid value \".\": may not be '.'"),
        ("..", "invalid value \"..\": may not be '..'"),
    ],
)
def test_what_a_path_would_read_otherwise_is_no_name(name, message):
    with pytest.raises(ValueError, match=r"^invalid value") as error:
        check_name(name)
    assert str(error.value) == message
