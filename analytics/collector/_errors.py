"""What a collector says when it cannot go on."""


class CollectorError(Exception):
    """One message for a person: what is wrong, and what to do."""
