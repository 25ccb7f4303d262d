"""``local_git_repo``: a repository on this machine."""

import os

from tiltfile_ext.starkit import BuiltinError, Plugin, Thread, builtin
from tiltfile_ext.values.git_repo import GitRepo
from tiltfile_ext.values.read import os_reason


class GitPlugin(Plugin):
    """Git repositories. Nothing in them is watched."""

    @builtin
    def local_git_repo(self, thread: Thread, paths: str) -> GitRepo:
        """The repository whose root is the directory *paths*; a ``.git`` must be there."""
        path = thread.absolute(paths)
        try:
            os.stat(path)
        except (OSError, ValueError) as error:
            raise BuiltinError(f"Reading paths {path}: stat {path}: {os_reason(error)}") from None
        if _is_missing(os.path.join(path, ".git")):
            raise BuiltinError(f"{path} isn't a valid git repo: it doesn't have a .git/ directory")
        return GitRepo(path, thread)


def _is_missing(path: str) -> bool:
    """Whether nothing is there; a failure to look is no proof of that."""
    try:
        os.stat(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False
