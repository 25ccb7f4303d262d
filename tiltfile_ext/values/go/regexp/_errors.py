"""What is wrong with a pattern."""


class RegexpError(ValueError):
    """Go cannot read the pattern: "error parsing regexp: missing closing ): `(`"."""

    def __init__(self, problem: str, where: str) -> None:
        super().__init__(f"error parsing regexp: {problem}: `{where}`")
