"""Go's regular expressions."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.values.go.regexp import RegexpError, go_regexp
from tiltfile_ext.values.go.regexp._folding import same

#: the first line is texts; each other one a pattern, and Go's error or which of the texts it fits: "0110…"
_TEXTS, *_CASES = map(
    json.loads,
    Path(__file__).with_name("go_regexp_cases.jsonl").read_text(encoding="utf-8").splitlines(),
)


def _outcome(pattern: str) -> str:
    try:
        found = go_regexp(pattern)
    except RegexpError as error:
        return str(error)
    return "".join("1" if found.search(text) else "0" for text in _TEXTS)


def test_patterns_mean_and_fail_as_they_do_in_go():
    assert {pattern: _outcome(pattern) for pattern, _ in _CASES} == dict(_CASES)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(a+)+$", "a" * 3000 + "b"), (r"(a|aa)+$", "a" * 3000 + "b"), ("(.*)(.*)(.*)(.*)(.*)x", "a" * 1000),
        ("(a?){30}a{30}b", "a" * 30), ("((a*)*)*b", "a" * 3000), ("(?i)(k|k|k)*s$", "K" * 1000),
    ],
)  # fmt: skip
def test_no_pattern_takes_more_than_its_length_times_the_texts(pattern, text):
    assert not go_regexp(pattern).search(text)


_WORDS = st.text("abK.-", max_size=6)


@given(_WORDS, st.text("abkK.-\u212a\n", max_size=12))
def test_plain_words_are_found_like_any_other_pattern(word, text):
    escaped = "".join(f"\\{char}" if char in ".-" else char for char in word)
    for start, end in (("", ""), ("^", "$"), ("^(?i)", ""), ("(?i)^", "$"), ("(?i)", "")):
        plain, other = go_regexp(start + escaped + end), go_regexp(f"{start}(?:{escaped}){end}")
        assert bool(plain.search(text)) == bool(other.search(text))


def test_a_pattern_that_is_deep_or_long_is_no_crash():
    assert go_regexp("(?:" * 20000 + ")" * 20000).search("a")
    assert go_regexp("a|" * 20000).search("a")
    assert _outcome("(" * 2000 + ")" * 2000).startswith("error parsing regexp: expression nests too deeply")
    assert _outcome("(" * 20000).startswith("error parsing regexp: missing closing )")


def test_a_pattern_that_is_written_out_too_long_is_refused():
    with pytest.raises(RegexpError, match="expression too large"):
        go_regexp("(?:" + "abcdefghij" * 30 + "){1000}")


def test_a_case_leads_back_to_where_it_came_from():
    chars = [chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000]
    assert all(char in same(other) for char in chars for other in same(char))
