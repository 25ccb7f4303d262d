"""ACME's own built-ins: ``acme.port`` and ``acme.owner``."""

import zlib

from tiltfile_ext.starkit import BuiltinError, Data, Plugin, Thread, builtin, evolve, field


class Owners(Data):
    """What a load learnt: service to team."""

    by_service: dict[str, str] = field(factory=dict)


class AcmePlugin(Plugin):
    """Conventions that every ACME service follows. Calls and arguments are counted without our doing."""

    state = Owners

    @builtin("acme.port")
    def port(self, service: str, base: int = 9000) -> int:
        """The port that *service* listens on, the same on every machine."""
        return base + zlib.crc32(service.encode()) % 1000

    @builtin("acme.owner")
    def owner(self, thread: Thread, service: str, team: str) -> None:
        """Say which *team* answers for *service*; twice is an error."""
        known = thread.state(Owners).by_service
        if service in known:
            raise BuiltinError(f"{service} already belongs to {known[service]}")
        thread.update(Owners, lambda owners: evolve(owners, by_service={**known, service: team}))
