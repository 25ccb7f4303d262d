"""``config``: settings that users give in ``tilt_config.json`` or behind ``--``, and what is to run."""

import posixpath
from collections.abc import Callable
from typing import Any

from tiltfile_ext.starkit import (
    BuiltinError,
    Environment,
    Plugin,
    Sequence,
    Thread,
    UnpackError,
    builtin,
    strings_of,
)
from tiltfile_ext.values.config.settings import (
    BoolSetting,
    ConfigSettings,
    Definition,
    ObjectSetting,
    Setting,
    SettingError,
    StringListSetting,
    StringSetting,
)
from tiltfile_ext.values.read import file_bytes, os_reason, watch_if_file

FILE_NAME = "tilt_config.json"


class ConfigPlugin(Plugin):
    """The functions and values of ``config``."""

    state = ConfigSettings

    def on_start(self, env: Environment) -> None:
        """Register one function under four names, the marked methods, and the values."""
        super().on_start(env)
        for name, kind in (
            ("config.define_string_list", StringListSetting),
            ("config.define_string", StringSetting),
            ("config.define_bool", BoolSetting),
            ("config.define_object", ObjectSetting),
        ):
            env.add_builtin(name, _Definer(name, kind).define)
        env.add_value("config.tilt_subcommand", lambda thread: thread.subcommand)
        env.add_value("config.main_path", lambda thread: thread.main_path)
        env.add_value("config.main_dir", lambda thread: posixpath.dirname(thread.main_path))

    @builtin("config.parse")
    def parse(self, thread: Thread) -> dict[str, Any]:
        """The settings that were given, by name; those of the command line win over those of the file."""
        config = thread.state(ConfigSettings)
        _note_directory(config, thread.directory)
        path = posixpath.join(thread.directory, FILE_NAME)
        watch_if_file(thread, path)
        settings = _read_file(config, path)
        if config.definitions or thread.args:
            settings.update(_read_args(config, thread))
        return {name: setting.value for name, setting in settings.items()}

    @builtin("config.set_enabled_resources")
    def set_enabled_resources(self, thread: Thread, resources: Sequence) -> None:
        """Run these resources, and those that they need; an empty list changes nothing."""
        try:
            names = strings_of(resources)
        except UnpackError as error:
            raise BuiltinError(f"resources must be a list of string: {error}") from None
        config = thread.state(ConfigSettings)
        config.disabled, config.enabled = False, names

    @builtin("config.clear_enabled_resources")
    def clear_enabled_resources(self, thread: Thread) -> None:
        """Run no resource, unless `set_enabled_resources` follows."""
        config = thread.state(ConfigSettings)
        config.disabled, config.enabled = True, ()


class _Definer:
    """``config.define_…`` under *name*, which one of its messages says."""

    def __init__(self, name: str, kind: Callable[[], Setting]) -> None:
        self.name = name
        self.kind = kind

    def define(self, thread: Thread, name: str, args: bool = False, usage: str = "") -> None:
        """Declare the setting *name*; with *args* it takes the words that follow no flag."""
        if not name:
            raise BuiltinError("'name' is required")
        config = thread.state(ConfigSettings)
        if config.parsed_in is not None:
            raise BuiltinError(f"{self.name} cannot be called after config.parse is called")
        if name in config.definitions:
            raise BuiltinError(f"{name} defined multiple times")
        if args:
            if config.positional:
                raise BuiltinError(f"both {name} and {config.positional} are defined as positional args")
            config.positional = name
        config.definitions[name] = Definition(self.kind, usage)


def _note_directory(config: ConfigSettings, directory: str) -> None:
    if config.parsed_in not in (None, directory):
        raise BuiltinError(
            "config.parse can only be called from one Tiltfile working directory per run. "
            f"It was called from {config.parsed_in} and {directory}"
        )
    config.parsed_in = directory


def _read_file(config: ConfigSettings, path: str) -> dict[str, Setting]:
    """The settings that the file at *path* names, in its order; none if there is no file."""
    try:
        data = file_bytes(path)
    except FileNotFoundError:
        return {}
    except IsADirectoryError:
        data = b""
    except OSError as error:
        raise BuiltinError(f"error opening {path}: open {path}: {os_reason(error)}") from None
    return {name: _setting(config, path, name, value) for name, value in _decoded(path, data).items()}


def _decoded(path: str, data: bytes) -> dict[str, Any]:
    from tiltfile_ext.values.json.lenient import LenientJSONError, read_object

    try:
        return read_object(data)
    except LenientJSONError as error:
        raise BuiltinError(f"error parsing json from {path}: {error}") from None


def _setting(config: ConfigSettings, path: str, name: str, value: Any) -> Setting:
    definition = config.definitions.get(name)
    if definition is None:
        raise BuiltinError(f"{path} specified unknown setting name '{name}'")
    setting = definition.make()
    try:
        setting.set_json(value)
    except SettingError as error:
        raise BuiltinError(f"{path} specified invalid value for setting {name}: {error}") from None
    return setting


def _read_args(config: ConfigSettings, thread: Thread) -> dict[str, Setting]:
    """The settings that the command line gives."""
    from tiltfile_ext.values.config.flags import ArgsError, parse_args

    try:
        settings = parse_args(config, thread.args)
    except ArgsError as error:
        if error.output:
            thread.log("info", error.output)
        raise
    return {name: setting for name, setting in settings.items() if setting.given}
