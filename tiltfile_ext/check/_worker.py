"""One Tiltfile in a worker: load it, have the rules look at the result, hide what comments hide."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tiltfile_ext.check._comments import Comments, split
from tiltfile_ext.check._finding import Finding
from tiltfile_ext.check._plugin_rules import PluginRules, RuleError, rules_of
from tiltfile_ext.check._plugins import Options, plugins_for
from tiltfile_ext.check._policy import Policy
from tiltfile_ext.check._selection import Selection
from tiltfile_ext.check.rules import OwnRule, rules_for
from tiltfile_ext.host import load
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import Data, PluginError

#: what a pool is told to do; see `fleet.Pool`
TARGET = "tiltfile_ext.check._worker:make"


class Job(Data):
    """What is the same for every Tiltfile of a check.

    Attributes:
        args: the words after ``--`` of each load.
        policy: what rules need to know.
        selection: which rules take part.
        plugins: name of a plugin -> its options.
        timeout: seconds for each load.
        run: whether loads may run programs.
    """

    args: tuple[str, ...]
    policy: Policy
    selection: Selection
    plugins: Options
    timeout: float
    run: bool


class Checked(Data):
    """What was found at one Tiltfile.

    Attributes:
        findings: those to show.
        hidden: those that a comment hides.
        problems: what went wrong in plugins.
    """

    findings: tuple[Finding, ...] = ()
    hidden: tuple[Finding, ...] = ()
    problems: tuple[str, ...] = ()


def make(job: Job) -> Callable[[str], Checked]:
    """The task of a worker: a path -> what was found there."""
    own = [rule for rule in rules_for(job.policy) if job.selection.takes(rule.code)]
    plugins = plugins_for(job.plugins)
    others = [rules for rules in rules_of(plugins) if rules.take_part(job.selection)]

    def check(path: str) -> Checked:
        try:
            result = load(path, job.args, plugins=plugins, timeout=job.timeout, run=job.run)
        except PluginError as error:
            return Checked(problems=(f"{path}: {error}",))
        problems: list[str] = []
        found = list(_findings(result, own, others, problems))
        wanted = [finding for finding in found if job.selection.takes(finding.code)]
        shown, hidden = split(wanted, _comments(result, wanted))
        return Checked(tuple(shown), tuple(hidden), tuple(problems))

    return check


def _findings(
    result: LoadResult, own: list[OwnRule], others: list[PluginRules], problems: list[str]
) -> Iterator[Finding]:
    for rule in own:
        yield from rule.check(result)
    for rules in others:
        try:
            yield from rules.check(result)
        except RuleError as error:
            problems.append(str(error))


def _comments(result: LoadResult, findings: list[Finding]) -> dict[str, Comments]:
    """The comments of the files that have findings."""
    texts = {finding.path: result.sources.get(finding.path, b"") for finding in findings}
    return {path: Comments(text.decode("utf-8", "surrogateescape")) for path, text in texts.items()}
