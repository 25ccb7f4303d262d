"""Why nothing may be sent although it is permitted, found by looking, without creating anything."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from analytics import _ledger, _outbox

if TYPE_CHECKING:
    from analytics._consent import UserChoice
    from analytics._dirs import Dirs


def problems(dirs: Dirs, choice: UserChoice) -> list[str]:
    """Return what is wrong, one line each."""
    found = [choice.problem and f"your choice cannot be read: {choice.problem}"]
    if dirs.top:
        found += [_unwritable(dirs), _last_answer(dirs), _set_aside(dirs)]
    return [line for line in found if line]


def _unwritable(dirs: Dirs) -> str:
    """The nearest directory that exists must take new files; of one of ours, nothing else will do."""
    for path in (dirs.spool, dirs.analytics, dirs.top, os.path.dirname(dirs.top)):
        try:
            os.stat(path)
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            return f"nothing can be kept in {path}: {getattr(error, 'strerror', None) or error}"
        if not os.path.isdir(path):
            return f"nothing can be kept: {path} is not a directory"
        return "" if os.access(path, os.W_OK | os.X_OK) else f"nothing can be kept: {path} is not writable"
    return ""


def _last_answer(dirs: Dirs) -> str:
    """What the server said last, if it was not yes."""
    try:
        entries = _ledger.entries(dirs)
    except OSError as error:
        return f"the log cannot be read: {error.strerror or error}"
    last = entries[-1] if entries else None
    if last is None or last["detail"] == "accepted":
        return ""
    return f"the last attempt to send failed: {last['detail']} ({last['url']})"


def _set_aside(dirs: Dirs) -> str:
    """What a server refused for good."""
    try:
        count = len(_outbox.rejected(dirs))
    except OSError:  # said by _unwritable
        return ""
    return f"{count} event(s) were refused by a server, see {dirs.spool}/rejected.jsonl" if count else ""
