"""Many Tiltfiles: find them, and work on them in several processes."""

from tiltfile_ext.fleet._find import DEFAULT_NAME, NoTiltfileError, find_tiltfiles
from tiltfile_ext.fleet._outcome import Done, Failed, Lost, Outcome
from tiltfile_ext.fleet._pool import FleetError, Limits, Pool, processors
from tiltfile_ext.fleet._progress import Progress

__all__ = [
    "DEFAULT_NAME",
    "Done",
    "Failed",
    "FleetError",
    "Limits",
    "Lost",
    "NoTiltfileError",
    "Outcome",
    "Pool",
    "Progress",
    "find_tiltfiles",
    "processors",
]
