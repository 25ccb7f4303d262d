"""A table as JSON, and as CSV; numbers for Prometheus."""

from __future__ import annotations

import csv
import io
from http import HTTPStatus

from analytics.collector._http import GUARDED, Answer, json_answer
from analytics.collector._tables import Table


def as_json(table: Table, days: int) -> Answer:
    """For programs: rows as objects."""
    said = {"title": table.title, "note": table.note, "days": days, "rows": table.records()}
    return json_answer(HTTPStatus.OK, said, *GUARDED)


def as_csv(table: Table) -> Answer:
    """For spreadsheets."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([list(table.columns), *([_inert(cell) for cell in row] for row in table.rows)])
    headers = ((b"content-type", b"text/csv; charset=utf-8"), *GUARDED)
    return Answer(HTTPStatus.OK, text.getvalue().encode(), headers)


def as_metrics(*metrics: tuple[str, str, float]) -> Answer:
    """For Prometheus: names without ``collector_``, kinds and values."""
    lines = [f"# TYPE collector_{name} {kind}\ncollector_{name} {value}\n" for name, kind, value in metrics]
    return Answer(HTTPStatus.OK, "".join(lines).encode(), ((b"content-type", b"text/plain; version=0.0.4"),))


def _inert(cell: object) -> object:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
