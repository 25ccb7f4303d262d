"""What ACME wants of its Tiltfiles: a team that answers for each."""

from collections.abc import Iterator, Mapping

from tiltfile_ext.check import Finding
from tiltfile_ext.check.fix import insert_first
from tiltfile_ext.result import LoadResult
from tiltfile_ext.starkit import Data, Plugin, Position, Thread, builtin


class Team(Data):
    """What a load learnt: who answers, and the call that said so."""

    name: str = ""
    where: Position | None = None


class AcmePolicy(Plugin):
    """ACME's built-in and ACME's rule.

    ACME001: a team answers for every Tiltfile

        Whoever is paged at night has to know whom to call. Name the team with acme.team("…"); the teams
        are in [tool.tiltfile.plugins.acme] of the repository's pyproject.toml.
    """

    name = "acme"
    state = Team

    def __init__(self, teams: tuple[str, ...] = ()) -> None:
        self._teams = teams

    def configured(self, options: Mapping[str, object]) -> "AcmePolicy":
        """The policy of one repository, from what its configuration says."""
        teams = options.get("teams", [])
        if set(options) - {"teams"} or not isinstance(teams, list):
            raise ValueError('say teams = ["…", "…"], and nothing else')
        return AcmePolicy(tuple(map(str, teams)))

    @builtin("acme.team", positioned=True)
    def team(self, thread: Thread, name: str) -> None:
        """Say which team answers for this Tiltfile."""
        thread.update(Team, lambda _: Team(name, thread.call_position))

    def check(self, result: LoadResult) -> Iterator[Finding]:
        """ACME001, once at most."""
        team = result[Team]
        if team.where is None:
            yield from self._nobody(result)
        elif self._teams and team.name not in self._teams:
            at, known = team.where, f"teams: {', '.join(self._teams)}"
            yield Finding("ACME001", f'"{team.name}" is no team', at.path, at.line, at.column, help=known)

    def _nobody(self, result: LoadResult) -> Iterator[Finding]:
        if result.error is not None:
            return  # it may say so below the error; the load itself is to be mended first
        text = result.sources[result.path].decode("utf-8", "surrogateescape")
        fix = insert_first(text, f'acme.team("{self._teams[0]}")') if len(self._teams) == 1 else None
        yield Finding(
            "ACME001", "no team answers for this Tiltfile", result.path, help='call acme.team("…")', fix=fix
        )
