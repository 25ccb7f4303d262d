"""What is wrong with a compose project."""


class ComposeError(ValueError):
    """The project cannot be read; the message is compose-go's."""
