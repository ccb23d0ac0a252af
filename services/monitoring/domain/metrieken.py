"""What operators measure, in the words of OpenMetrics: https://prometheus.io/docs/specs/om/open_metrics_spec/.

Of the whole region only, and of nothing that is about a person or a municipality: how many wait, and how long the one
that waits longest. A phase with a few clocks says no more than that somewhere in the region a few are running.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

MEDIA = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Meting:
    """One value, under labels that tell values of one metric apart."""

    waarde: float
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Metriek:
    """A gauge; ``eenheid`` ends its name, as the format demands."""

    naam: str
    uitleg: str
    metingen: tuple[Meting, ...]
    eenheid: str = ""

    @property
    def volle_naam(self) -> str:
        """The name with its unit."""
        return f"{self.naam}_{self.eenheid}" if self.eenheid else self.naam


def exposition(metrieken: Iterable[Metriek]) -> str:
    """Return metrics as text; the last line tells that nothing was cut off."""
    return "\n".join([*(line for metriek in metrieken for line in _lines(metriek)), "# EOF", ""])


def _lines(metriek: Metriek) -> Iterator[str]:
    naam = metriek.volle_naam
    yield f"# TYPE {naam} gauge"
    if metriek.eenheid:
        yield f"# UNIT {naam} {metriek.eenheid}"
    yield f"# HELP {naam} {_escaped(metriek.uitleg)}"
    for meting in metriek.metingen:
        labels = ",".join(f'{label}="{_escaped(value)}"' for label, value in meting.labels.items())
        yield f"{naam}{{{labels}}} {meting.waarde:.15g}" if labels else f"{naam} {meting.waarde:.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
