"""Help of the verbs: what all of them have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analytics._help import HelpParser, Page
from tiltfile_ext.cli import DONE, FAILED, INTERRUPTED, TILTFILE_ERROR, WRONG_USAGE

_CODES = {
    DONE: "done",
    FAILED: "failure",
    WRONG_USAGE: "wrong usage",
    TILTFILE_ERROR: "an error in the Tiltfile",
    INTERRUPTED: "interrupted (^C)",
}

#: environment that decides about analytics; see ``tiltfile analytics --help``
ANALYTICS_ENVIRONMENT = {
    "TILT_DISABLE_ANALYTICS, DO_NOT_TRACK, CI": "set to anything: usage is not reported",
    "TILT_ANALYTICS_URL": "where usage is reported to",
}
#: files of a load
TILTFILES = {
    "Tiltfile": "what is loaded where no file is named, with all that it loads itself",
    ".tiltignore": "beside the Tiltfile: files whose changes mean nothing",
    "tilt_config.json": "beside the Tiltfile: values for config.parse()",
}
#: environment of a load
LOAD_ENVIRONMENT = {"KUBECONFIG": "what k8s_context() reads; other variables are the Tiltfile's own affair"}


def verb_parser(
    verb: str,
    *,
    usage: Iterable[str],
    description: str,
    examples: Mapping[str, str],
    files: Mapping[str, str],
    environment: Mapping[str, str],
    exit_codes: Mapping[int, str],
) -> HelpParser:
    """The parser of ``tiltfile VERB``, without arguments yet.

    Args:
        verb: its name.
        usage: the command line behind the verb, one text for each form.
        description: paragraphs with empty lines between them, the first a summary of one sentence.
        examples: command line behind the verb -> what it does; a test parses each.
        files: path -> what it is.
        environment: name of a variable -> what it does.
        exit_codes: code -> what it means here; "" for the words that all verbs have for it.
    """
    page = Page(
        usage=usage,
        description=description,
        examples=examples,
        files=files,
        environment=environment,
        exit_codes={code: meaning or _CODES[code] for code, meaning in exit_codes.items()},
    )
    return HelpParser(f"tiltfile {verb}", page)
