"""Images that a Dockerfile names, and Dockerfiles that cannot be read."""

from __future__ import annotations

import pytest

from tiltfile_ext.values.docker.dockerfile import image_refs
from tiltfile_ext.values.docker.dockerfile_lines import DockerfileError


def names(text, *build_args):
    return [ref.familiar for ref in image_refs(text, build_args)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FROM base", ["base"]),
        ("from base:1 as x", ["base:1"]),
        ("FROM a\nFROM b", ["a", "b"]),
        ("FROM --platform=linux/arm64 base", ["base"]),
        ('FROM "base"', ["base"]),
        ("FROM \\\n  # why\n\n  base", ["base"]),
        ("# escape=`\nFROM `\n base", ["base"]),
        ("\ufeffFROM base", ["base"]),
        ("FROM base\r\nRUN x\r\n", ["base"]),
        ("FROM a\nCOPY --from=b x y", ["a", "b"]),
        ('FROM a\nCOPY --from=b --chown=u ["x", "y"]', ["a", "b"]),
        ("FROM a\nADD --from=b x y", ["a"]),
        ("FROM a\nONBUILD COPY --from=b x y", ["a"]),
        ("FROM a\nRUN <<EOF\nFROM b\nEOF\nFROM c", ["a", "c"]),
        ("FROM a\nRUN cat <<A <<-B\nFROM b\nA\nFROM c\n\tB\nFROM d", ["a", "d"]),
        ('FROM a\nRUN ["cat", "<<A"]\nFROM b', ["a", "b"]),
        ("FROM a\nRUN echo '<<A'\nFROM b", ["a", "b"]),
        ("UNKNOWN x\nFROM a", ["a"]),
        ("FROM", []),
        ("FROM NotLower", []),
    ],
)
def test_from_and_copy_name_images(text, found):
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FROM a\nCOPY --from=b x", ["a"]),
        ("FROM a\nCOPY --from=b --foo x y", ["a"]),
        ("FROM a\nCOPY --from=b --link=maybe x y", ["a"]),
        ("FROM a\nCOPY --from=b --from=c x y", ["a"]),
        ("FROM a\nCOPY --from b x y", ["a"]),
        ("FROM a\nCOPY --from=b x <<E\nE", ["a"]),
    ],
)
def test_wrong_arguments_of_copy_name_no_image(text, found):
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "build_args", "found"),
    [
        ("ARG X=base\nFROM $X", (), ["base"]),
        ("ARG X=base\nFROM $X", ("X=other",), ["other"]),
        ("ARG X\nFROM $X", ("X=other",), ["other"]),
        ("ARG X=base\nFROM ${X}x", ("X",), ["x"]),
        ("FROM ${X:-base}", (), ["base"]),
        ("FROM $X", (), []),
        ("ARG X=a Y=b\nFROM $Y", (), ["b"]),
        ("ARG =x\nFROM a", (), ["a"]),
        ("FROM ${X", (), []),
        ("ARG X=b\nFROM $X as 1", (), []),
    ],
)
def test_args_are_substituted(text, build_args, found):
    assert names(text, *build_args) == found


def test_an_arg_does_not_see_those_before_it():
    assert names("ARG A=x\nARG B=base$A\nFROM $B") == ["base"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "file with no instructions"),
        ("# a comment\n\n", "file with no instructions"),
        ("FROM a\nRUN <<EOF\nx\n", "unterminated heredoc"),
        ("# escape=x\nFROM a", "invalid escape token 'x' does not match ` or \\"),
        ("# escape=`\n# escape=`\nFROM a", "only one escape parser directive can be used"),
        ("FROM a\nENV x", "ENV must have two arguments"),
        ("FROM a\nLABEL", None),
        (
            "FROM a\nLABEL x=1 'y z'",
            "Syntax error - can't find = in \"'y z'\". Must be of the form: name=value",
        ),
        ("FROM a\nONBUILD ENV x", "ENV must have two arguments"),
        ("FROM a\nCMD [1]", "when using JSON array syntax, arrays must be comprised of strings only"),
        (
            "FROM a\nHEALTHCHECK CMD [1]",
            "when using JSON array syntax, arrays must be comprised of strings only",
        ),
        ("FROM a\nCMD [NaN]", None),
        ("FROM a\n" + "x" * 65535 + "\n", None),
        ("FROM a\n" + "x" * 65536 + "\n", "dockerfile line greater than max allowed size of 65535"),
    ],
)
def test_only_what_cannot_be_read_is_refused(text, message):
    if message is None:
        assert names(text) == ["a"]
        return
    with pytest.raises(DockerfileError) as caught:
        image_refs(text)
    assert str(caught.value) == message
