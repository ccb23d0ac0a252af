"""Write the made corpus to a folder, for a library that links records in another environment.

``python -m bench.matching.uitvoer MAP`` writes ``register.csv`` (everybody) and ``vragen.csv`` (what is asked, with the
answer). Names are written plain, and once more without voorvoegsels, so that nobody loses on what is easy.
"""

import csv
import sys
from pathlib import Path

from bench.matching.corpus import Region, describe, new_people, second_descriptions
from bench.matching.run import AGAIN, NEW, PEOPLE, SEED
from services.intake.domain.klank import folded
from services.intake.domain.melding import Persoon
from services.intake.domain.vergelijken import kenmerken_of

FIELDS = (
    "unique_id", "bsn", "achternaam", "kern", "voornaam", "voornamen", "geboortedatum", "jaar", "postcode",
    "huisnummer", "telefoon", "geslacht",
)  # fmt: skip
_VOLLEDIG = len("jjjj-mm-dd")


def main() -> None:
    """Write both files."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    region = Region(SEED)
    region.fill(PEOPLE)
    with (folder / "register.csv").open("w", newline="") as file:
        register = csv.writer(file)
        register.writerow(FIELDS)
        register.writerows(_row(f"r{mens.nr}", describe(mens)) for mens in region.people)
    with (folder / "vragen.csv").open("w", newline="") as file:
        asked = csv.writer(file)
        asked.writerow((*FIELDS, "van", "soort", "ongezien"))
        vragen = (*second_descriptions(region, AGAIN, SEED + 1), *new_people(region, NEW, SEED + 2))
        for nr, vraag in enumerate(vragen):
            van = "" if vraag.van is None else f"r{vraag.van}"
            asked.writerow((*_row(f"v{nr}", vraag.beschrijving), van, vraag.soort, int(vraag.ongezien)))


def _row(unique_id: str, persoon: Persoon) -> tuple[object, ...]:
    who = kenmerken_of(persoon)
    datum = who.geboortedatum or ""
    return (
        unique_id,
        who.bsn or "",
        folded(persoon.geslachtsnaam or ""),
        "".join(who.achternamen),
        who.voornamen[0] if who.voornamen else "",
        " ".join(who.voornamen),
        datum if len(datum) == _VOLLEDIG else "",
        datum[:4],
        who.postcode or "",
        who.huisnummer if who.huisnummer is not None else "",
        next(iter(sorted(who.telefoonnummers)), ""),
        who.geslacht or "",
    )


if __name__ == "__main__":
    main()
