"""An answer to a question: a table."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

Cell = str | int | float | None


@attrs.frozen
class Table:
    """An answer.

    Attributes:
        slug: which question it answers, as in addresses.
        name: what it is about, where a question can be asked about many things.
        title: what it tells.
        columns: their headings; the first names the row.
        rows: one cell for each column.
        note: what one must know to read it right; "" for nothing.
    """

    slug: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    name: str = ""
    note: str = ""

    def records(self) -> list[dict[str, Cell]]:
        """The rows as objects, by the columns' headings."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]
