"""Extensions: ``load("ext://name", …)`` takes a file from a repository of them.

Which repository, a Tiltfile says by ``v1alpha1.extension`` and ``v1alpha1.extension_repo``; where it says
nothing, it is Tilt's own.
"""

import os

from tiltfile_ext.starkit import BuiltinError, Plugin, Thread
from tiltfile_ext.values.api_objects import LOADER, MANAGED_BY, ApiObject, ApiObjects
from tiltfile_ext.values.extensions.used import Extensions
from tiltfile_ext.values.go import paths as go_paths
from tiltfile_ext.values.names import object_name

_PREFIX = "ext://"
_DEFAULT_REPO = "default"
_DEFAULT_URL = "https://github.com/tilt-dev/tilt-extensions"


class ExtensionsPlugin(Plugin):
    """Finds the files of extensions."""

    state = Extensions

    def on_begin(self, thread: Thread) -> None:
        """Remember where clones are kept, before the Tiltfile can change the environment."""
        thread.state(Extensions).data_home = thread.environ.get("XDG_DATA_HOME", "")
        thread.state(Extensions).home = thread.environ.get("HOME", "")

    def resolve(self, thread: Thread, spec: str) -> str | None:
        """The Tiltfile of the extension that *spec* names behind ``ext://``.

        Raises:
            BuiltinError: its repository cannot be had, or has no such file.
        """
        if not spec.startswith(_PREFIX):
            return None
        module = spec.removeprefix(_PREFIX)
        objects = thread.state(ApiObjects)
        extension = _extension(objects, module)
        repo = _repo(objects, extension.fields.get("repo_name", ""))
        path = _file(extension, repo, _directory(thread, repo))
        thread.state(Extensions).modules[module] = None
        return path


def _extension(objects: ApiObjects, module: str) -> ApiObject:
    """The object for *module*: the one registered, else one of the repository that its first word names."""
    name = object_name(module)
    found = objects.of_kind("extension").get(name)
    if found is None:
        repo, path = _place(objects, module)
        found = ApiObject("extension", name, {"repo_name": repo, "repo_path": path})
        objects.put(found)
    found.annotations = {**found.annotations, MANAGED_BY: LOADER}
    return found


def _place(objects: ApiObjects, module: str) -> tuple[str, str]:
    """Name of the repository for an extension that nobody registered, and its path there."""
    host, slash, path = module.partition("/")
    for repo in objects.of_kind("extension_repo").values() if slash and host else ():
        if repo.fields.get("load_host") == host:
            return repo.name, path
    return _DEFAULT_REPO, module


def _repo(objects: ApiObjects, name: str) -> ApiObject:
    """The repository called *name*; Tilt's own, under that name, if none is registered."""
    found = objects.of_kind("extension_repo").get(name)
    if found is None:
        found = ApiObject("extension_repo", name, {"url": _DEFAULT_URL})
        objects.put(found)
    return found


def _directory(thread: Thread, repo: ApiObject) -> str:
    from tiltfile_ext.values.extensions.repos import REPOS, RepoError, RepoSpec

    if not repo.name:
        raise BuiltinError("loading extension repo : internal error: could not reconcile")
    spec = RepoSpec(repo.fields.get("url", ""), repo.fields.get("ref", ""))
    try:
        return REPOS.get(thread, spec)
    except RepoError as error:
        raise BuiltinError(f"loading extension repo {repo.name}: {error}") from None


def _file(extension: ApiObject, repo: ApiObject, directory: str) -> str:
    """The Tiltfile of *extension* in the *directory* of its repository, which it must not leave."""
    inside = extension.fields.get("repo_path", "")
    path = go_paths.join(directory, repo.fields.get("git_subpath", ""), inside, "Tiltfile")
    if not path.startswith(go_paths.clean(directory).rstrip("/") + "/"):
        raise BuiltinError(f"loading extension {extension.name}: invalid repo path: {inside}")
    if not os.path.isfile(path):
        raise BuiltinError(f"loading extension {extension.name}: no extension tiltfile found at {path}")
    return path
