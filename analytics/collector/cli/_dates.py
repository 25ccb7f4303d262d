"""Moments, for people."""

from __future__ import annotations

from datetime import UTC, datetime


def date(milliseconds: int) -> str:
    """The day of a moment, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d")
