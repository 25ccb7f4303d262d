"""Forwards the events of a file to one address: what the command line asks for, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from time import time

import attrs

from analytics.collector._errors import CollectorError
from analytics.collector._export import identity
from analytics.collector._open import open_to_read
from analytics.collector.forward._address import DATADOG, STATSD, Address
from analytics.collector.forward._loop import AT_THE_END, Forwarder, begin
from analytics.collector.forward._pause import Pause
from analytics.collector.forward._position import Position, load, path_of, sole_forwarder
from analytics.collector.forward._receiver import Receiver

#: keys whose values grow in number with the team: as tags, each value is a time series of its own
_MANY = ("user", "machine", "git.origin")


@attrs.frozen
class Settings:
    """What is asked for.

    Attributes:
        file: the collector's.
        to: the receiver.
        follow: whether to go on with what comes.
        since: which events to begin with the first time, in ms since 1970; None is what suits the receiver.
        tags: keys of events that are tags of metrics, too.
        omit: keys that are not sent.
        environ: where keys are.
    """

    file: str
    to: Address
    follow: bool
    since: int | None
    tags: tuple[str, ...]
    omit: tuple[str, ...]
    environ: Mapping[str, str]


def forward(settings: Settings, say: Callable[[str], object]) -> bool:
    """Forward; returns whether nothing was refused.

    Args:
        settings: what, and where to.
        say: told what a person should know.

    Raises:
        CollectorError: it cannot go on; what was sent is noted.
        KeyboardInterrupt: it was not to follow, and somebody lost patience.
    """
    path = path_of(settings.file, settings.to)
    with closing(open_to_read(settings.file)) as db:
        whose = identity(db)
    with sole_forwarder(path), closing(_open(settings, whose)) as receiver:
        position = _position(settings, receiver, path, say)
        before = attrs.evolve(position)
        pause = Pause()
        if settings.follow:
            pause.heed_signals()
        Forwarder(settings.file, receiver, position, pause, say, settings.follow).run()
    say(_summary(before, position))
    return position.refused == before.refused


def _open(settings: Settings, whose: str) -> Receiver:
    """The receiver; only its own protocol is imported."""
    if settings.to.protocol == STATSD:
        from analytics.collector.forward._statsd import StatsD

        return StatsD(settings.to, settings.tags)
    try:
        if settings.to.protocol == DATADOG:
            from analytics.collector.forward._datadog import open_datadog

            return open_datadog(settings.to, whose, settings.omit, settings.environ)
        from analytics.collector.forward._otlp import open_otlp

        return open_otlp(settings.to, whose, settings.omit, settings.environ)
    except ValueError as error:
        raise CollectorError(str(error)) from None


def _position(settings: Settings, receiver: Receiver, path: str, say: Callable[[str], object]) -> Position:
    many = [key for key in _MANY if key in settings.tags]
    if many:
        say(f"each value of {', '.join(many)} is a time series of its own, which the receiver may bill")
    found = load(path)
    if found is None:
        with closing(open_to_read(settings.file)) as db:
            found = begin(db, path, settings.to.text, _since(settings, receiver))
        found.save()
    elif settings.since is not None:
        say(f"going on after event {found.number}: --since is for the first time, until {path} is removed")
    say(f"forwarding {settings.file} to {settings.to.text}, after event {found.number}")
    return found


def _since(settings: Settings, receiver: Receiver) -> int | None:
    if settings.since is not None:
        return settings.since
    if receiver.is_live:
        return AT_THE_END
    return None if receiver.oldest is None else int(time() * 1000) - receiver.oldest


def _summary(before: Position, after: Position) -> str:
    words = [f"{after.sent - before.sent} events forwarded"]
    for name, count in (
        ("refused", after.refused - before.refused),
        ("too old", after.too_old - before.too_old),
    ):
        if count:
            words.append(f"{count} {name}")
    return ", ".join(words)
