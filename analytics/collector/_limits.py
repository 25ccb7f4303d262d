"""What one event, one request and one team may take. What is above is refused, and says so."""

from __future__ import annotations

#: bytes of one event, and of one request
EVENT_BYTES = 64 * 1024
REQUEST_BYTES = 8 * 1024 * 1024

TAGS = 512
KEY_BYTES = 128
VALUE_BYTES = 1024
NAME_BYTES = 128
MOST_CALLS = 10**9

#: names of one kind (built-ins with their arguments, versions, repositories …); the next count as `OTHER`
FACETS_OF_A_KIND = 10_000
#: profiles that are new on one machine on one day; the next count as `OTHER`
PROFILES_A_DAY = 20
MACHINES = 1_000_000

#: what stands for all that is beyond a limit
OTHER = "~other"

#: refused events that are kept to be looked at, and bytes of each
REFUSED_KEPT = 10_000
REFUSED_BYTES = 4096

#: bytes of requests that wait for the disk; with more, 503
QUEUE_BYTES = 64 * 1024 * 1024

#: characters of an event's id
ID_LENGTH = 64
