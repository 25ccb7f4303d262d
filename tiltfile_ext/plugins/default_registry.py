"""The registry that images are pushed to: ``default_registry``."""

from tiltfile_ext.starkit import BuiltinError, Plugin, Thread, builtin
from tiltfile_ext.values.docker.registry import DefaultRegistry, check_registry


def _no_registry_yet(thread: Thread) -> None:
    if thread.state(DefaultRegistry):
        raise BuiltinError("default registry already defined")


class DefaultRegistryPlugin(Plugin):
    """``default_registry``."""

    state = DefaultRegistry

    @builtin("", core=True, before=_no_registry_yet)
    def default_registry(
        self, thread: Thread, host: str, host_from_cluster: str = "", single_name: str = ""
    ) -> None:
        """Push all images to the registry *host*. Only one call is allowed."""
        registry = DefaultRegistry(host, host_from_cluster, single_name)
        check_registry(registry)
        thread.update(DefaultRegistry, lambda _: registry)
