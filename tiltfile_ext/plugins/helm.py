"""Charts: ``helm``."""

import os
import re

from tiltfile_ext.starkit import Blob, BuiltinError, Plugin, StringOrStringList, Thread, builtin, quote
from tiltfile_ext.starkit._patterns import pattern
from tiltfile_ext.values.commands import Command
from tiltfile_ext.values.paths import LocalPath
from tiltfile_ext.values.read import file_bytes, os_reason, watch_if_file
from tiltfile_ext.values.run import find_program, run

_SEPARATOR = "---\n"
_TEST_SOURCE = pattern(r"^# Source: .*/tests/", re.MULTILINE)
_FIRST_VERSION = "v3.0."
_LATER_VERSIONS = ("v3.", "3.", "v4.")


class HelmPlugin(Plugin):
    """``helm``."""

    @builtin("", core=True)
    def helm(
        self,
        thread: Thread,
        paths: LocalPath,
        name: str = "",
        namespace: str = "",
        values: StringOrStringList = (),
        set: StringOrStringList = (),
        kube_version: str = "",
        skip_crds: bool = False,
    ) -> Blob:
        """The YAML of the chart in the directory *paths*, without the chart's tests."""
        _check_chart(paths)
        thread.watch(paths)
        for chart in _local_subcharts(paths):
            thread.watch(thread.absolute(chart))
        is_first = _is_first_version(thread)
        words = ["helm", "template", name or "chart", paths]
        words += ["--namespace", namespace] if namespace else []
        words += ["--kube-version", kube_version] if kube_version else []
        words += ["--include-crds"] if not (skip_crds or is_first) else []
        for file in values:
            words += ["--values", file]
            watch_if_file(thread, thread.absolute(file))
        for setting in set:
            words += ["--set", setting]
        text = _without_tests(_run(thread, words))
        if is_first:
            text = "\n---\n".join([text, *_crds(paths)])
        return Blob(_in_namespace(text, namespace) if namespace else text, f"helm: {paths}")


def _check_chart(path: str) -> None:
    try:
        is_directory = os.path.isdir(path) or not os.stat(path)
    except FileNotFoundError:
        raise BuiltinError(f"Could not read Helm chart directory {quote(path)}: does not exist") from None
    except (OSError, ValueError) as error:
        reason = f"stat {path}: {os_reason(error)}"
        raise BuiltinError(f"Could not read Helm chart directory {quote(path)}: {reason}") from None
    if not is_directory:
        raise BuiltinError(f"helm() may only be called on directories with Chart.yaml: {quote(path)}")


def _local_subcharts(chart: str) -> list[str]:
    """The charts on this machine that *chart* requires."""
    path = os.path.join(chart, "requirements.yaml")
    try:
        text = file_bytes(path).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return []
    except OSError as error:
        verb = "read" if isinstance(error, IsADirectoryError) else "open"
        raise BuiltinError(f"reading subchart deps: {verb} {path}: {os_reason(error)}") from None
    from tiltfile_ext.values.k8s.helm_requirements import RequirementsError, local_repositories

    try:
        return local_repositories(text)
    except RequirementsError as error:
        raise BuiltinError(f"reading subchart deps: {error}") from None


def _is_first_version(thread: Thread) -> bool:
    """Whether the program is Helm 3.0, which leaves out custom resource definitions."""
    if not thread.runs_programs:
        return False
    if find_program("helm", thread.environ.get("PATH", "")) is None:
        raise BuiltinError("Unable to find Helm installation. Make sure `helm` is on your $PATH.")
    output, _ = run(thread, Command(("helm", "version", "--short"), thread.directory))
    # Helm 3.3 writes warnings before the version
    version = output.strip().rpartition("\n")[2] if "\n" in output.strip() else output
    if not version.startswith((_FIRST_VERSION, *_LATER_VERSIONS)):
        raise BuiltinError(f"could not parse Helm version from string: {quote(output)}")
    return version.startswith(_FIRST_VERSION)


def _run(thread: Thread, words: list[str]) -> str:
    command = Command(tuple(words), thread.directory)
    thread.log("info", f"Running: {command}")
    output, _ = run(thread, command)
    return output


def _without_tests(text: str) -> str:
    documents = text.split(_SEPARATOR)
    return _SEPARATOR.join(document for document in documents if not _TEST_SOURCE.search(document))


def _crds(chart: str) -> list[str]:
    """The texts of the YAML files below the chart's ``crds``, in the order of their paths."""
    found = []
    for directory, directories, names in os.walk(os.path.join(chart, "crds")):
        directories.sort()
        paths = (os.path.join(directory, name) for name in names)
        found += [path for path in paths if path.lower().endswith((".yaml", ".yml")) and _is_plain_file(path)]
    return [_read(path) for path in sorted(found, key=lambda path: path.split("/"))]


def _is_plain_file(path: str) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)


def _read(path: str) -> str:
    try:
        return file_bytes(path).decode("utf-8", "surrogateescape")
    except OSError as error:
        raise BuiltinError(f"open {path}: {os_reason(error)}") from None


def _in_namespace(text: str, namespace: str) -> str:
    """The objects in *text*, those without a namespace in *namespace*."""
    from tiltfile_ext.values.k8s.object import K8sObjectError, spec_yaml
    from tiltfile_ext.values.k8s.yaml_text import read_objects

    try:
        found = read_objects(text)
    except K8sObjectError as error:
        raise BuiltinError(str(error)) from None
    return spec_yaml([one.in_namespace(one.own_namespace or namespace) for one in found])
