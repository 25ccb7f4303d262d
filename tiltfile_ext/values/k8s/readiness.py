"""How a resource's pods decide whether it is ready."""

from typing import Annotated

from tiltfile_ext.starkit import Blob, Thread, Unpack, UnpackError, as_text, type_name

WAIT, IGNORE, SUCCEEDED = "wait", "ignore", "succeeded"


def _pod_readiness(_: Thread, value: object) -> str:
    text = as_text(value)
    if text is None:
        raise UnpackError(f"Must be a string. Got: {type_name(value)}")
    if text not in (WAIT, IGNORE, SUCCEEDED, ""):
        raise UnpackError(f"Invalid value. Allowed: {{ignore, wait}}. Got: {text}")
    return text


PodReadiness = Annotated[str, Unpack(_pod_readiness, '"wait", "ignore" or "succeeded"', str | Blob)]
