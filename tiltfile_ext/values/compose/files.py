"""Load compose files one over the other, with all that they extend and include.

Facts: compose-go's loadYamlModel and loadYamlFile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tiltfile_ext.starkit import Data, evolve
from tiltfile_ext.values.compose.canonical import canonical, with_defaults
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.extends import apply_extends
from tiltfile_ext.values.compose.include import apply_include
from tiltfile_ext.values.compose.interpolate import interpolate
from tiltfile_ext.values.compose.merge import merge
from tiltfile_ext.values.compose.paths import resolve_paths
from tiltfile_ext.values.compose.reader import Document, YAMLError, read_documents
from tiltfile_ext.values.compose.services import check_schema
from tiltfile_ext.values.compose.template import Warn
from tiltfile_ext.values.compose.unique import enforce_unicity
from tiltfile_ext.values.compose.validation import validate
from tiltfile_ext.values.go.paths import clean, dir_name, join, rel
from tiltfile_ext.values.read import file_bytes, os_reason

Tree = dict[str, Any]


class File(Data):
    """A compose file; ``text`` None means that it is read from ``path``."""

    path: str
    text: str | None = None

    def content(self) -> str:
        """The text of the file.

        Raises:
            ComposeError: it cannot be read.
        """
        return read_text(self.path) if self.text is None else self.text


def _documents(file: File) -> Iterator[Document]:
    text = file.content()
    try:
        yield from read_documents(text)
    except YAMLError as error:
        raise ComposeError(f"failed to parse {file.path}: {error}") from None


def read_text(path: str) -> str:
    """The text of the file at *path*.

    Raises:
        ComposeError: it cannot be read.
    """
    try:
        return file_bytes(path).decode("utf-8", "surrogateescape")
    except OSError as error:
        raise ComposeError(f"open {path}: {os_reason(error)}") from None


class Loader(Data):
    """How files are loaded at one level: the project's own, or those of an ``include``.

    Attributes:
        directory: where relative files are looked up.
        base: where relative paths in the files start; itself relative to the level above.
        environment: variables for the files' text.
        home: the process's environment, for "~".
        included: files that include the one being loaded.
    """

    directory: str
    base: str
    environment: Mapping[str, str]
    home: Mapping[str, str]
    warn: Warn
    included: tuple[str, ...] = ()

    def load(self, files: Sequence[File]) -> Tree:
        """*files* merged, in the long form, with defaults and with paths that start at `base`.

        Raises:
            ComposeError: something is wrong with one of them, or with their sum.
        """
        tree: Tree = {}
        for file in files:
            tree = self._over(tree, file)
        tree = with_defaults(tree)
        validate(tree)
        resolve_paths(tree, self.base, self.home)
        _resolve_lists(tree, self.environment)
        return tree

    def _over(self, tree: Tree, file: File) -> Tree:
        included = self.included
        for document in _documents(file):
            model = self._interpolated(document)
            apply_extends(self, model, file.path, document)
            document.reset(tree)
            included = (*included, file.path)
            apply_include(evolve(self, included=included), model, document)
            tree = enforce_unicity(merge(tree, model))
            check_schema(tree, file.path)
            if tree.pop("version", None) is not None:
                self.warn(
                    f"{file.path}: the attribute `version` is obsolete, it will be ignored, "
                    "please remove it to avoid potential confusion"
                )
            tree = enforce_unicity(canonical(tree))
        return tree

    def _interpolated(self, document: Document) -> Tree:
        if not isinstance(document.value, dict):
            raise ComposeError("top-level object must be a mapping")
        return interpolate(document.value, self.environment.get, self.warn)

    def load_extended(self, path: str) -> tuple[Tree, Document]:
        """The file at *path* for the sake of its services, in the long form, paths as they are.

        Raises:
            ComposeError: something is wrong with it.
        """
        tree: Tree = {}
        document = Document(None, [])
        for document in _documents(File(path)):
            model = self._interpolated(document)
            document.reset(tree)
            tree = enforce_unicity(canonical(enforce_unicity(merge(tree, model))))
        return tree, document

    # ---- where files are

    def found(self, path: str) -> str:
        """The absolute path of a file that this level names."""
        return path if path.startswith("/") else join(self.directory, path)

    def directory_of(self, path: str) -> str:
        """The directory of *path*, or *path* itself if it is one, relative to `directory`."""
        import os

        found = self.found(path)
        if not os.path.isdir(found):
            found = self.found(dir_name(path))
        try:
            return rel(clean(self.directory), found)
        except ValueError:
            return found


def _resolve_lists(tree: Tree, environment: Mapping[str, str]) -> None:
    """Give names without a value in ``environment`` lists the value that the environment has."""
    services = tree.get("services")
    for service in services.values() if isinstance(services, dict) else ():
        names = service.get("environment") if isinstance(service, dict) else None
        if isinstance(names, list):
            service["environment"] = [
                f"{name}={environment[name]}" if name in environment else name
                for name in names
                if type(name) is str
            ]
