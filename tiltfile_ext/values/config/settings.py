"""Settings that a Tiltfile declares with ``config.define_*``, and the values that they get.

A value comes from ``tilt_config.json`` or from the command line; facts: Tilt 0.37.6.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from tiltfile_ext.starkit import Data, quote, starlark_repr

_TRUE = ("1", "t", "T", "TRUE", "true", "True")
_FALSE = ("0", "f", "F", "FALSE", "false", "False")


class SettingError(ValueError):
    """A value does not fit a setting; ``str()`` says why."""


class Setting:
    """One setting on its way to a value.

    Attributes:
        type_name: how the usage text calls the type.
        flag_alone: what ``--name`` without a value means; "" where a value must follow.
        given: whether a value was given. A null in the file is none, but the setting is listed.
        value: what ``config.parse()`` returns for it.
    """

    type_name: ClassVar[str]
    flag_alone: ClassVar[str] = ""
    #: what the usage text says of the default, "" for nothing
    default_text: ClassVar[str] = ""

    def __init__(self, value: Any = None) -> None:
        self.given = False
        self.value = value

    def set_text(self, text: str) -> None:
        """Take a value from the command line; SettingError says why not."""
        if self.given:
            raise SettingError(
                f"{self.type_name} settings can only be specified once. "
                f"multiple values found (last value: {self.repeated(text)})"
            )
        self.value = self.from_text(text)
        self.given = True

    def set_json(self, value: Any) -> None:
        """Take a value from the file; SettingError says why not. None leaves the setting as it is."""
        if value is not None:
            self.value = self.from_json(value)
            self.given = True

    def repeated(self, text: str) -> str:
        """The value to name when the setting is given again, as *text*."""
        return text

    def from_text(self, text: str) -> Any:
        """The value that *text* means."""
        return text

    def from_json(self, value: Any) -> Any:
        """The value that a JSON value means."""
        return value


class StringSetting(Setting):
    """``config.define_string``."""

    type_name = "string"

    def __init__(self) -> None:
        super().__init__("")

    def from_json(self, value: Any) -> Any:
        """Only strings."""
        if not isinstance(value, str):
            raise SettingError(f"expected string, found {json_go_type(value)}")
        return value


class BoolSetting(Setting):
    """``config.define_bool``."""

    type_name = "bool"
    flag_alone = "true"

    def __init__(self) -> None:
        super().__init__(value=False)

    def from_text(self, text: str) -> bool:
        """The spellings that Go's strconv takes."""
        if text not in (*_TRUE, *_FALSE):
            raise SettingError(f"strconv.ParseBool: parsing {quote(text)}: invalid syntax")
        return text in _TRUE

    def from_json(self, value: Any) -> Any:
        """Only true and false."""
        if not isinstance(value, bool):
            raise SettingError(f"expected bool, found {json_go_type(value)}")
        return value


class StringListSetting(Setting):
    """``config.define_string_list``: every mention on the command line adds a string."""

    type_name = "list[string]"

    def __init__(self) -> None:
        super().__init__([])

    def set_text(self, text: str) -> None:
        """Add *text*, as it is."""
        self.value.append(text)
        self.given = True

    def from_json(self, value: Any) -> list[str]:
        """Only lists of strings."""
        if not isinstance(value, list):
            raise SettingError("expected array")
        for item in value:
            if not isinstance(item, str):
                raise SettingError(f"expected string, got {json_go_type(item)}")
        return value


class ObjectSetting(Setting):
    """``config.define_object``: any JSON value, its numbers all floats."""

    type_name = "object"
    default_text = "None"

    def from_text(self, text: str) -> Any:
        """The value of a JSON document."""
        from tiltfile_ext.values.json.text import JSONSyntaxError, unmarshal

        try:
            return unmarshal(text)
        except JSONSyntaxError as error:
            raise SettingError(f"decoding JSON, got {quote(text)}: {error}") from None

    def repeated(self, text: str) -> str:
        """The value that the setting has already."""
        del text
        return starlark_repr(self.value)


def json_go_type(value: Any) -> str:
    """The Go type that a decoded JSON value has, as messages name it."""
    names = {
        float: "float64", bool: "bool", str: "string", type(None): "<nil>",
        list: "[]interface {}", dict: "map[string]interface {}",
    }  # fmt: skip
    return names[type(value)]


class Definition(Data):
    """A declared setting: what makes its value, and its line in the usage text."""

    make: Callable[[], Setting]
    usage: str = ""


class ConfigSettings:
    """What a Tiltfile declared, and which resources it wants to run.

    Attributes:
        definitions: name -> declared setting, in the order declared.
        positional: name of the setting that takes the words without a flag, "" for none.
        parsed_in: the directory that ``config.parse()`` was called in; None before the first call.
        disabled: whether no resource is to run.
        enabled: the resources that are to run, with what they need; empty where it was not said.
    """

    def __init__(self) -> None:
        self.definitions: dict[str, Definition] = {}
        self.positional = ""
        self.parsed_in: str | None = None
        self.disabled = False
        self.enabled: tuple[str, ...] = ()
