"""Where the repository of a web address is: the rules that Go has for import paths, for git only.

Facts: github.com/tilt-dev/go-get, as Tilt 0.37.6 uses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from tiltfile_ext.starkit import quote


class RepoRoot(NamedTuple):
    """A repository.

    Attributes:
        path: of the import path, what leads to the repository's root: "github.com/org/repo".
        url: to clone it from; without a scheme where that must be found out.
    """

    path: str
    url: str


class ImportPathError(Exception):
    """The address leads to no repository; the message is the whole reason."""


_PART = r"[A-Za-z0-9_.\-]+"
_VCS_SUFFIXES = (".hg", ".git", ".svn", ".bzr", ".fossil")

#: prefix, pattern of the whole path, whether a suffix such as ".git" is refused, what the URL ends with
_SITES = (
    ("github.com/", rf"(?P<root>github\.com/{_PART}/{_PART})(/[\w.\-]+)*", True, ""),
    ("gitlab.com/", rf"(?P<root>gitlab\.com/{_PART}/{_PART}(/{_PART})*)", True, ""),
    ("bitbucket.org/", rf"(?P<root>bitbucket\.org/{_PART}/{_PART})(/{_PART})*", True, ".git"),
    ("hub.jazz.net/git/", rf"(?P<root>hub\.jazz\.net/git/[a-z0-9]+/{_PART})(/{_PART})*", True, ""),
    ("git.apache.org/", rf"(?P<root>git\.apache\.org/[a-z0-9_.\-]+\.git)(/{_PART})*", False, ""),
    ("git.openstack.org/", rf"(?P<root>git\.openstack\.org/{_PART}/{_PART})(\.git)?(/{_PART})*", False, ""),
)  # fmt: skip
_ANY_SITE = (
    rf"(?P<root>(?P<repo>([a-z0-9.\-]+\.)+[a-z0-9.\-]+(:[0-9]+)?(/~?{_PART})+?)\.(?P<vcs>bzr|fossil|git|hg|svn))"
    rf"(/~?{_PART})*\Z"
)


def repo_root(path: str) -> RepoRoot:
    """The repository that an import path, such as "github.com/org/repo/dir", is in.

    Raises:
        ImportPathError: the path is malformed, or of no known form.
    """
    fault = _fault(path)
    if fault:
        raise ImportPathError(f"{path}: invalid import path: malformed import path {quote(path)}: {fault}")
    for prefix, pattern, refuses_suffix, ending in _SITES:
        if path.startswith(prefix):
            return _on_site(path, prefix, pattern, ending, refuses_suffix=refuses_suffix)
    found = re.search(_ANY_SITE, path)
    if found is None:
        raise ImportPathError("dynamic lookup required to find mapping")
    if found["vcs"] != "git":
        raise ImportPathError(f"only git repositories can be downloaded, not {found['vcs']}")
    return RepoRoot(found["root"], found["repo"])


def _on_site(path: str, prefix: str, pattern: str, ending: str, *, refuses_suffix: bool) -> RepoRoot:
    found = re.fullmatch(pattern, path)
    if found is None:
        raise ImportPathError(f"invalid {prefix} import path {quote(path)}")
    if refuses_suffix and found["root"].endswith(_VCS_SUFFIXES):
        raise ImportPathError(f"invalid version control suffix in {prefix} path")
    return RepoRoot(found["root"], f"https://{found['root']}{ending}")


def _fault(path: str) -> str:
    """What is wrong with an import path; "" if nothing."""
    checks: tuple[tuple[Callable[[str], bool], str], ...] = (
        (lambda p: not p, "empty string"),
        (lambda p: p[0] == "-", "leading dash"),
        (lambda p: "//" in p, "double slash"),
        (lambda p: p[-1] == "/", "trailing slash"),
    )
    for is_so, fault in checks:
        if is_so(path):
            return fault
    return next(filter(None, map(_element_fault, path.split("/"))), "")


#: pattern of a whole element -> what is wrong with it; the first one counts
_ELEMENT_FAULTS = {
    r"": "empty path element",
    r"\.+": "invalid path element {element}",
    r"\..*": "leading dot in path element",
    r".*\.": "trailing dot in path element",
    r".*?(?P<char>(?![0-9_])[^+\-.~\w]|(?![0-9_])\d).*": "invalid char {char}",
    r"(?i:con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?": "disallowed path element {element}",
    r"[^.]*~[0-9]+(\..*)?": "trailing tilde and digits in path element",
}


def _element_fault(element: str) -> str:
    for pattern, fault in _ELEMENT_FAULTS.items():
        found = re.fullmatch(pattern, element, re.DOTALL)
        if found:
            char = found.groupdict().get("char", "")
            return fault.format(element=quote(element), char=_quoted_char(char))
    return ""


def _quoted_char(char: str) -> str:
    inner = {"'": "\\'", '"': '"'}.get(char) or quote(char)[1:-1]
    return f"'{inner}'"
