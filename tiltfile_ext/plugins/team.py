"""The team that a Tiltfile belongs to."""

from tiltfile_ext.starkit import BuiltinError, Plugin, Thread, builtin
from tiltfile_ext.values.settings import Team


class TeamPlugin(Plugin):
    """``set_team``."""

    state = Team

    @builtin("", core=True)
    def set_team(self, thread: Thread, team_id: str) -> None:
        """Name the team; can be said once."""
        if not team_id:
            raise BuiltinError("team_id cannot be empty")
        already = thread.state(Team).id
        if already:
            raise BuiltinError(f"team_id set multiple times (to '{already}' and '{team_id}')")
        thread.update(Team, lambda _: Team(team_id))
