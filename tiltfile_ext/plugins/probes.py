"""Readiness probes: the value classes are the built-ins."""

from tiltfile_ext.starkit import Environment, Plugin
from tiltfile_ext.values.probe import ExecAction, HTTPGetAction, Probe, TCPSocketAction


class ProbePlugin(Plugin):
    """``probe`` and its three actions."""

    def on_start(self, env: Environment) -> None:
        """Register the classes."""
        env.add_builtin("probe", Probe)
        env.add_builtin("exec_action", ExecAction)
        env.add_builtin("http_get_action", HTTPGetAction)
        env.add_builtin("tcp_socket_action", TCPSocketAction)
