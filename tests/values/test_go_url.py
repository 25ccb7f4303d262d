"""Web addresses as Go parses and prints them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiltfile_ext.values.go.url import URLError, parse_url


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("http://a.com:80/b?c=d#e", "http://a.com:80/b?c=d#e"),
        ("HTTPS://A.com", "https://A.com"),
        ("www.a.com", "http://www.a.com"),
        ("www.a.com/b", "http://www.a.com/b"),
        ("/a", "http:///a"),
        ("//a/b", "http://a/b"),
        ("*", "http://*"),
        ("?a", "http:?a"),
        ("#a", "http:#a"),
        ("http:/a", "http:/a"),
        ("http:a", "http:a"),
        ("localhost:8080", "localhost:8080"),
        ("mailto:a@b", "mailto:a@b"),
        ("http://a/b c", "http://a/b%20c"),
        ("http://a/%2f%41", "http://a/%2f%41"),
        ("http://a/é", "http://a/%C3%A9"),
        ("http://a/?q=a b&é", "http://a/?q=a b&é"),
        ("http://a/?", "http://a/?"),
        ("http://u:p%40@a", "http://u:p%40@a"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("http://a#x y", "http://a#x%20y"),
    ],
)
def test_an_address_is_printed_with_its_scheme(text, printed):
    assert str(parse_url(text)) == printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "url empty"),
        (":a", 'parse ":a": missing protocol scheme'),
        ("1.2.3.4:80", 'parse "1.2.3.4:80": first path segment in URL cannot contain colon'),
        ("http://a:x", 'parse "http://a:x": invalid port ":x" after host'),
        ("http://a:1:2", 'parse "http://a:1:2": invalid port ":1:2" after host'),
        ("http://a b", 'parse "http://a b": invalid character " " in host name'),
        ("http://a/%zz", 'parse "http://a/%zz": invalid URL escape "%zz"'),
        ("http://a/%é", 'parse "http://a/%é": invalid URL escape "%é"'),
        ("http://%41", 'parse "http://%41": invalid URL escape "%41"'),
        ("http://a#%", 'parse "http://a#%": invalid URL escape "%"'),
        ("http://a\n#b", 'parse "http://a\\n": net/url: invalid control character in URL'),
        ("http://a[", 'parse "http://a[": invalid IP-literal'),
        ("http://[a", "parse \"http://[a\": missing ']' in host"),
        ("http://[1.2.3.4]", 'parse "http://[1.2.3.4]": invalid IP-literal'),
        ('http://"@a', 'parse "http://\\"@a": net/url: invalid userinfo'),
    ],
)
def test_what_is_no_address_is_refused_in_gos_words(text, message):
    with pytest.raises(URLError) as error:
        parse_url(text)
    assert str(error.value) == message


def test_the_parts_are_those_of_go():
    assert parse_url("http://u@a:1/b%2fc?d#e").go_fields() == {
        "Scheme": "http",
        "Opaque": "",
        "User": {},
        "Host": "a:1",
        "Path": "/b/c",
        "Fragment": "e",
        "RawQuery": "d",
        "RawPath": "/b%2fc",
        "RawFragment": "",
        "ForceQuery": False,
        "OmitHost": False,
    }


@given(st.text("ab:/?#%2é. ") | st.text())
def test_a_printed_address_stays_as_it_is(text):
    try:
        printed = str(parse_url(text))
        again = str(parse_url(printed))
    except URLError:
        return
    assert str(parse_url(again)) == again
