"""How a melder is protected beyond what was agreed with him: what is marked, what is proposed, and how it stands.

Nothing here decides who may know the melder; that is the table in ``shared.rules.disclosure``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from services.intake.domain.codes import PersoonRol
from services.intake.domain.melding import KeptForReading, MeldingDossier, hidden_melder, schaar_of, texts_of
from services.intake.domain.weglating import (
    Gegevens,
    Passage,
    PassageReden,
    afdruk_of,
    kenbaar_melder,
    kenbaar_persoon,
)
from shared.rules.codes import MelderCategorie, MelderSoort
from shared.rules.herkenning import Kenbaar, rolwoorden
from shared.rules.weglaten import Place, Schaar

PASSAGES_MAX = 200


@dataclass(frozen=True, slots=True, order=True)
class Plaats:
    """A place that somebody wants to mark, in Unicode code points; ``tot`` is the first that is not in it."""

    veld: str
    van: int
    tot: int
    reden: PassageReden


def find_faults(plaatsen: Sequence[Plaats], texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with places in these texts, as a JSON pointer into what was sent and a Dutch sentence."""
    for index, plaats in enumerate(plaatsen):
        text = texts.get(plaats.veld)
        if text is None:
            yield f"/{index}/veld", "wijst naar geen vrije tekst van deze melding"
        elif not plaats.van < plaats.tot:
            yield f"/{index}/tot", "ligt niet na `van`"
        elif plaats.tot > len(text):
            yield f"/{index}/tot", "ligt voorbij het einde van de tekst"


def mark(plaatsen: Iterable[Plaats], texts: Mapping[str, str]) -> tuple[Passage, ...]:
    """Return sound places as they are kept: each once and in order, so that it does not matter how they were sent."""
    return tuple(
        Passage(
            veld=plaats.veld,
            van=plaats.van,
            tot=plaats.tot,
            reden=plaats.reden,
            tekst=texts[plaats.veld][plaats.van : plaats.tot],
            afdruk=afdruk_of(texts[plaats.veld]),
        )
        for plaats in sorted(set(plaatsen))
    )


def is_outdated(passage: Passage, texts: Mapping[str, str]) -> bool:
    """Say whether the text in which was marked has changed since: then it is left out whole, until marked anew."""
    return passage.afdruk != afdruk_of(texts.get(passage.veld, ""))


# --- help --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Voorstel:
    """A place that may reveal a melder; ``vanzelf`` is left out already of what others read."""

    veld: str
    van: int
    tot: int
    reden: PassageReden
    vanzelf: bool


def propose(dossier: MeldingDossier, soort: MelderSoort, casus: Sequence[KeptForReading]) -> tuple[Voorstel, ...]:
    """Return places in the texts of a melding that tell of its melder, or of another hidden melder of the casus.

    What is certain (names, organisations, functies that we hold) comes first; of words that only often tell what a
    melder is, each place is proposed once, and only where nothing certain stands.
    """
    looking = list(_searches(dossier, soort, casus))
    schaar = schaar_of(casus)
    found: set[Voorstel] = set()
    for veld, text in texts_of(dossier).items():
        done = schaar.merged(text)
        taken: list[Place] = []
        for reden, search in looking:
            for place in search.merged(text):
                if not _within(place, taken):
                    taken.append(place)
                    found.add(Voorstel(veld, *place, reden, vanzelf=_within(place, done)))
    return tuple(sorted(found))


def _searches(
    dossier: MeldingDossier, soort: MelderSoort, casus: Sequence[KeptForReading]
) -> Iterator[tuple[PassageReden, Schaar]]:
    everybody = [*_known_of(dossier), *(kenbaar for one in casus for kenbaar in hidden_melder(*one))]
    yield PassageReden.NAAM, Schaar([_only_himself(one) for one in everybody])
    yield PassageReden.ORGANISATIE, Schaar([Kenbaar(organisaties=one.organisaties) for one in everybody])
    yield PassageReden.FUNCTIE, Schaar([Kenbaar(functies=one.functies) for one in everybody])
    yield PassageReden.FUNCTIE, Schaar([Kenbaar(functies=rolwoorden(soort, _categorie(dossier)))])


def _known_of(dossier: MeldingDossier) -> Iterator[Kenbaar]:
    yield kenbaar_melder(dossier.melder, dossier.gegevens, organisatie_id=dossier.organisatie_id)
    yield from (kenbaar_persoon(one.gegevens) for one in dossier.personen if one.rol is PersoonRol.MELDER)


def _only_himself(kenbaar: Kenbaar) -> Kenbaar:
    own = asdict(kenbaar) | {"organisaties": (), "functies": (), "plekken": kenbaar.plekken}
    return Kenbaar(**own)


def _categorie(dossier: MeldingDossier) -> MelderCategorie:
    return MelderCategorie(str((dossier.melder or {}).get("categorie", MelderCategorie.ANDERS.value)))


def _within(place: Place, places: Iterable[Place]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in places)


# --- what was agreed ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wijziging:
    """That something else was agreed with a melder: when, by whom it was recorded, from what and to what."""

    gewijzigd_op: datetime
    door: str
    rol: str
    van: Gegevens
    naar: Gegevens


# --- how it stands -----------------------------------------------------------------------------------------------


def describe(kept: Sequence[KeptForReading]) -> str:
    """Return everything on which the cutting in a casus depends, as one text: of it a seal is made.

    The version of each melding is in it, so that what was changed and changed back is not the same again.
    """
    rows = [
        {
            "melding": str(one[0].ontvangst.id),
            "versie": one[0].bescherming_versie,
            "verborgen": [asdict(kenbaar) for kenbaar in hidden_melder(*one)],
            "passages": [asdict(passage) for passage in one[0].passages],
        }
        for one in sorted(kept, key=lambda one: one[0].ontvangst.id)
    ]
    return json.dumps([row for row in rows if row["versie"] or row["verborgen"]], sort_keys=True)
