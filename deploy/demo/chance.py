"""Chance that repeats: one stream of numbers for each thing, named by what it is and never by when it was asked."""

from collections.abc import Mapping
from random import Random
from typing import TypeVar

Keuze = TypeVar("Keuze")


def chance_of(*name: object) -> Random:
    """Return the stream of one thing: the same name always gives the same numbers, on every machine."""
    return Random(":".join(map(str, name)))  # noqa: S311, a play and no secret


def pick(random: Random, shares: Mapping[Keuze, float]) -> Keuze:
    """Return one of the keys, each as often as its share; the shares need not add up to anything."""
    left = random.random() * sum(shares.values())
    for choice, share in shares.items():
        left -= share
        if left < 0:
            return choice
    return choice
