"""Labels of resources."""

from __future__ import annotations

import re

import pytest

from tiltfile_ext.values.labels import check_label

NAME = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
    "regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
PREFIX = (
    "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
KEY = (
    "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' "
    "(e.g. 'example.com/MyName')"
)


@pytest.mark.parametrize("label", ["a", "A.b_c-9", "0", "x" * 63])
def test_names_of_letters_digits_and_a_few_signs_are_labels(label):
    check_label(label)


@pytest.mark.parametrize(
    ("label", "reasons"),
    [
        ("", f"name part must be non-empty, {NAME}"),
        ("-a", NAME),
        ("a\n", NAME),
        ("x" * 64, "name part must be no more than 63 bytes"),
        ("é" * 32, f"name part must be no more than 63 bytes, {NAME}"),
        ("x/y", VALUE),
        ("/y", "prefix part must be non-empty"),
        ("A/", f"{PREFIX}, name part must be non-empty, {NAME}"),
        ("a/b/c", KEY),
    ],
)
def test_a_bad_label_is_refused_with_every_reason(label, reasons):
    with pytest.raises(ValueError, match=r"^Invalid label ") as error:
        check_label(label)
    assert re.sub(r'^Invalid label "[^"]*": ', "", str(error.value)) == reasons


def test_the_message_quotes_the_label():
    with pytest.raises(ValueError, match=r'^Invalid label "a\\n": '):
        check_label("a\n")
