"""Image references and selectors."""

from __future__ import annotations

import pytest

from tiltfile_ext.values.docker.image_ref import (
    ImageRefError,
    ImageSelector,
    parse_canonical,
    parse_image_ref,
)

HEX = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "normal", "familiar"),
    [
        ("nginx", "docker.io/library/nginx", "nginx"),
        ("nginx:1.2", "docker.io/library/nginx:1.2", "nginx:1.2"),
        ("team/app", "docker.io/team/app", "team/app"),
        ("docker.io/app", "docker.io/library/app", "app"),
        ("index.docker.io/app", "docker.io/library/app", "app"),
        ("docker.io/library/app", "docker.io/library/app", "app"),
        ("docker.io/library/a/b", "docker.io/library/a/b", "library/a/b"),
        ("localhost/app", "localhost/app", "localhost/app"),
        ("localhost:5000/app:x", "localhost:5000/app:x", "localhost:5000/app:x"),
        ("Registry/app", "Registry/app", "Registry/app"),
        ("[::1]:5000/app", "[::1]:5000/app", "[::1]:5000/app"),
        (f"gcr.io/a:b@sha256:{HEX}", f"gcr.io/a:b@sha256:{HEX}", f"gcr.io/a:b@sha256:{HEX}"),
        (f"a@sha256:{HEX}", f"docker.io/library/a@sha256:{HEX}", f"a@sha256:{HEX}"),
    ],
)
def test_a_reference_has_a_normal_and_a_familiar_form(text, normal, familiar):
    ref = parse_image_ref(text)
    assert (str(ref), ref.familiar) == (normal, familiar)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "invalid reference format"),
        ("a b", "invalid reference format"),
        ("a/", "invalid reference format"),
        ("a___b", "invalid reference format"),
        ("a:", "invalid reference format"),
        ("a:" + "t" * 129, "invalid reference format"),
        ("App", "invalid reference format: repository name (library/App) must be lowercase"),
        ("a/B", "invalid reference format: repository name (a/B) must be lowercase"),
        ("x/" * 130 + "y", "repository name must not be more than 255 characters"),
        (HEX, f"invalid repository name ({HEX}), cannot specify 64-byte hexadecimal strings"),
        (f"a@sha256:{HEX[1:]}", "invalid checksum digest length"),
        (f"a@sha256:{HEX.upper()}", "invalid checksum digest format"),
        (f"a@md5:{HEX}", "unsupported digest algorithm"),
        (f"a@MD5:{HEX}", "invalid reference format: repository name (library/a@MD5) must be lowercase"),
    ],
)
def test_what_is_no_reference_is_refused(text, message):
    with pytest.raises(ImageRefError) as caught:
        parse_image_ref(text)
    assert str(caught.value) == message


def test_a_canonical_reference_is_in_normal_form():
    with pytest.raises(ImageRefError, match=r"^repository name must be canonical$"):
        parse_canonical("nginx")


@pytest.mark.parametrize(
    ("selector", "image", "matches"),
    [
        ("app", "app", True),
        ("app", "docker.io/library/app:1", True),
        ("app", "gcr.io/app", False),
        ("app:1", "app:1", True),
        ("app:1", "app:2", False),
        ("app:1", "app", False),
        (f"app@sha256:{HEX}", "app", True),
    ],
)
def test_a_tag_makes_a_selector_exact(selector, image, matches):
    assert ImageSelector.of(parse_image_ref(selector)).matches(parse_image_ref(image)) is matches
