"""How what the domain refuses of an input reaches who sent it: all of it at once, with where it stands."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.triage.domain.fouten import InvoerError
from services.triage.handlers.common import told
from shared.errors import Fault, InvalidInputError


@contextmanager
def judged() -> Iterator[None]:
    """Turn a refusal of the domain, of the state or of the input, into the problem that the caller gets."""
    try:
        with told():
            yield
    except InvoerError as error:
        faults = tuple(Fault("body", pointer, detail) for pointer, detail in error.fouten)
        raise InvalidInputError("Wat u stuurt kan niet kloppen.", faults=faults) from error
