"""Version constraints."""

from __future__ import annotations

import pytest

from tiltfile_ext.values.go.version_range import parse_version, satisfies


@pytest.mark.parametrize(
    ("constraint", "fits"),
    [
        ("0.37.6", True),
        ("=0.37.5", False),
        ("!=0.37.5", True),
        (">= 0.37.0 <0.38.0", True),
        ("<0.1.0 || >0.37.0", True),
        ("0.37.x", True),
        ("0.x", True),
        ("0.x.x", False),  # the library takes it for 0.0.x
        (">0.37.x", False),
        ("<=0.37.x", True),
        ("!0.37.x", False),
        (">=0.37.6-alpha", True),
        (">=0.37.7-alpha", False),
        ("~0.37.x", False),
    ],
)
def test_a_version_is_within_a_constraint_or_not(constraint, fits):
    assert satisfies("0.37.6", constraint) is fits


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        (" ", "Last element in range is '||'"),
        ("1", "Last element in range is '||'"),
        ("|| >1.0.0", "First element in range is '||'"),
        ("latest", 'Could not get version from string: "latest"'),
        (
            "~0.37.0",
            'Could not parse Range "~0.37.0": Could not parse comparator "~" in "~0.37.0"',
        ),
        (
            ">=0.37",
            'Could not parse Range ">=0.37": Could not parse version "0.37" in ">=0.37": '
            "No Major.Minor.Patch elements found",
        ),
    ],
)
def test_a_bad_constraint_is_an_error(constraint, message):
    with pytest.raises(ValueError, match=r".*") as caught:
        satisfies("0.37.6", constraint)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Version string empty"),
        ("a.1.1", 'Invalid character(s) found in major number "a"'),
        ("1.01.1", 'Minor number must not contain leading zeroes "01"'),
        ("1.1.", 'strconv.ParseUint: parsing "": invalid syntax'),
        ("99999999999999999999.0.0", 'strconv.ParseUint: parsing "99999999999999999999": value out of range'),
        ("1.1.1-", "Prerelease is empty"),
        ("1.1.1-01", 'Numeric PreRelease version must not contain leading zeroes "01"'),
        ("1.1.1-a_b", 'Invalid character(s) found in prerelease "a_b"'),
        ("1.1.1+", "Build meta data is empty"),
        ("1.1.1+a_b", 'Invalid character(s) found in build meta data "a_b"'),
    ],
)
def test_a_bad_version_is_an_error(text, message):
    with pytest.raises(ValueError, match=r".*") as caught:
        parse_version(text)
    assert str(caught.value) == message


def test_versions_are_in_the_order_of_the_standard():
    texts = ["1.0.0-1", "1.0.0-2", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "1.0.0", "1.0.1", "1.10.0"]
    assert sorted(map(parse_version, reversed(texts))) == list(map(parse_version, texts))


def test_build_metadata_does_not_count():
    assert parse_version("1.0.0+a") == parse_version("1.0.0+b")
