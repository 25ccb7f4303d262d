r"""Changes to Tiltfiles that remove the cause of a finding.

A fix is made of a text, by a pure function; `plan_changes` and `make_change` deal with files. A rule of your
own makes a `Fix` of edits::

    Fix("name the team", (Edit(1, 1, 1, 1, 'acme.team("web")\n'),))
"""

from tiltfile_ext.check._fix import Edit, Fix, NotFixable
from tiltfile_ext.check.fix._apply import Change, make_change, plan_changes
from tiltfile_ext.check.fix._diff import unified_diff
from tiltfile_ext.check.fix._edits import EditError, apply_edits
from tiltfile_ext.check.fix._files import read_text, replace_text
from tiltfile_ext.check.fix._insert import insert_first
from tiltfile_ext.check.fix.analytics import declare

__all__ = [
    "Change",
    "Edit",
    "EditError",
    "Fix",
    "NotFixable",
    "apply_edits",
    "declare",
    "insert_first",
    "make_change",
    "plan_changes",
    "read_text",
    "replace_text",
    "unified_diff",
]
