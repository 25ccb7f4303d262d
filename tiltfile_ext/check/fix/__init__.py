r"""Changes to Tiltfiles that remove the cause of a finding.

Everything here but `change_file` is a pure function of a text. A rule of your own makes a `Fix` of edits::

    Fix("name the team", (Edit(1, 1, 1, 1, 'acme.team("web")\n'),))
"""

from tiltfile_ext.check._fix import Edit, Fix, NotFixable
from tiltfile_ext.check.fix._diff import unified_diff
from tiltfile_ext.check.fix._edits import EditError, apply_edits
from tiltfile_ext.check.fix._files import change_file, read_text
from tiltfile_ext.check.fix._insert import insert_first
from tiltfile_ext.check.fix.analytics import declare

__all__ = [
    "Edit",
    "EditError",
    "Fix",
    "NotFixable",
    "apply_edits",
    "change_file",
    "declare",
    "insert_first",
    "read_text",
    "unified_diff",
]
