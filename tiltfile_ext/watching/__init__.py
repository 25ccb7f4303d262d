"""Watch the files that a load read, and load again when one of them changes.

`watch` is for programs that embed the host; ``tiltfile up`` puts the parts together itself, as it has to say
what happens in between.
"""

from tiltfile_ext.watching._bell import Bell, SystemBell
from tiltfile_ext.watching._changes import FileChange
from tiltfile_ext.watching._differences import Differences, differences
from tiltfile_ext.watching._reloads import History, Reload, watch
from tiltfile_ext.watching._watcher import Clock, Watcher

__all__ = [
    "Bell",
    "Clock",
    "Differences",
    "FileChange",
    "History",
    "Reload",
    "SystemBell",
    "Watcher",
    "differences",
    "watch",
]
