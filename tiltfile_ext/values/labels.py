"""Labels that group resources: names as Kubernetes allows them in a label's value.

Facts: Tilt 0.37.6, k8s.io/apimachinery IsQualifiedName and IsValidLabelValue.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tiltfile_ext.starkit._types import quote

_NAME = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = f"({_NAME})?"
_DOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_LONGEST_NAME, _LONGEST_DOMAIN = 63, 253

_SIGNS = (
    "consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)
_NAME_EXAMPLES = f"(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_NAME}')"
_NAME_PART = f"name part must {_SIGNS} {_NAME_EXAMPLES}"
_LABEL_KEY = (
    f"a valid label key must {_SIGNS} {_NAME_EXAMPLES} "
    "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
)
_LABEL_VALUE = (
    f"a valid label must be an empty string or {_SIGNS} "
    f"(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '{_VALUE}')"
)
_SUBDOMAIN = (
    "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
    "'-' or '.', and must start and end with an alphanumeric character "
    f"(e.g. 'example.com', regex used for validation is '{_DOMAIN}')"
)


@lru_cache(maxsize=1024)
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
    elif len(name.encode()) > _LONGEST_NAME:
        problems.append("name part must be no more than 63 bytes")
    if not re.fullmatch(_NAME, name):
        problems.append(_NAME_PART)
    return problems


def _prefix_problems(prefix: str) -> list[str]:
    if not prefix:
        return ["prefix part must be non-empty"]
    problems = []
    if len(prefix.encode()) > _LONGEST_DOMAIN:
        problems.append("prefix part must be no more than 253 bytes")
    if not re.fullmatch(_DOMAIN, prefix):
        problems.append(_SUBDOMAIN)
    return problems


def label_value_problems(value: str) -> list[str]:
    """Why *value* cannot be the value of a Kubernetes label; empty if it can."""
    problems = []
    if len(value.encode()) > _LONGEST_NAME:
        problems.append("must be no more than 63 bytes")
    if not re.fullmatch(_VALUE, value):
        problems.append(_LABEL_VALUE)
    return problems
