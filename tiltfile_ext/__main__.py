"""``python -m tiltfile_ext``."""

from tiltfile_ext.cli import run

if __name__ == "__main__":
    run()
