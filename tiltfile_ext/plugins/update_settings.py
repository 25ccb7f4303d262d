"""How resources are updated."""

from typing import Annotated, Any

from tiltfile_ext.starkit import (
    ABSENT,
    BuiltinError,
    Plugin,
    StringOrStringList,
    Thread,
    Unpack,
    builtin,
    go_type,
    quote,
)
from tiltfile_ext.values.settings import UpdateSettings

_SERVER_SIDE_APPLY = ("true", "false", "auto")

#: checked in the body
AnyInt = Annotated[Any, Unpack(None, "int of 32 bits, or None", int | None)]


class UpdateSettingsPlugin(Plugin):
    """``update_settings``."""

    state = UpdateSettings

    @builtin
    def update_settings(
        self,
        thread: Thread,
        max_parallel_updates: AnyInt = ABSENT,
        k8s_upsert_timeout_secs: AnyInt = ABSENT,
        suppress_unused_image_warnings: StringOrStringList = (),
        k8s_server_side_apply: str = "",
    ) -> None:
        """Change what is given, keep the rest; images to be quiet about add up."""
        parallel = _optional_int(max_parallel_updates, "max_parallel_updates")
        if parallel is not None and parallel < 1:
            raise BuiltinError(f"max number of parallel updates must be >= 1(got: {parallel})")
        timeout = _optional_int(k8s_upsert_timeout_secs, "k8s_upsert_timeout_secs")
        if timeout is not None and timeout < 1:
            raise BuiltinError(f"minimum k8s upsert timeout is 1s; got {timeout}s")
        _check_server_side_apply(k8s_server_side_apply)
        old = thread.state(UpdateSettings)
        new = UpdateSettings(
            max_parallel=parallel or old.max_parallel,
            k8s_upsert_timeout_secs=timeout or old.k8s_upsert_timeout_secs,
            server_side_apply=k8s_server_side_apply or old.server_side_apply,
            suppressed_images=old.suppressed_images + suppress_unused_image_warnings,
        )
        thread.update(UpdateSettings, lambda _: new)


def _optional_int(value: Any, parameter: str) -> int | None:
    if value is ABSENT or value is None:
        return None
    where = f'update_settings: for parameter "{parameter}"'
    if type(value) is not int:
        raise BuiltinError(f"{where}: got {go_type(value)}, want int")
    if not -(2**31) <= value < 2**31:
        raise BuiltinError(f"{where}: {value} out of range")
    return value


def _check_server_side_apply(value: str) -> None:
    if value and value not in _SERVER_SIDE_APPLY:
        raise BuiltinError(
            f'update_settings: k8s_server_side_apply must be "true", "false", or "auto"; got {quote(value)}'
        )
