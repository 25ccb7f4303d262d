"""The reader of tilt_config.json."""

from __future__ import annotations

import pytest

from tiltfile_ext.values.json.lenient import LenientJSONError, read_object


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ("null", {}),
        (
            '{"a": 1, "b": [true, null, "x"], "c": {"d": -1.5e1}}',
            {"a": 1.0, "b": [True, None, "x"], "c": {"d": -15.0}},
        ),
        ('{"a": 1} and more', {"a": 1.0}),
        ('{null: "x"}', {"": "x"}),
        ('{"a": -+1}', {"a": -1.0}),
        ('{"a": "\\u0041\n"}', {"a": "A\n"}),
        ('{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        ('{"a": "\\ud83dx"}', {"a": "\ufffdx"}),
        ('{"a": "\\ud83d\\n"}', {"a": "\ufffd\n"}),
        ('{"a": "\\ude00\\ud83d"}', {"a": "\ufffd\ufffd"}),
        ('{"a": "' + "x" * 600 + '"}', {"a": "x" * 600}),
        ('{"a": ' + " " * 506 + "12}", {"a": 12.0}),
    ],
)
def test_it_takes_more_than_the_standard_allows(text, value):
    assert read_object(text.encode()) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "EOF"),
        ("[]", "ReadMapCB: expect { or n, but found [, error found in #1 byte of ...|[]|..., bigger context ...|[]|..."),
        ('{"a"}', 'ReadMapCB: expect : after object field, but found }, error found in #5 byte of ...|{"a"}|..., '
                  'bigger context ...|{"a"}|...'),
        ('{"a":x}', 'Read: unexpected value type: 0, error found in #5 byte of ...|{"a":x}|..., '
                    'bigger context ...|{"a":x}|...'),
        ('{"a":1e999}', 'strconv.ParseFloat: parsing "1e999": value out of range'),
        ('{"a":1.2.3}', 'strconv.ParseFloat: parsing "1.2.3": invalid syntax'),
    ],
)  # fmt: skip
def test_a_fault_is_shown_with_the_bytes_around_it(text, message):
    with pytest.raises(LenientJSONError) as caught:
        read_object(text.encode())
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a":01}', "readFloat64: leading zero is invalid"),
        ('{"a":-.5}', "readFloat64: leading dot is invalid"),
        ('{"a":-}', "readFloat64: empty number"),
        ('{"a":1.}', "readFloat64SlowPath: dot can not be last character"),
        ('{"a":1.e5}', "readFloat64SlowPath: missing digit after dot"),
        ('{"a":--1}', "readFloat64SlowPath: -- is not valid"),
        ('{"a":-x}', "readNumberAsString: invalid number"),
        ('{"a":tru}', "skipThreeBytes: expect rue"),
        ('{"a":fals}', "skipFourBytes: expect alse"),
        ('{"a":nil}', "skipFourBytes: expect null"),
        ('{"a":[1 2]}', "ReadArrayCB: expect ] in the end, but found 2"),
        ('{"a":{"b" 1}}', 'ReadMapCB: expect : after object field, but found "'),
        ('{"a":{"b":1]}', "ReadMapCB: object not ended with }"),
        ('{"a":{1:2}}', 'ReadMapCB: expect " after {, but found 1'),
        ('{"a":1 "b":2}', 'ReadMapCB: expect }, but found "'),
        ("{'a':1}", "ReadString: expects \" or n, but found '"),
        ('{"a":"b\n"}', "ReadString: invalid control character found: 10"),
        ('{"a":"b', "readStringSlowPath: unexpected end of input"),
        ('{"a":"\\q"}', "readEscapedChar: invalid escape char after \\"),
        ('{"a":"\\u00g9"}', "readU4: expects 0~9 or a~f, but found g"),
        ('{"a":' + "[" * 5000, "incrementDepth: exceeded max depth"),
    ],
)
def test_every_fault_has_its_words(text, message):
    with pytest.raises(LenientJSONError) as caught:
        read_object(text.encode())
    assert str(caught.value).startswith(f"{message}, error found in #")


def test_only_the_block_with_the_fault_is_shown():
    with pytest.raises(LenientJSONError) as caught:
        read_object(b'{"a":"' + b"x" * 510 + b'" q}')
    assert '#7 byte of ...|xxxx" q}|...' in str(caught.value)
