"""What becomes of one Tiltfile that a worker was given.

Outcome
├── Done      the task returned
├── Failed    the task raised: a bug in it, or in a plugin
└── Lost      the worker did not live to tell: it crashed, or was stopped
"""

from __future__ import annotations

from typing import Any

from tiltfile_ext.starkit import Data


class Done(Data):
    """The task returned *value* for *path*."""

    path: str
    value: Any


class Failed(Data):
    """The task raised for *path*: *message* says what, in one line, and *where* it was, ``file.py:12``."""

    path: str
    message: str
    where: str


class Lost(Data):
    """The worker is gone: *reason* continues "the process that loaded it"."""

    path: str
    reason: str


Outcome = Done | Failed | Lost
