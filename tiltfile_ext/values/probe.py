"""Readiness probes: how to find out that a served command is up."""

from typing import ClassVar

from tiltfile_ext.starkit import BuiltinError, Data, Int32, Record, StringSequence


class ExecAction(Record, Data, eq=False):
    """A command whose success means ready."""

    starlark_type: ClassVar[str] = "ExecAction"
    starlark_constructor: ClassVar[str] = "ExecAction"
    go_type: ClassVar[str] = "probe.ExecAction"
    starlark_attributes: ClassVar[tuple[str, ...]] = ("command",)

    command: StringSequence


class HTTPGetAction(Record, Data, eq=False):
    """A request whose success means ready. The port is not checked."""

    starlark_type: ClassVar[str] = "HTTPGetAction"
    starlark_constructor: ClassVar[str] = "HTTPGetAction"
    go_type: ClassVar[str] = "probe.HTTPGetAction"
    starlark_attributes: ClassVar[tuple[str, ...]] = ("host", "port", "scheme", "path")

    port: int
    host: str = ""
    scheme: str = ""
    path: str = ""


class TCPSocketAction(Record, Data, eq=False):
    """A port whose opening means ready. The port is not checked."""

    starlark_type: ClassVar[str] = "TCPSocketAction"
    starlark_constructor: ClassVar[str] = "TCPSocketAction"
    go_type: ClassVar[str] = "probe.TCPSocketAction"
    starlark_attributes: ClassVar[tuple[str, ...]] = ("host", "port")

    port: int
    host: str = ""


class Probe(Record, Data, eq=False):
    """When and how to try one action; seconds and counts, 0 where left out."""

    starlark_type: ClassVar[str] = "Probe"
    starlark_constructor: ClassVar[str] = "Probe"
    go_type: ClassVar[str] = "probe.Probe"
    starlark_attributes: ClassVar[tuple[str, ...]] = (
        "initial_delay_secs", "timeout_secs", "period_secs", "success_threshold", "failure_threshold",
        "exec", "http_get", "tcp_socket",
    )  # fmt: skip

    initial_delay_secs: Int32 = 0
    timeout_secs: Int32 = 0
    period_secs: Int32 = 0
    success_threshold: Int32 = 0
    failure_threshold: Int32 = 0
    exec: ExecAction | None = None
    http_get: HTTPGetAction | None = None
    tcp_socket: TCPSocketAction | None = None

    def __post_init__(self) -> None:
        actions = (self.exec, self.http_get, self.tcp_socket)
        if sum(action is not None for action in actions) != 1:
            raise BuiltinError("exactly one of exec, http_get, or tcp_socket must be specified")
