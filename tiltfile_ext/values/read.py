"""Read a file that the load's outcome depends on."""

import errno
import os
import stat
import time
from collections.abc import Callable

from tiltfile_ext.starkit import BuiltinError, Thread
from tiltfile_ext.values.after_load import MODEL, refuse_after_load

_CHECK_SECONDS = 0.05
#: bytes that are read from a pipe or a device
_LONGEST_STREAM = 256 << 20


#: raises what is to stop a wait
Check = Callable[[], None]
#: how long a pipe is waited for where no deadline is known
PATIENCE_SECONDS = 10.0


class StreamError(OSError):
    """A pipe or a device cannot be read to its end."""


class MissingFileError(BuiltinError):
    """The file does not exist."""


def watch(thread: Thread, path: str) -> None:
    """The load depends on *path*, and all below it.

    Raises:
        BuiltinError: the load has ended.
    """
    refuse_after_load(thread, f"error recording read file: {MODEL}")
    thread.watch(path)


def watch_if_file(thread: Thread, path: str) -> None:
    """Watch *path* unless it is a directory, which would be watched with all below it.

    Raises:
        BuiltinError: it cannot even be looked at, for another reason than being missing.
    """
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        watch(thread, path)
    except (OSError, ValueError) as error:
        raise BuiltinError(f"lstat {path}: {os_reason(error)}") from None
    else:
        if not stat.S_ISDIR(mode):
            watch(thread, path)


def read_watched(thread: Thread, path: str) -> str:
    """The text of the file at *path*, watched from now on; bytes that are no UTF-8 become surrogates.

    Raises:
        MissingFileError: it does not exist.
        BuiltinError: it cannot be read; in Go's words, "read PATH: is a directory".
    """
    watch_if_file(thread, path)
    return read_bytes(path, thread.check).decode("utf-8", "surrogateescape")


def read_bytes(path: str, check: Check | None = None) -> bytes:
    """The bytes of the file at *path*; *check* may stop the wait for those of a pipe.

    Raises:
        MissingFileError: it does not exist.
        BuiltinError: it cannot be read; in Go's words, "read PATH: is a directory".
    """
    try:
        return file_bytes(path, check)
    except FileNotFoundError:
        raise MissingFileError(f"open {path}: no such file or directory") from None
    except IsADirectoryError:
        raise BuiltinError(f"read {path}: is a directory") from None
    except StreamError as error:
        raise BuiltinError(f"read {path}: {error.strerror}") from None
    except (OSError, ValueError) as error:
        raise BuiltinError(f"open {path}: {os_reason(error)}") from None


def file_bytes(path: str, check: Check | None = None) -> bytes:
    """The bytes of the file at *path*, which may be a pipe or a device: these are not waited for without end.

    Args:
        path: of a file, a pipe or a device.
        check: called now and then, raises what is to stop the wait. None: it is given up after some seconds.

    Raises:
        StreamError: nobody writes to it, or there is no end to it.
        OSError: it cannot be read.
        ValueError: there is no such path, as with a NUL in it.
    """
    # a pipe that nobody writes to would be waited for in here
    with open(path, "rb", opener=_open_at_once) as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file.read()
        return _read_stream(file.fileno(), check or _impatient())


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _impatient() -> Check:
    end = time.monotonic() + PATIENCE_SECONDS

    def check() -> None:
        if time.monotonic() > end:
            raise StreamError(
                errno.ETIMEDOUT, f"nothing came from it for {PATIENCE_SECONDS:g} s; is it a pipe?"
            )

    return check


def _read_stream(descriptor: int, check: Check) -> bytes:
    """All that comes from a pipe or a device."""
    import selectors  # seldom needed

    data = bytearray()
    with selectors.PollSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while len(data) <= _LONGEST_STREAM:
            check()
            if selector.select(_CHECK_SECONDS):
                piece = os.read(descriptor, 1 << 16)
                if not piece:
                    return bytes(data)
                data += piece
    raise StreamError(errno.EFBIG, f"more than {_LONGEST_STREAM >> 20} MB; is there an end to it?")


def os_reason(error: Exception) -> str:
    """The reason in Go's words: "permission denied"."""
    reason: str = getattr(error, "strerror", None) or "invalid argument"
    return reason if isinstance(error, StreamError) else reason.lower()
