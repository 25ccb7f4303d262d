"""Tilt's built-ins: one plugin per file. Plugins never import each other; they meet in `values`."""

from tiltfile_ext.starkit import Plugin, PluginError

#: where third-party packages announce their plugins
ENTRY_POINTS = "tiltfile_ext.plugins"


def own() -> tuple[Plugin, ...]:
    """The plugins that make up Tilt's own surface."""
    from tiltfile_ext.plugins.analytics import AnalyticsPlugin
    from tiltfile_ext.plugins.ci_settings import CISettingsPlugin
    from tiltfile_ext.plugins.compose import ComposePlugin
    from tiltfile_ext.plugins.config import ConfigPlugin
    from tiltfile_ext.plugins.control import ControlPlugin
    from tiltfile_ext.plugins.data import DataPlugin
    from tiltfile_ext.plugins.docker import DockerPlugin
    from tiltfile_ext.plugins.docker_prune_settings import DockerPruneSettingsPlugin
    from tiltfile_ext.plugins.extensions import ExtensionsPlugin
    from tiltfile_ext.plugins.features import FeaturesPlugin
    from tiltfile_ext.plugins.files import FilesPlugin
    from tiltfile_ext.plugins.git import GitPlugin
    from tiltfile_ext.plugins.helm import HelmPlugin
    from tiltfile_ext.plugins.k8s_custom_deploy import K8sCustomDeployPlugin
    from tiltfile_ext.plugins.k8s_kinds import K8sKindsPlugin
    from tiltfile_ext.plugins.k8s_resource import K8sResourcePlugin
    from tiltfile_ext.plugins.k8s_yaml import K8sYamlPlugin
    from tiltfile_ext.plugins.kube_context import KubeContextPlugin
    from tiltfile_ext.plugins.kustomize import KustomizePlugin
    from tiltfile_ext.plugins.links import LinkPlugin
    from tiltfile_ext.plugins.live_update import LiveUpdatePlugin
    from tiltfile_ext.plugins.loading import LoadingPlugin
    from tiltfile_ext.plugins.local import LocalPlugin
    from tiltfile_ext.plugins.local_resources import LocalResourcePlugin
    from tiltfile_ext.plugins.os_module import OsPlugin
    from tiltfile_ext.plugins.probes import ProbePlugin
    from tiltfile_ext.plugins.secret_settings import SecretSettingsPlugin
    from tiltfile_ext.plugins.shlex_module import ShlexPlugin
    from tiltfile_ext.plugins.structs import StructPlugin
    from tiltfile_ext.plugins.sys_module import SysPlugin
    from tiltfile_ext.plugins.team import TeamPlugin
    from tiltfile_ext.plugins.telemetry import TelemetryPlugin
    from tiltfile_ext.plugins.trigger_modes import TriggerModePlugin
    from tiltfile_ext.plugins.update_settings import UpdateSettingsPlugin
    from tiltfile_ext.plugins.v1alpha1 import V1alpha1Plugin
    from tiltfile_ext.plugins.version_settings import VersionSettingsPlugin
    from tiltfile_ext.plugins.watch_settings import WatchSettingsPlugin

    return (
        AnalyticsPlugin(),
        CISettingsPlugin(),
        ComposePlugin(),
        ConfigPlugin(),
        ControlPlugin(),
        DataPlugin(),
        DockerPlugin(),
        DockerPruneSettingsPlugin(),
        ExtensionsPlugin(),
        FeaturesPlugin(),
        FilesPlugin(),
        GitPlugin(),
        HelmPlugin(),
        K8sCustomDeployPlugin(),
        K8sKindsPlugin(),
        K8sResourcePlugin(),
        K8sYamlPlugin(),
        KubeContextPlugin(),
        KustomizePlugin(),
        LinkPlugin(),
        LiveUpdatePlugin(),
        LoadingPlugin(),
        LocalPlugin(),
        LocalResourcePlugin(),
        OsPlugin(),
        ProbePlugin(),
        SecretSettingsPlugin(),
        ShlexPlugin(),
        StructPlugin(),
        SysPlugin(),
        TeamPlugin(),
        TelemetryPlugin(),
        TriggerModePlugin(),
        UpdateSettingsPlugin(),
        V1alpha1Plugin(),
        VersionSettingsPlugin(),
        WatchSettingsPlugin(),
    )


def installed() -> tuple[Plugin, ...]:
    """The plugins of installed packages, by entry point; a class is called, an object taken as it is.

    Raises:
        PluginError: an entry point cannot be loaded, or leads to something else.
    """
    from importlib.metadata import entry_points

    plugins = []
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name):
        try:
            found = entry.load()
            plugin = found() if isinstance(found, type) else found
        except Exception as error:
            raise PluginError(f"plugin {entry.name} ({entry.value}) cannot be loaded: {error}") from error
        if not isinstance(plugin, Plugin):
            raise PluginError(f"plugin {entry.name} ({entry.value}) is no tiltfile_ext.Plugin but {plugin!r}")
        plugins.append(plugin)
    return tuple(plugins)
