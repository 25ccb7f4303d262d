"""What a collector says when it cannot go on, or takes no more for now."""


class CollectorError(Exception):
    """One message for a person: what is wrong, and what to do."""


class FullError(Exception):
    """No more is kept until some of it has gone; says what it waits for."""
