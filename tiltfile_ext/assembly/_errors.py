"""Errors of the assembly that are more than a message."""

from tiltfile_ext.starkit import BuiltinError


class ModelLostError(BuiltinError):
    """After this error Tilt reports the load as if most of its settings had never been made.

    The calls count, but hashes, extensions, custom tags and the opt are lost.
    """
