"""What a check is to do: the flags, then the configuration, then what a team wants that says nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from tiltfile_ext.check._config import Config
from tiltfile_ext.check._policy import Policy, policy_of
from tiltfile_ext.check._selection import Selection
from tiltfile_ext.fleet import Limits, processors
from tiltfile_ext.starkit import Data

TIMEOUT_SECONDS = 60.0
MEMORY_MIB = 1024


class Settings(Data):
    """What a check is to do.

    Attributes:
        cwd: the directory that findings are shown relative to.
        paths: what the user calls the Tiltfiles; see `fleet.find_tiltfiles`.
        exclude: patterns of files to leave out, as in ``.gitignore``.
        exclude_base: the directory that these are relative to.
        selection: which rules take part.
        per_file: pattern of files, relative to ``per_file_base`` -> codes of rules that leave them alone.
        per_file_base: the directory of the configuration.
        policy: what rules need to know.
        plugins: name of a plugin -> its options.
        config: path of the configuration, for messages.
        baseline: absolute path of the baseline, "" for none.
        limits: what the workers may use.
        run: whether loads may run programs.
        args: the words after ``--`` of each load.
    """

    cwd: str
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    exclude_base: str = ""
    selection: Selection = Selection()
    per_file: Mapping[str, tuple[str, ...]] = {}
    per_file_base: str = ""
    policy: Policy = Policy()
    plugins: Mapping[str, Mapping[str, Any]] = {}
    config: str = ""
    baseline: str = ""
    limits: Limits = Limits(1)
    run: bool = True
    args: tuple[str, ...] = ()


class _Choices:
    """What was chosen: by a flag, else by the configuration."""

    def __init__(self, flags: Mapping[str, Any], config: Config, cwd: str) -> None:
        self._flags = {key: value for key, value in flags.items() if value is not None}
        self._config = config
        self._cwd = cwd

    def get(self, key: str, default: Any = ()) -> Any:
        """What was chosen for *key*."""
        return self._flags.get(key, self._config.values.get(key, default))

    def base(self, key: str) -> str:
        """The directory that paths in the value of *key* are relative to."""
        in_config = key not in self._flags and key in self._config.values
        return self._config.base if in_config else self._cwd

    def paths(self) -> tuple[str, ...]:
        """What the user calls the Tiltfiles; words of the command line are left as they are, for messages."""
        words = tuple(self.get("paths"))
        base = self.base("paths")
        return words if base == self._cwd else tuple(os.path.join(base, word) for word in words)

    def path(self, key: str) -> str:
        """The value of *key* as an absolute path, "" if nothing was chosen."""
        value = self.get(key, "")
        return os.path.join(self.base(key), value) if value else ""


def settings_of(
    flags: Mapping[str, Any], config: Config, *, cwd: str, args: tuple[str, ...] = ()
) -> Settings:
    """The settings of one check.

    Args:
        flags: key of `KEYS` -> value, None where the user gave no such flag.
        config: the configuration.
        cwd: the working directory.
        args: the words after ``--``.

    Raises:
        PolicyError: the policy contradicts itself, or is none.
    """
    chosen = _Choices(flags, config, cwd)
    slow = chosen.get("slow", None)
    return Settings(
        cwd=cwd,
        paths=chosen.paths(),
        exclude=tuple(chosen.get("exclude")),
        exclude_base=chosen.base("exclude"),
        selection=Selection(tuple(chosen.get("select")), tuple(chosen.get("ignore"))),
        per_file=chosen.get("per-file-ignores", {}),
        per_file_base=config.base,
        policy=policy_of(chosen.get("analytics"), base=chosen.base("analytics"), slow=slow),
        plugins=chosen.get("plugins", {}),
        config=config.path,
        baseline=chosen.path("baseline"),
        limits=Limits(
            chosen.get("jobs", processors()),
            chosen.get("timeout", TIMEOUT_SECONDS),
            chosen.get("max-memory", MEMORY_MIB),
        ),
        run=chosen.get("run", True),
        args=args,
    )
