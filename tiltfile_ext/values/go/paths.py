"""Paths as text, on POSIX systems: nothing here looks at the disk.

Facts: Go ``path/filepath``. They differ from ``os.path`` in corners: "" is ".", "//a" is "/a", and
the base of "a/" is "a".
"""

from __future__ import annotations

import posixpath


def clean(path: str) -> str:
    """The shortest path that means the same; "." for ""."""
    if path and path[0] != "." and path[-1] != "/" and "//" not in path and "/." not in path:
        return path
    cleaned = posixpath.normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def join(*parts: str) -> str:
    """*parts* with slashes between them, cleaned; empty ones are left out, "" when all are empty."""
    given = [part for part in parts if part]
    return clean("/".join(given)) if given else ""


def resolve(directory: str, path: str) -> str:
    """*path* as a Tiltfile in *directory* means it: an absolute one stays as written, not cleaned."""
    return path if path.startswith("/") else join(directory, path)


def base(path: str) -> str:
    """The last element of *path*: "." for "", "/" when there are only slashes."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def dir_name(path: str) -> str:
    """Everything but the last element, cleaned: "." for a bare name; "a/" is in "a"."""
    return clean(path[: path.rfind("/") + 1])


def rel(base_path: str, target: str) -> str:
    """The path from *base_path* to *target*.

    Raises:
        ValueError: "Rel: can't make TARGET relative to BASE", when only one is absolute or the base
            leads up out of its start.
    """
    base_, target_ = clean(base_path), clean(target)
    if base_ == target_:
        return "."
    ups, downs = _split(base_), _split(target_)
    common = next((i for i, (a, b) in enumerate(zip(ups, downs, strict=False)) if a != b), None)
    shared = min(len(ups), len(downs)) if common is None else common
    if base_.startswith("/") != target_.startswith("/") or ".." in ups[shared:]:
        raise ValueError(f"Rel: can't make {target} relative to {base_path}")
    return "/".join([".."] * len(ups[shared:]) + downs[shared:])


def _split(path: str) -> list[str]:
    return [] if path == "." else [part for part in path.split("/") if part]
