"""Which Kubernetes cluster a load is for, and whether it may be touched."""

from collections.abc import Callable, Mapping
from functools import cached_property

from tiltfile_ext.starkit import BuiltinError, Thread
from tiltfile_ext.values.after_load import START, refuse_after_load
from tiltfile_ext.values.k8s.context import KubeContext, read_kube_context


class KubeSettings:
    """The cluster of a load.

    Attributes:
        allowed: names of contexts that the Tiltfile allows besides local ones.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = dict(environ or {})
        self.allowed: set[str] = set()

    @cached_property
    def current(self) -> KubeContext:
        """The current context; read once, with the environment as it was when the load began."""
        return read_kube_context(self._environ)

    @property
    def may_deploy(self) -> bool:
        """Whether the current context is a local one, or allowed by the Tiltfile."""
        return self.current.allowed_by_default or self.current.context in self.allowed


def refuse_unknown_context(function: str) -> Callable[[Thread], None]:
    """A check for before *function* is bound: it must not touch a cluster that might be production."""

    def check(thread: Thread) -> None:
        refuse_after_load(thread, START)
        settings = thread.state(KubeSettings)
        if not settings.may_deploy:
            context = settings.current.context
            raise BuiltinError(
                f"Refusing to run '{function}' because {context} might be a production kube context.\n"
                "If you're sure you want to continue add:\n"
                f"\tallow_k8s_contexts('{context}')\n"
                "before this function call in your Tiltfile. Otherwise, switch k8s contexts and restart Tilt."
            )

    return check
