"""The detached sender (not yet)."""


def main() -> None:
    """Do nothing yet."""
