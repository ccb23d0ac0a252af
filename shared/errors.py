"""Which errors exist, and what each of them tells the caller.

    KetenError
    ├── CallerError            4xx: the caller can mend it; logged as info
    │   ├── InvalidInputError      400, with every fault at once
    │   ├── NotAuthenticatedError  401
    │   ├── NotAllowedError        403
    │   ├── NotFoundError          404, also for what somebody may not know to exist
    │   ├── ConflictError          409, a step out of order or a key used twice
    │   ├── StaleError             412, somebody else was first
    │   ├── PreconditionError      428, If-Match is missing
    │   ├── TooLargeError          413
    │   └── TooManyRequestsError   429, with how long to wait
    └── OperationalError       503: comes right by itself; retried, counted, logged as warning

Everything else that is raised is a fault of ours: it answers 500 and wakes somebody.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the input: where, and why; never what was sent."""

    location: str  # "body", "query", "path" or "header"
    pointer: str  # JSON pointer, such as /personen/0/bsn
    detail: str


class KetenError(Exception):
    """Carry a status, a Dutch title and a Dutch detail that may be shown to anyone."""

    status = 500
    title = "Interne fout"

    def __init__(self, detail: str, *, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = faults


class CallerError(KetenError):
    status = 400


class InvalidInputError(CallerError):
    status = 400
    title = "Ongeldige invoer"


class NotAuthenticatedError(CallerError):
    status = 401
    title = "Niet geauthenticeerd"


class NotAllowedError(CallerError):
    status = 403
    title = "Niet toegestaan"


class NotFoundError(CallerError):
    status = 404
    title = "Niet gevonden"


class ConflictError(CallerError):
    status = 409
    title = "Niet mogelijk in deze toestand"


class StaleError(CallerError):
    status = 412
    title = "Intussen gewijzigd"


class TooLargeError(CallerError):
    status = 413
    title = "Te groot"


class PreconditionError(CallerError):
    status = 428
    title = "If-Match ontbreekt"


class TooManyRequestsError(CallerError):
    """Say which budget is spent, how large it is, and in how many whole seconds there is room again."""

    status = 429
    title = "Te veel verzoeken"

    def __init__(self, detail: str, *, budget: str, burst: int, window_seconds: int, retry_after: int) -> None:
        super().__init__(detail)
        self.budget = budget
        self.burst = burst
        self.window_seconds = window_seconds
        self.retry_after = retry_after


class OperationalError(KetenError):
    status = 503
    title = "Tijdelijk niet beschikbaar"
