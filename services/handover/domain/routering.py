"""Who receives what a besluit or a conclusie passes on: who was named, or whom the local field of a municipality says.

A fact names an organisation with every destination. When the professional named it, it receives. Otherwise it is only
the standard, and the table of local fields says who receives: one, or each part of a field that sees its own ages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from shared.events.payloads import Bestemming
from shared.rules.codes import BestemmingSoort, Leeftijdsgroep, RouteGrond, Uitkomst, VeldOnderdeel
from shared.rules.lokaal_veld import LokaalVeld, Vraag, doorzetting_of, find_ontvangers
from shared.rules.routing import default_organisatie

_OF_ONDERDEEL = {VeldOnderdeel.JEUGD: Leeftijdsgroep.MINDERJARIG, VeldOnderdeel.WMO: Leeftijdsgroep.VOLWASSEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Omstandigheden:
    """On what it depends who receives, beside the destination."""

    gemeente_code: str
    uitkomst: Uitkomst | None  # of the besluit; None after a dienst
    groepen: frozenset[Leeftijdsgroep]
    betrokken: tuple[str, ...]
    day: date


@dataclass(frozen=True, slots=True)
class Toegewezen:
    """One receiver; ``standaard`` and ``deel`` are what its id is made of, so that the same fact finds it again."""

    soort: BestemmingSoort
    organisatie_id: str
    draagt_zicht: bool
    onderdeel: VeldOnderdeel | None
    routering: RouteGrond
    standaard: str
    deel: tuple[str, ...] = ()


def is_genoemd(bestemming: Bestemming, gemeente_code: str, day: date) -> bool:
    """Say whether a professional named the receiver; a fact of before tells it by naming another than the standard."""
    if bestemming.genoemd is not None:
        return bestemming.genoemd
    return bestemming.organisatie_id not in {
        default_organisatie(bestemming.soort, gemeente_code, day),
        default_organisatie(bestemming.soort, gemeente_code),
    }


def assign(veld: LokaalVeld, bestemmingen: Iterable[Bestemming], om: Omstandigheden) -> tuple[Toegewezen, ...]:
    """Return who receives; each organisation once for each kind of destination.

    Of what one destination becomes, just one carries sight of safety, and only when the destination did.
    """
    found: dict[tuple[BestemmingSoort, str], Toegewezen] = {}
    for bestemming in bestemmingen:
        for one in _assigned(veld, bestemming, om):
            key = (one.soort, one.organisatie_id)
            known = found.setdefault(key, one)
            found[key] = replace(known, draagt_zicht=known.draagt_zicht or one.draagt_zicht)
    return tuple(found.values())


def _assigned(veld: LokaalVeld, bestemming: Bestemming, om: Omstandigheden) -> Iterator[Toegewezen]:
    soort, standaard = bestemming.soort, bestemming.organisatie_id
    receivers = (
        () if is_genoemd(bestemming, om.gemeente_code, om.day) else find_ontvangers(veld, _vraag(soort, om), om.day)
    )
    for place, one in enumerate(receivers):
        yield Toegewezen(
            soort,
            one.organisatie_id,
            draagt_zicht=bestemming.draagt_zicht and one.draagt_zicht,
            onderdeel=one.onderdeel,
            routering=one.grond,
            standaard=standaard,
            deel=(str(place),) if place else (),
        )
    if not receivers:
        yield Toegewezen(
            soort,
            standaard,
            draagt_zicht=bestemming.draagt_zicht,
            onderdeel=_onderdeel(veld, soort, standaard, om),
            routering=RouteGrond.GENOEMD,
            standaard=standaard,
        )


def _vraag(soort: BestemmingSoort, om: Omstandigheden) -> Vraag:
    return Vraag(
        soort=soort,
        doorzetting=doorzetting_of(soort, om.uitkomst),
        gemeente_code=om.gemeente_code,
        groepen=om.groepen,
        betrokken=om.betrokken,
    )


def _onderdeel(
    veld: LokaalVeld, soort: BestemmingSoort, organisatie_id: str, om: Omstandigheden
) -> VeldOnderdeel | None:
    if soort is not BestemmingSoort.LOKAAL_VELD:
        return None
    return veld.onderdeel_of(om.gemeente_code, organisatie_id, om.day)


@dataclass(frozen=True, slots=True)
class Ander:
    """To whom an offer goes that nobody took."""

    organisatie_id: str
    onderdeel: VeldOnderdeel | None
    routering: RouteGrond


def find_ander(  # noqa: PLR0913, of which offer to whom, keyword only
    veld: LokaalVeld,
    om: Omstandigheden,
    *,
    soort: BestemmingSoort,
    genoemd: str | None,
    van: str,
    onderdeel: VeldOnderdeel | None,
) -> Ander | None:
    """Return who receives what ``van`` did not take: who is named, or else another of the local field if there is one.

    What was for one part of a field stays with the ages of that part. None: nobody is known, and it must be named.
    """
    if genoemd is not None:
        return Ander(genoemd, _onderdeel(veld, soort, genoemd, om), RouteGrond.GENOEMD)
    ages = _OF_ONDERDEEL.get(onderdeel) if onderdeel else None
    if ages is not None:
        om = replace(om, groepen=frozenset({ages}))
    receivers = find_ontvangers(veld, _vraag(soort, om), om.day)
    best = next((one for one in receivers if one.organisatie_id != van), None) or next(iter(receivers), None)
    return Ander(best.organisatie_id, best.onderdeel, best.grond) if best else None
