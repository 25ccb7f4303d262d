"""Which resources are to run."""

from collections.abc import Iterable, Mapping, Sequence

from tiltfile_ext.model.manifest import Manifest
from tiltfile_ext.starkit import BuiltinError, Thread, quote
from tiltfile_ext.values.config.settings import ConfigSettings

#: the manifest of Kubernetes objects that belong to no resource; it runs along with any choice
UNCATEGORIZED = "uncategorized"


def enabled_names(thread: Thread, manifests: Sequence[Manifest]) -> tuple[str, ...]:
    """Names of the manifests that the Tiltfile or the command line chose, with all that they need.

    Raises:
        BuiltinError: a name was chosen that no manifest has.
    """
    config = thread.state(ConfigSettings)
    if config.disabled:
        return ()
    chosen = _chosen(config, thread.args)
    if not chosen:
        return tuple(manifest.name for manifest in manifests)
    by_name = {manifest.name: manifest for manifest in manifests}
    _check_known(chosen, by_name)
    running = {UNCATEGORIZED} | _with_dependencies(chosen, by_name)
    return tuple(name for name in by_name if name in running)


def _chosen(config: ConfigSettings, args: tuple[str, ...]) -> tuple[str, ...]:
    """What the Tiltfile says, else the words of the command line that it has not taken for itself."""
    if config.enabled:
        return config.enabled
    return args if config.parsed_in is None else ()


def _check_known(chosen: Sequence[str], by_name: Mapping[str, Manifest]) -> None:
    unknown = [name for name in chosen if name not in by_name]
    if unknown:
        others = [name for name in by_name if name not in chosen]
        raise BuiltinError(
            f"You specified some resources that could not be found: {_quoted(unknown)}\n"
            f"Is this a typo? Existing resources in Tiltfile: {_quoted(others)}"
        )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(map(quote, names))


def _with_dependencies(chosen: Iterable[str], by_name: Mapping[str, Manifest]) -> set[str]:
    found: set[str] = set()
    waiting = list(chosen)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(by_name[name].resource_dependencies)
    return found
