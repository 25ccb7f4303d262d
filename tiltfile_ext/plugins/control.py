"""Stop the load, or tell its user something."""

from typing import Any, NoReturn

from tiltfile_ext.starkit import BuiltinError, ExitRequest, Plugin, Thread, builtin, starlark_repr
from tiltfile_ext.values.after_load import CONTEXT, refuse_after_load


class ControlPlugin(Plugin):
    """``fail``, ``exit`` and ``warn``; ``print`` is the language's own."""

    @builtin
    def fail(self, msg: str) -> NoReturn:
        """Stop the load with the error *msg*."""
        raise BuiltinError(msg)

    @builtin
    def exit(self, thread: Thread, code: Any = None) -> NoReturn:
        """Stop running all files, without an error; *code* is shown if given."""
        refuse_after_load(thread, CONTEXT)
        text = "" if code is None else starlark_repr(code)
        if text:
            thread.log("info", text)
        raise ExitRequest

    @builtin
    def warn(self, thread: Thread, msg: str) -> None:
        """Show *msg* as a warning."""
        refuse_after_load(thread, CONTEXT)
        thread.log("warning", msg)
