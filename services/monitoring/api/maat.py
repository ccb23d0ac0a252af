"""How often somebody may ask for a page: counted for himself who is known, and before that for the address he is at."""

from fastapi import Request

from shared.web.auth import Caller
from shared.web.limits import Budget, Limiter


def count_person(request: Request, wie: Caller, budget: Budget) -> None:
    """Count a page that somebody asks for; raises ``TooManyRequestsError`` when it is one too many."""
    # A page that looks again asks by a script, and then no document is to be shown (Fetch Metadata).
    again = budget is Budget.PAGINAS and request.headers.get("sec-fetch-dest") == "empty"
    _count(request, Budget.VERVERSEN if again else budget, wie.source)


# Not a plain function: the framework would send each request to another thread and back for it.
async def count_login(request: Request) -> None:
    """Count a step of logging in (a dependency); raises like ``count_person``."""
    _count(request, Budget.AANMELDEN, getattr(request.state, "address", ""))


def count_refusal(request: Request) -> None:
    """Count who came without a good token, as a door does; raises like ``count_person``."""
    _count(request, Budget.WEIGERINGEN, getattr(request.state, "address", ""))


def _count(request: Request, budget: Budget, source: str) -> None:
    limiter: Limiter | None = getattr(request.state, "limiter", None)
    if limiter is not None:
        limiter.take(budget, source)
