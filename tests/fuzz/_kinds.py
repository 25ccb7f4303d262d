"""The grammar of ``v1alpha1``: a call of each of its functions, made of the host's own table of kinds."""

from __future__ import annotations

from tiltfile_ext.values.v1alpha1.table import REGISTERED, VALUES, Field, fields_of

#: type of a field -> what may stand for it; a kind stands for a call of its function, mostly
_TYPES = {
    "str": "<string>",
    "text": "<string>",
    "int": "<int>",
    "bool": "<bool>",
    "duration": "<duration>",
    "map": "<env>",
    "strings": "<strings>",
    "path": "<path>",
    "paths": "<strings>",
    "nothing": "<any>",
}


def _value(field: Field) -> str:
    value = _TYPES.get(field.type) or f"v1alpha1.<kind_{field.type}>"
    return f"[{value}]" if field.is_list else value


def _options(kind: str) -> tuple[str, ...]:
    made = tuple(f"{field.name}={_value(field)}" for field in fields_of(kind) if field.is_parameter)
    return (*made, "labels=<env>", "annotations=<env>", "nope=<any>", f"{fields_of(kind)[0].name}=<any>")


def kinds() -> dict[str, tuple[str, ...]]:
    """The rules: "v1_kind" for a call of any of them, and two for each."""
    rules = {"v1_kind": tuple(f"<kind_{kind}>" for kind in (*REGISTERED, *VALUES))}
    for kind in (*REGISTERED, *VALUES):
        name = "name=<name>" if kind in REGISTERED else f"{fields_of(kind)[0].name}=None"
        rules[f"kind_{kind}"] = (f"{kind}({name}<opt_{kind}*>)",)
        rules[f"opt_{kind}"] = _options(kind)
    return rules
