"""Why the domain refuses: a step that is not in the table, said in Dutch with what may be done instead."""


class OutOfOrderError(ValueError):
    """A step that the state does not allow; ``reden_nl`` says what may be done now."""

    def __init__(self, reden_nl: str) -> None:
        super().__init__(reden_nl)
        self.reden_nl = reden_nl
