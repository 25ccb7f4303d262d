"""Labels that group resources: names as Kubernetes allows them in a label's value.

Facts: Tilt 0.37.6, k8s.io/apimachinery IsQualifiedName and IsValidLabelValue.
"""

from __future__ import annotations

import re

from tiltfile_ext.starkit._types import quote

_NAME = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = f"({_NAME})?"
_DOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"

_NAME_PART = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    f"alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_NAME}')"
)
_LABEL_KEY = (
    "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    f"alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_NAME}')"
    " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
)
_LABEL_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
    f"regex used for validation is '{_VALUE}')"
)
_SUBDOMAIN = (
    "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character (e.g. 'example.com', "
    f"regex used for validation is '{_DOMAIN}')"
)


def check_label(label: str) -> None:
    """Accept *label* for a resource.

    Raises:
        ValueError: 'Invalid label "x/y": …' with every reason, joined by ", ".
    """
    if problems := qualified_name_problems(label) or label_value_problems(label):
        raise ValueError(f"Invalid label {quote(label)}: {', '.join(problems)}")


def qualified_name_problems(name: str) -> list[str]:
    """Why *name* is no qualified name, ``name`` or ``prefix/name``; empty if it is."""
    *prefix, last = name.split("/")
    if len(prefix) > 1:
        return [_LABEL_KEY]
    return [*(_prefix_problems(prefix[0]) if prefix else []), *_name_part_problems(last)]


def _name_part_problems(name: str) -> list[str]:
    problems = []
    if not name:
        problems.append("name part must be non-empty")
    elif len(name.encode()) > 63:
        problems.append("name part must be no more than 63 bytes")
    if not re.fullmatch(_NAME, name):
        problems.append(_NAME_PART)
    return problems


def _prefix_problems(prefix: str) -> list[str]:
    if not prefix:
        return ["prefix part must be non-empty"]
    problems = []
    if len(prefix.encode()) > 253:
        problems.append("prefix part must be no more than 253 bytes")
    if not re.fullmatch(_DOMAIN, prefix):
        problems.append(_SUBDOMAIN)
    return problems


def label_value_problems(value: str) -> list[str]:
    """Why *value* cannot be the value of a Kubernetes label; empty if it can."""
    problems = []
    if len(value.encode()) > 63:
        problems.append("must be no more than 63 bytes")
    if not re.fullmatch(_VALUE, value):
        problems.append(_LABEL_VALUE)
    return problems
