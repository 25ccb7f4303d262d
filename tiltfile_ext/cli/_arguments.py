"""Arguments that several verbs have."""

from __future__ import annotations

import argparse


def add_tiltfile(parser: argparse.ArgumentParser) -> None:
    """Declare how one Tiltfile is named; see `load.tiltfile_of`."""
    parser.add_argument("path", nargs="?", metavar="PATH", help="the Tiltfile (default: Tiltfile)")
    parser.add_argument("-f", "--file", metavar="PATH", help="the same, as Tilt spells it")


def add_timeout(parser: argparse.ArgumentParser) -> None:
    """Declare the end of one load."""
    parser.add_argument(
        "--timeout", type=seconds, metavar="SECONDS", help="stop a load that takes longer (default: never)"
    )


def seconds(text: str) -> float:
    """What ``--timeout`` takes: a positive number.

    Raises:
        ValueError: it is none.
    """
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError
    return value


def count(text: str) -> int:
    """A whole number from 1 on.

    Raises:
        ValueError: it is none.
    """
    value = int(text)
    if value < 1:
        raise ValueError
    return value
