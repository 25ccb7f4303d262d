"""Secrets are kept out of what is shown."""

import pytest

from tiltfile_ext.result_json import result_fields
from tiltfile_ext.testing import printed

SECRET = '''
k8s_yaml(blob("""
apiVersion: v1
kind: Secret
metadata: {name: login}
data: {password: aHVudGVyMjI=, pin: MTIzNA==}
stringData: {token: s3cr3t}
"""))
'''


@pytest.mark.parametrize("form", ["hunter22", "aHVudGVyMjI="])
def test_a_value_is_replaced_as_it_is_and_in_base64(tiltfile, form):
    assert printed(tiltfile(SECRET + f"print('it is {form}!')")) == "it is [redacted secret login:password]!"


def test_text_data_is_secret_too(tiltfile):
    assert printed(tiltfile(SECRET + "warn('s3cr3t')")) == "[redacted secret login:token]"


def test_short_values_stay(tiltfile):
    assert printed(tiltfile(SECRET + "print(1234)")) == "1234"


def test_messages_from_before_are_cleaned_up_in_the_result(tiltfile):
    assert printed(tiltfile("print('hunter22')" + SECRET)) == "[redacted secret login:password]"


def test_errors_and_their_source_lines_are_clean(tiltfile):
    error = tiltfile(SECRET + "fail('hunter22')").error
    assert "hunter22" not in f"{error}{error.excerpt}{error.message}"


def test_a_tiltfile_may_ask_to_see_its_secrets(tiltfile):
    assert printed(tiltfile(SECRET + "secret_settings(disable_scrub=True)\nprint('hunter22')")) == "hunter22"


def test_the_result_names_each_secret(tiltfile):
    assert result_fields(tiltfile(SECRET))["Secrets"]["hunter22"] == {
        "Name": "login",
        "Key": "password",
        "Value": "aHVudGVyMjI=",
        "ValueEncoded": "YUhWdWRHVnlNakk9",
        "Replacement": "W3JlZGFjdGVkIHNlY3JldCBsb2dpbjpwYXNzd29yZF0=",
    }
