"""Git remotes, normalised as Tilt normalises them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics._remote import normalise


@pytest.mark.parametrize(
    ("remote", "normalised"),
    [
        ("https://github.com/tilt-dev/tilt.git", "//github.com/tilt-dev/tilt"),
        ("https://github.com/tilt-dev/tilt", "//github.com/tilt-dev/tilt"),
        ("https://github.com/tilt-dev/tilt/", "//github.com/tilt-dev/tilt"),
        ("https://github.com/tilt-dev/tilt.git/", "//github.com/tilt-dev/tilt"),
        ("https://github.com/tilt-dev/tilt//", "//github.com/tilt-dev/tilt/"),
        ("https://me:token@github.com/tilt-dev/tilt.git", "//github.com/tilt-dev/tilt"),
        ("HTTPS://GitHub.com/Tilt-Dev/tilt.git", "//GitHub.com/Tilt-Dev/tilt"),
        ("git@github.com:tilt-dev/tilt.git", "//github.com/tilt-dev/tilt"),
        ("github.com:tilt-dev/tilt.git", "//github.com/tilt-dev/tilt"),
        ("git@host:/abs/path.git", "//host/abs/path"),
        ("git@host:a.git?x=y", "//host/a?x=y"),
        ("git@host:a~b", "//host/a?~b"),
        ("ssh://git@github.com/tilt-dev/tilt/", "//github.com/tilt-dev/tilt"),
        ("ssh://git@github.com:22/tilt-dev/tilt.git", "//github.com:22/tilt-dev/tilt"),
        ("git+ssh://git@github.com/a/b.git", "//github.com/a/b"),
        ("git://github.com/a/b.git", "//github.com/a/b"),
        ("rsync://h/a", "//h/a"),
        ("https://github.com", "//github.com"),
        ("https://github.com/", "//github.com"),
        ("https://h/a.git?q=1", "//h/a?q=1"),
        ("https://h/a.git#frag", "//h/a#frag"),
        ("https://h/a?", "//h/a?"),
        ("https://h/a%20b.git", "//h/a%20b"),
        ("https://h/a b", "//h/a%20b"),
        ("https://h/a!b", "//h/a!b"),
        ("https://h/a!b.git", "//h/a%21b"),
        ("https://h/é.git", "//h/%C3%A9"),
        ("https://[::1]:8080/a.git", "//[::1]:8080/a"),
        ("ssh://git@github.com:tilt-dev/tilt.git", "//ssh//git?@github.com:tilt-dev/tilt.git"),
        ("https://h/a%zz", "//https//h/a?%zz"),
        ("https://h:x/a", "//https//h?:x/a"),
        ("https://u er@h/a", "//https//u? er@h/a"),
        ("https://h%41/a", "//https//h?%41/a"),
        ("https://h^/a", "//https//h?^/a"),
        ("https://[::1/a", "//https/?[::1/a"),
        ("git@host:a\tb", "//host/a?\tb"),
        ("file:///srv/git/a.git", "/srv/git/a"),
        ("ssh:opaque/a.git", "opaque/a.git"),
        ("/a/b.git", "/a/b"),
        ("../rel", "../rel"),
        ("rel/with:colon", "rel/with:colon"),
        ("é:x", "./%C3%A9:x"),
        ("C:/Users/me/a.git", "//C/Users/me/a"),
        ("s3://bucket/a.git", "//s3//bucket/a"),
        ("", ""),
    ],
)
def test_a_remote_is_normalised(remote, normalised):
    assert normalise(remote) == normalised


words = st.text("abcXYZ019-_", min_size=1, max_size=6)
hosts = st.lists(words, min_size=1, max_size=3).map(".".join)
paths = st.lists(words, min_size=1, max_size=3).map("/".join)


@given(hosts, paths, st.sampled_from(["", ".git"]), st.sampled_from(["", "/"]))
def test_all_spellings_of_one_repository_are_one(host, path, suffix, slash):
    tail = f"{path}{suffix}{slash}"
    spellings = [f"{scheme}://{host}/{tail}" for scheme in ("https", "ssh", "git", "git+ssh", "http")]
    spellings += [f"git@{host}:{path}{suffix}", f"ssh://git@{host}/{tail}", f"https://a:b@{host}/{tail}"]
    assert {normalise(spelling) for spelling in spellings} == {f"//{host}/{path}"}


@given(st.text())
def test_whatever_git_prints_is_taken(text):
    assert isinstance(normalise(text), str)
