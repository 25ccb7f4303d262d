"""Files of ignore patterns."""

from __future__ import annotations

import pytest

from tiltfile_ext.values.ignores import read_patterns


@pytest.mark.parametrize(
    ("data", "patterns"),
    [
        (b"", ()),
        (b"a\r\nb", ("a", "b")),
        (b"\xef\xbb\xbf#no\n\xef\xbb\xbfyes", ("\ufeffyes",)),
        (b"# no\n # yes", ("# yes",)),
        (b" a b \t\n\n", ("a b",)),
        (b"/a/../b//c/", ("b/c",)),
        (b"../a\n/..\n/\n.", ("../a", "/", "/", ".")),
        (b" !  /b/ \n!\n!!x", ("!b", "!", "!!x")),
        ("\u00a0z\u3000\n\x1fz".encode(), ("z", "\x1fz")),
    ],
)
def test_each_line_is_a_pattern(data, patterns):
    assert read_patterns(data) == patterns


def test_a_line_may_not_be_too_long():
    assert len(read_patterns(b"a" * 65535)) == 1
    with pytest.raises(ValueError, match=r"^bufio.Scanner: token too long$"):
        read_patterns(b"a" * 65536 + b"\n")
