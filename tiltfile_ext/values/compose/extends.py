"""Services that extend another one, of the same file or of another.

Facts: compose-go's extends.go.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.merge import merge_service
from tiltfile_ext.values.compose.paths import resolve_paths
from tiltfile_ext.values.compose.reader import Document

if TYPE_CHECKING:
    from tiltfile_ext.values.compose.files import Loader

Tree = dict[str, Any]


def apply_extends(loader: Loader, model: Tree, path: str, document: Document) -> None:
    """Put what each service of *model* extends below it, in place.

    Raises:
        ComposeError: a service that is not there, or that extends itself in the end.
    """
    if "services" not in model:
        return
    services = model["services"]
    if not isinstance(services, dict):
        raise ComposeError("services must be a mapping")
    extender = _Extender(loader, path)
    for name in services:
        services[name] = extender.extended(name, services, document, ())


class _Extender:
    def __init__(self, loader: Loader, path: str) -> None:
        self._loader = loader
        self._path = path

    def extended(
        self, name: str, services: Tree, document: Document, above: tuple[tuple[str, str], ...]
    ) -> Any:
        """The service *name* of *services*, with all that it extends; *above* are those that extend it."""
        service = services[name]
        if service is None:
            return None
        if not isinstance(service, dict):
            raise ComposeError(f"services.{name} must be a mapping")
        if "extends" not in service:
            return service
        wanted, file = _reference(name, service["extends"])
        path, others, origin = self._path, services, document
        if file is not None:
            path, (others, origin) = file, self._services_of(name, wanted, file)
        elif wanted not in services:
            raise ComposeError(f'cannot extend service "{name}" in {path}: service "{wanted}" not found')
        if (path, name) in above:
            raise ComposeError(f"Circular reference:\n  {name} in {path}")
        base = self.extended(wanted, others, origin, (*above, (path, name)))
        return service if base is None else self._merged(name, services, deepcopy(base), document)

    def _merged(self, name: str, services: Tree, base: Tree, document: Document) -> Tree:
        document.reset({"services": {name: base}})
        merged = merge_service(base, services[name])
        merged.pop("extends", None)
        services[name] = merged
        return merged

    def _services_of(self, name: str, wanted: str, file: str) -> tuple[Tree, Document]:
        """The services of another file; their paths start where this one's do."""
        path = self._loader.found(file)
        tree, document = self._loader.load_extended(path)
        services = tree.get("services")
        if not isinstance(services, dict):
            problem = "services must be a mapping" if "services" in tree else "no services section"
            raise ComposeError(f'cannot extend service "{name}" in {path}: {problem}')
        if wanted not in services:
            raise ComposeError(
                f'cannot extend service "{name}" in {self._path}: service "{wanted}" not found in {file}'
            )
        resolve_paths(tree, self._loader.directory_of(file), self._loader.home)
        return services, document


def _reference(name: str, extends: Any) -> tuple[str, str | None]:
    """The service that *extends* names, and the file that it is in, if that is another."""
    if isinstance(extends, str):
        return extends, None
    service = extends.get("service") if isinstance(extends, dict) else None
    if not isinstance(service, str):
        raise ComposeError(f"extends.{name}.service is required")
    file = extends.get("file")
    if file is not None and type(file) is not str:
        raise ComposeError(f"extends.{name}.file must be a string")
    return service, file
