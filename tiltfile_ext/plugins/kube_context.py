"""The Kubernetes context: which it is, and which others a Tiltfile allows."""

from typing import Any

from tiltfile_ext.starkit import Plugin, Thread, builtin
from tiltfile_ext.values.k8s.settings import KubeSettings
from tiltfile_ext.values.paths import AnyStrings, each_string


class KubeContextPlugin(Plugin):
    """``k8s_context``, ``k8s_namespace`` and ``allow_k8s_contexts``."""

    state = KubeSettings

    def on_begin(self, thread: Thread) -> None:
        """Remember the environment; a Tiltfile that changes KUBECONFIG changes it for its children only."""
        thread.update(KubeSettings, lambda _: KubeSettings(thread.environ))

    @builtin
    def k8s_context(self, thread: Thread, *args: Any, **kwargs: Any) -> str:
        """The name of the current context, "" without a valid kubeconfig. Arguments are ignored."""
        del args, kwargs
        return thread.state(KubeSettings).current.context

    @builtin
    def k8s_namespace(self, thread: Thread, *args: Any, **kwargs: Any) -> str:
        """The namespace of the current context, "" without a valid kubeconfig. Arguments are ignored."""
        del args, kwargs
        return thread.state(KubeSettings).current.namespace

    @builtin
    def allow_k8s_contexts(self, thread: Thread, contexts: AnyStrings) -> None:
        """Let the Tiltfile deploy to these contexts: a name, or a sequence of names."""
        thread.state(KubeSettings).allowed.update(each_string(contexts, "allow_k8s_contexts contexts"))
