"""Helpers for the tests of those who write plugins and rules; needs no test framework."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence

from tiltfile_ext.check import Finding, Fix, Rule
from tiltfile_ext.check.fix import apply_edits
from tiltfile_ext.host import default_plugins, load
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import Plugin, evolve

#: what a load under test finds in its environment, unless told otherwise
PLAIN_ENVIRON = {"PATH": os.defpath, "HOME": "/nonexistent", "LANG": "C.UTF-8"}


def load_text(
    text: str,
    *,
    plugins: Iterable[Plugin] = (),
    files: Mapping[str, str] | None = None,
    args: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    directory: str | None = None,
    timeout: float | None = 30,
) -> LoadResult:
    """Load *text* as a Tiltfile, apart from the machine's own configuration.

    Args:
        text: the Tiltfile.
        plugins: plugins under test, besides `default_plugins`; an installed one of the same class makes way.
        files: path relative to the Tiltfile -> text, written before the load.
        args: the words after ``--``.
        environ: os.environ of the load; `PLAIN_ENVIRON` if None.
        directory: where the Tiltfile is written; a temporary directory, removed afterwards, if None.
        timeout: seconds.
    """
    if directory is None:
        with tempfile.TemporaryDirectory() as made:
            return load_text(
                text,
                plugins=plugins,
                files=files,
                args=args,
                environ=environ,
                directory=made,
                timeout=timeout,
            )
    for name, content in {**(files or {}), "Tiltfile": text}.items():
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(content)
    return load(
        os.path.join(directory, "Tiltfile"),
        args,
        plugins=_beside_defaults(plugins),
        environ=PLAIN_ENVIRON if environ is None else environ,
        timeout=timeout,
    )


def _beside_defaults(plugins: Iterable[Plugin]) -> tuple[Plugin, ...]:
    tested = tuple(plugins)
    kinds = set(map(type, tested))
    return (*(plugin for plugin in default_plugins() if type(plugin) not in kinds), *tested)


def printed(result: LoadResult) -> str:
    """What the load printed, a message a line."""
    return "\n".join(text for _, text in result.messages)


def check(
    text: str,
    rules: Sequence[Rule],
    *,
    plugins: Iterable[Plugin] = (),
    files: Mapping[str, str] | None = None,
    args: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    timeout: float | None = 30,
) -> list[Finding]:
    """What *rules* find in *text*, a Tiltfile; sorted, with paths relative to the Tiltfile's directory.

    A rule that is a plugin brings its built-ins along. The other arguments are those of `load_text`.
    """
    with tempfile.TemporaryDirectory() as made:
        directory = os.path.realpath(made)
        result = load_text(
            text,
            plugins=(*plugins, *(rule for rule in rules if isinstance(rule, Plugin))),
            files=files,
            args=args,
            environ=environ,
            directory=directory,
            timeout=timeout,
        )
        found = [finding for rule in rules for finding in rule.check(result)]
    relative = [evolve(finding, path=os.path.relpath(finding.path, directory)) for finding in found]
    return sorted(relative, key=lambda finding: (finding.path, finding.line, finding.column, finding.code))


def fixed(text: str, findings: Iterable[Finding]) -> str:
    """*text*, a Tiltfile, with the fixes of *findings* made; those of other files are left out."""
    edits = [
        edit
        for finding in findings
        if isinstance(finding.fix, Fix) and finding.path == "Tiltfile"
        for edit in finding.fix.edits
    ]
    return apply_edits(text, edits)
