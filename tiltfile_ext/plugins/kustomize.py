"""Kustomizations: ``kustomize``."""

import os
import stat

from tiltfile_ext.starkit import Blob, BuiltinError, Plugin, StringList, Thread, builtin, quote
from tiltfile_ext.values.commands import Command
from tiltfile_ext.values.go import paths as go_paths
from tiltfile_ext.values.paths import LocalPath
from tiltfile_ext.values.read import os_reason
from tiltfile_ext.values.run import find_program, run


class KustomizePlugin(Plugin):
    """``kustomize``."""

    @builtin("", core=True)
    def kustomize(
        self, thread: Thread, paths: LocalPath, kustomize_bin: LocalPath = "", flags: StringList = ()
    ) -> Blob:
        """The YAML that the kustomization in the directory *paths* builds."""
        program = _program(thread, kustomize_bin)
        # kustomize does not take absolute paths everywhere
        words = (*program, *flags, go_paths.rel(thread.directory, paths))
        command = Command(words, thread.directory)
        thread.log("info", f"Running: {command}")
        output, _ = run(thread, command)
        for path in _dependencies(paths):
            thread.watch(path)
        return Blob(output, f"kustomize: {paths}")


def _program(thread: Thread, binary: str) -> tuple[str, ...]:
    """The words that build: of *binary*, of kustomize, or of kubectl, which has it inside."""
    if binary:
        _check_executable(binary)
        return (binary, "build")
    if find_program("kustomize", thread.environ.get("PATH", "")):
        return ("kustomize", "build")
    thread.log("info", "Falling back to `kubectl kustomize` since `kustomize` was not found in PATH")
    return ("kubectl", "kustomize")


def _check_executable(path: str) -> None:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        raise BuiltinError(f"exec: {quote(path)}: stat {path}: {os_reason(error)}") from None
    if stat.S_ISDIR(mode):
        raise BuiltinError(f"exec: {quote(path)}: is a directory")
    if not mode & 0o111:
        raise BuiltinError(f"exec: {quote(path)}: permission denied")


def _dependencies(directory: str) -> list[str]:
    from tiltfile_ext.values.k8s.kustomization import KustomizationError, dependencies

    try:
        return dependencies(directory)
    except KustomizationError as error:
        raise BuiltinError(f"resolving deps: {error}") from None
