"""What can be done about a finding: changes to a file, or why there are none."""

from __future__ import annotations

from tiltfile_ext.starkit import Data


class Edit(Data):
    """Put ``text`` for what stands from a place to another; both count from 1, columns in characters.

    Where both places are one, it inserts. The end is the first character that stays.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Fix(Data):
    """Changes to the file that a finding is in, which remove its cause.

    Attributes:
        description: what the changes do, as a command: "call analytics_settings(enable=True)".
        edits: the changes, in the text as the file has it, line ends too.
    """

    description: str
    edits: tuple[Edit, ...]


class NotFixable(Data):
    """Why nothing is changed: ``reason`` says where, and what to do by hand."""

    reason: str
