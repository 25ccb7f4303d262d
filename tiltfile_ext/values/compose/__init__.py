"""Compose files, read as compose-go 2.10 reads them; imported when a Tiltfile first names one.

The way of a project: `project` takes the files in order; each is read (`reader`), its variables replaced
(`interpolate`), what it extends and includes added (`extends`, `include`), merged with what came before
(`merge`), checked (`services`) and put into the long form (`canonical`). Then paths become absolute
(`paths`), defaults and implied dependencies are added (`normal`), and the whole is checked (`consistency`).
"""

from tiltfile_ext.starkit import BuiltinError, Thread
from tiltfile_ext.values.compose.cli import load_by_program
from tiltfile_ext.values.compose.errors import ComposeError
from tiltfile_ext.values.compose.project import Project, Source, load_project
from tiltfile_ext.values.compose.projects import ComposeProject
from tiltfile_ext.values.compose.service import ComposeService

__all__ = ["ComposeError", "ComposeService", "Project", "Source", "load", "load_project"]


def load(thread: Thread, project: ComposeProject) -> Project:
    """The services of *project*; Docker Compose is asked where we cannot read the files.

    Raises:
        BuiltinError: it does not know either, or is not there; what we found is not told, as in Tilt,
            but where no programs may be run.
    """
    source = Source(project.name, project.path, project.config_paths, project.env_file, project.profiles)
    try:
        return load_project(source, thread.environ, lambda text: thread.log("warning", text))
    except ComposeError as error:
        if not thread.runs_programs:
            thread.not_run["docker compose config"] = None
            raise BuiltinError(str(error)) from None
        return load_by_program(thread, source)
