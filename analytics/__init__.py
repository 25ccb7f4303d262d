"""Usage analytics that people can trust: consent first, nothing hidden, nothing delayed.

A command opens one `Client`, records events, tells it what the Tiltfile said (`Client.settle`), and
flushes. Events wait in memory until the verdict; permitted ones go to a spool on disk, and a detached
process posts them after the command has gone. Nothing in here raises into its caller.

::

    client = Client.open(version="1.0", subcommand="load")
    client.incr("cmd.load")
    ...                                         # load the Tiltfile
    client.timer("tiltfile.load", duration_ns)
    client.settle(Opt.IN, "Tiltfile:3:1")       # what it said; Opt.DEFAULT if nothing
    client.flush()

Without more, these are Tilt's events in Tilt's directory. A program of one's own declares what it has to say
(`App`, `analytics.registry`) and opens its client with ``app=``.

Every name is imported on first use, so that ``import analytics`` costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from analytics._app import App as App
    from analytics._client import Client as Client
    from analytics._consent import Decision as Decision
    from analytics._consent import Opt as Opt
    from analytics._consent import TiltfileWord as TiltfileWord
    from analytics._consent import UserChoice as UserChoice
    from analytics._consent import decide as decide
    from analytics._protocol import Analytics as Analytics
    from analytics._protocol import Clock as Clock
    from analytics.testing import FakeClock as FakeClock
    from analytics.testing import MemoryAnalytics as MemoryAnalytics

__all__ = [
    "Analytics",
    "App",
    "Client",
    "Clock",
    "Decision",
    "FakeClock",
    "MemoryAnalytics",
    "Opt",
    "TiltfileWord",
    "UserChoice",
    "decide",
]

_HOME = {
    "Analytics": "_protocol",
    "App": "_app",
    "Client": "_client",
    "Clock": "_protocol",
    "Decision": "_consent",
    "FakeClock": "testing",
    "MemoryAnalytics": "testing",
    "Opt": "_consent",
    "TiltfileWord": "_consent",
    "UserChoice": "_consent",
    "decide": "_consent",
}


def __getattr__(name: str) -> object:
    """Import the module that a public name lives in (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # __import__ rather than importlib.import_module: importlib is one more import on the hot path.
    module = __import__(f"{__name__}.{_HOME[name]}", fromlist=[name])
    value: object = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
