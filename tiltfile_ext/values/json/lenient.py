"""The JSON reader of ``tilt_config.json``: more lenient than the standard, with words of its own.

It takes the first value and ignores what follows, a null key for "", a ``+`` before digits, and control
characters after an escape. Errors show the bytes around the fault, within a block of 512.
Facts: Tilt 0.37.6, github.com/json-iterator/go.
"""

from __future__ import annotations

from typing import Any, NoReturn

from tiltfile_ext.starkit._patterns import pattern

_BLOCK = 512
_NEAR, _AROUND = 10, 50
_MAX_DEPTH = 10000
_SPACE = b" \t\n\r"
_NUMBER_BYTES = b"+-.eE0123456789"
_NUMBER_ENDS = b",]} \t\n"
_PLAIN_NUMBER = pattern(rb"[0-9]+(\.[0-9]{1,9})?[,\]} \t\n]")
_ESCAPES = dict(zip(b'"\\/bfnrt', '"\\/\b\f\n\r\t', strict=True))
_HALVES, _LOW_HALF = range(0xD800, 0xE000), 0xDC00
_HEX = b"0123456789abcdefABCDEF"


class LenientJSONError(ValueError):
    """The text cannot be read; ``str()`` is what Tilt says of it."""


def read_object(data: bytes) -> dict[str, Any]:
    """The object that *data* begins with; null is an empty one. Numbers are floats.

    Raises:
        LenientJSONError: there is no object, or a fault in it.
    """
    if not data:
        raise LenientJSONError("EOF")
    reader = _Reader(data)
    try:
        return reader.top_level()
    except RecursionError:
        reader.fail("incrementDepth", "exceeded max depth")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


