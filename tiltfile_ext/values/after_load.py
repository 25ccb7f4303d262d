"""What built-ins say when a function of the Tiltfile calls them after all files have run.

Such a function names resources; it has no load around it any more. The words are Tilt 0.37.6's.
"""

from tiltfile_ext.starkit import BuiltinError, Thread

CONTEXT = "Internal error Starlark not initialized correctly: starkit.Ctx not found"
START = "Internal error Starlark not initialized correctly: start tiltfile not found"
MODEL = "Internal error: Starlark not initialized correctly: starkit.Model not found"


def refuse_after_load(thread: Thread, message: str) -> None:
    """BuiltinError with *message* unless a file is running."""
    if not thread.executing:
        raise BuiltinError(message)
