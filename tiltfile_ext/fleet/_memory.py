"""How much memory processes use."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

_MIB = 1 << 20
_PAGE = resource.getpagesize()


def peak_mib() -> int:
    """The most memory that this process ever had, in MiB.

    Linux knows it of this program alone; ``getrusage`` begins with what the process had that started it.
    """
    try:
        with open("/proc/self/status", "rb") as file:
            for line in file:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1]) // 1024
    except OSError:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // _MIB if sys.platform == "darwin" else peak // 1024


def resident_mib(pid: int) -> int:
    """The memory that the process *pid* has now, in MiB; 0 if that cannot be told."""
    try:
        if os.path.isdir("/proc/self"):
            with open(f"/proc/{pid}/statm", "rb") as file:
                return int(file.read().split()[1]) * _PAGE // _MIB
        done = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=False)
        return int(done.stdout) // 1024
    except (OSError, ValueError, IndexError):
        return 0