class _Reader:
    """A cursor over blocks of bytes; the byte 0 stands for the end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.block_start = 0
        self.block_end = min(_BLOCK, len(data))
        self.ended = False

    # ---- bytes

    def _load_more(self) -> bool:
        """Go on to the next block; False at the end, which leaves the cursor where it is."""
        if self.block_end == len(self.data):
            self.ended = True
            return False
        self.at = self.block_start = self.block_end
        self.block_end = min(self.at + _BLOCK, len(self.data))
        return True

    def _byte(self) -> int:
        if self.at == self.block_end and not self._load_more():
            return 0
        self.at += 1
        return self.data[self.at - 1]

    def _token(self) -> int:
        """The next byte that is no white space."""
        while True:
            for index in range(self.at, self.block_end):
                if self.data[index] not in _SPACE:
                    self.at = index + 1
                    return self.data[index]
            if not self._load_more():
                return 0

    def _back(self) -> None:
        if not self.ended:
            self.at -= 1

    def fail(self, operation: str, message: str) -> NoReturn:
        """Raise the error, with the bytes around the cursor."""
        near = max(self.block_start, self.at - _NEAR)
        around = max(self.block_start, self.at - _AROUND)
        shown = _text(self.data[near : min(self.at + _NEAR, self.block_end)])
        context = _text(self.data[around : min(self.at + _AROUND, self.block_end)])
        raise LenientJSONError(
            f"{operation}: {message}, error found in #{self.at - near} byte of ...|{shown}|..., "
            f"bigger context ...|{context}|..."
        )

    # ---- values

    def top_level(self) -> dict[str, Any]:
        """The outermost object; its faults have words of their own."""
        found: dict[str, Any] = {}
        token = self._token()
        if token == ord("n"):
            self._expect("skipThreeBytes", b"ull")
            return found
        if token != ord("{"):
            self.fail("ReadMapCB", f"expect {{ or n, but found {_char(token)}")
        token = self._token()
        if token == ord("}"):
            return found
        self._back()
        token = ord(",")
        while token == ord(","):
            key = self._string()
            colon = self._token()
            if colon != ord(":"):
                self.fail("ReadMapCB", f"expect : after object field, but found {_char(colon)}")
            found[key] = self._value(1)
            token = self._token()
        if token != ord("}"):
            self.fail("ReadMapCB", f"expect }}, but found {_char(token)}")
        return found

    def _value(self, depth: int) -> Any:
        token = self._token()
        self._back()
        if token == ord('"'):
            return self._string()
        if token == ord("-") or token in b"0123456789":
            return self._number()
        if token == ord("n"):
            return self._expect("skipFourBytes", b"null")
        if token in b"tf":
            return self._bool()
        if token in b"[{":
            if depth > _MAX_DEPTH:
                self.at += 1
                self.fail("incrementDepth", "exceeded max depth")
            return self._array(depth) if token == ord("[") else self._object(depth)
        return self.fail("Read", "unexpected value type: 0")

    def _expect(self, operation: str, word: bytes) -> None:
        for byte in word:
            if self._byte() != byte:
                self.fail(operation, f"expect {_text(word)}")

    def _bool(self) -> bool:
        if self._token() == ord("t"):
            self._expect("skipThreeBytes", b"rue")
            return True
        self._expect("skipFourBytes", b"alse")
        return False

    def _array(self, depth: int) -> list[Any]:
        self._token()
        if self._token() == ord("]"):
            return []
        self._back()
        found = [self._value(depth + 1)]
        token = self._token()
        while token == ord(","):
            found.append(self._value(depth + 1))
            token = self._token()
        if token != ord("]"):
            self.fail("ReadArrayCB", f"expect ] in the end, but found {_char(token)}")
        return found

    def _object(self, depth: int) -> dict[str, Any]:
        self._token()
        token = self._token()
        if token == ord("}"):
            return {}
        if token != ord('"'):
            self.fail("ReadMapCB", f'expect " after {{, but found {_char(token)}')
        self._back()
        found: dict[str, Any] = {}
        while True:
            key = self._string()
            if self._token() != ord(":"):
                self.fail("ReadMapCB", f"expect : after object field, but found {_char(token)}")
            found[key] = self._value(depth + 1)
            token = self._token()
            if token != ord(","):
                break
        if token != ord("}"):
            self.fail("ReadMapCB", "object not ended with }")
        return found

    # ---- numbers

    def _number(self) -> float:
        negative = self._token() == ord("-")
        if not negative:
            self._back()
        value = self._positive()
        return -value if negative else value

    def _positive(self) -> float:
        first = self.data[self.at : self.at + 1] if self.at < self.block_end else b""
        if first and first in _NUMBER_ENDS:
            self.fail("readFloat64", "empty number")
        if first == b".":
            self.fail("readFloat64", "leading dot is invalid")
        second = self.data[self.at + 1 : min(self.at + 2, self.block_end)]
        if first == b"0" and second.isdigit():
            self.fail("readFloat64", "leading zero is invalid")
        plain = _PLAIN_NUMBER.match(self.data, self.at, self.block_end)
        if plain:
            text = plain.group()[:-1]
            self.at = plain.end() - 1
        else:
            text = self._number_bytes()
            self._check_number(text)
        return self._float(text.decode())

    def _number_bytes(self) -> bytes:
        text = b""
        while True:
            start = self.at
            end = start
            while end < self.block_end and self.data[end] in _NUMBER_BYTES:
                end += 1
            text += self.data[start:end]
            if end < self.block_end:
                self.at = end
                break
            if not self._load_more():
                break
        if not text:
            self.fail("readNumberAsString", "invalid number")
        return text

    def _check_number(self, text: bytes) -> None:
        _, dot, fraction = text.partition(b".")
        if text.startswith(b"-"):
            self.fail("readFloat64SlowPath", "-- is not valid")
        if dot and not fraction:
            self.fail("readFloat64SlowPath", "dot can not be last character")
        if dot and not fraction[:1].isdigit():
            self.fail("readFloat64SlowPath", "missing digit after dot")

    def _float(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise LenientJSONError(f'strconv.ParseFloat: parsing "{text}": invalid syntax') from None
        if value in (float("inf"), float("-inf")):
            raise LenientJSONError(f'strconv.ParseFloat: parsing "{text}": value out of range')
        return value

    # ---- strings

    def _string(self) -> str:
        token = self._token()
        if token == ord("n"):
            self._expect("skipThreeBytes", b"ull")
            return ""
        if token != ord('"'):
            self.fail("ReadString", f'expects " or n, but found {_char(token)}')
        for index in range(self.at, self.block_end):
            byte = self.data[index]
            if byte == ord('"'):
                text = self.data[self.at : index]
                self.at = index + 1
                return _text(text)
            if byte == ord("\\"):
                break
            if byte < ord(" "):
                self.fail("ReadString", f"invalid control character found: {byte}")
        return self._escaped_string()

    def _escaped_string(self) -> str:
        text = bytearray()
        while not self.ended:
            byte = self._byte()
            if byte == ord('"') and not self.ended:
                return _text(bytes(text))
            text += self._escape(self._byte()) if byte == ord("\\") else bytes([byte])
        return self.fail("readStringSlowPath", "unexpected end of input")

    def _escape(self, kind: int) -> bytes:
        if kind == ord("u"):
            return self._unicode_escape()
        if kind not in _ESCAPES:
            self.fail("readEscapedChar", "invalid escape char after \\")
        return _ESCAPES[kind].encode()

    def _unicode_escape(self) -> bytes:
        """The character that four digits mean, or two such escapes; half a character is U+FFFD."""
        first = self._four_digits()
        if first not in _HALVES:
            return chr(first).encode()
        if self._byte() != ord("\\"):
            self._back()
            return _REPLACEMENT
        kind = self._byte()
        if kind != ord("u"):
            return b"" if self.ended else _REPLACEMENT + self._escape(kind)
        second = self._four_digits()
        if first < _LOW_HALF <= second in _HALVES:
            return chr(0x10000 + ((first - _HALVES.start) << 10) + second - _LOW_HALF).encode()
        return _REPLACEMENT + (_REPLACEMENT if second in _HALVES else chr(second).encode())

    def _four_digits(self) -> int:
        value = 0
        for _ in range(4):
            byte = self._byte()
            if self.ended:
                return 0
            if byte not in _HEX:
                self.fail("readU4", f"expects 0~9 or a~f, but found {_char(byte)}")
            value = value * 16 + int(chr(byte), 16)
        return value


_REPLACEMENT = "\ufffd".encode()


def _char(byte: int) -> str:
    return _text(bytes([byte]))
