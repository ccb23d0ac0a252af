"""What handover asks intake: the persons of a casus with what was reported, texts without melders, and who is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.handover.domain.pakket import (
    Adres,
    CasusDeel,
    Geweld,
    MeldingSamenvatting,
    Persoon,
    disclosed,
)
from services.handover.domain.vinden import Gezocht, Treffer
from services.handover.partners.answers import (
    Json,
    ask,
    incomplete,
    optional_bool,
    optional_object,
    optional_text,
    rows_of,
    text_of,
    uuid_of,
)
from shared.errors import NotFoundError
from shared.rules.weglaten import Geknipt
from shared.web.client import RoomClient
from shared.web.weglaten import cut_teksten


@dataclass(frozen=True, slots=True)
class IntakeOverHttp:
    """Ask intake over HTTP."""

    client: RoomClient
    url: str

    async def read_casus(self, casus_id: UUID, *, purpose: str) -> CasusDeel:
        """Return the part of intake; raises ``OperationalError`` when it cannot be had whole."""
        return read_casus_deel(await ask(self.client, f"{self.url}/v1/casussen/{casus_id}", purpose=purpose))

    async def cut_teksten(self, casus_id: UUID, teksten: Sequence[str], *, purpose: str) -> Geknipt:
        """Return texts as a receiver may read them; raises ``OperationalError`` when they cannot be had."""
        return await cut_teksten(self.client, self.url, casus_id, teksten, purpose=purpose)

    async def find_casussen(self, gezocht: Gezocht, *, purpose: str) -> tuple[Treffer, ...]:
        """Return in which casussen somebody is known; raises ``OperationalError`` when that cannot be had whole."""
        body = {
            "bsn": gezocht.bsn,
            "geslachtsnaam": gezocht.geslachtsnaam,
            "voornamen": gezocht.voornamen,
            "geboortedatum": gezocht.geboortedatum,
        }
        asked = {name: value for name, value in body.items() if value is not None}
        try:
            answer = await self.client.post(f"{self.url}/v1/casussen/_vind", asked, purpose=purpose)
        except NotFoundError:
            raise incomplete() from None
        if not isinstance(answer, Mapping):
            raise incomplete()
        return tuple(_treffer(row) for row in rows_of(answer, "resultaten"))


def _treffer(row: Json) -> Treffer:
    sure = optional_bool(row, "zeker")
    if sure is None:
        raise incomplete()
    return Treffer(uuid_of(row, "casusId"), sure)


def read_casus_deel(answer: Json) -> CasusDeel:
    """Read the answer of intake: only the fields named here get through."""
    meldingen = rows_of(answer, "meldingen")
    personen = rows_of(answer, "personen") if "personen" in answer else _persons_of_meldingen(meldingen)
    return CasusDeel(
        personen=tuple(dict.fromkeys(_persoon(row) for row in personen)),
        meldingen=tuple(_melding(row) for row in meldingen),
    )


def _persons_of_meldingen(meldingen: tuple[Json, ...]) -> tuple[Json, ...]:
    return tuple(persoon for melding in meldingen for persoon in rows_of(melding, "personen"))


def _persoon(row: Json) -> Persoon:
    # A secret address goes to nobody by way of a package; the receiver asks for it, with a reason.
    secret = any(row.get(name) is True for name in ("geheimAdres", "adresGeheim", "geheim"))
    adres = row.get("adres")
    return Persoon(
        rol=text_of(row, "rol"),
        bsn=optional_text(row, "bsn"),
        voornamen=optional_text(row, "voornamen"),
        voorvoegsel=optional_text(row, "voorvoegsel"),
        geslachtsnaam=optional_text(row, "geslachtsnaam"),
        geboortedatum=optional_text(row, "geboortedatum"),
        beschrijving=optional_text(row, "beschrijving"),
        telefoonnummers=() if secret else _telefoonnummers(row),
        adres=_adres(optional_object(row, "adres")) if adres and not secret else None,
    )


def _telefoonnummers(row: Json) -> tuple[str, ...]:
    given = row.get("telefoonnummers") or ()
    return tuple(number for number in given if isinstance(number, str))


def _adres(row: Json) -> Adres | None:
    if any(row.get(name) is True for name in ("geheim", "geheimAdres")):
        return None
    huisnummer = row.get("huisnummer")
    return Adres(
        postcode=optional_text(row, "postcode"),
        huisnummer=huisnummer if isinstance(huisnummer, int) else None,
        huisletter=optional_text(row, "huisletter"),
        huisnummertoevoeging=optional_text(row, "huisnummertoevoeging"),
        straat=optional_text(row, "straat"),
        woonplaats=optional_text(row, "woonplaats"),
    )


def _melding(row: Json) -> MeldingSamenvatting:
    aard = rows_of(row, "aardGeweld") if row.get("aardGeweld") else ()
    return MeldingSamenvatting(
        melding_id=uuid_of(row, "id", "meldingId"),
        kenmerk=optional_text(row, "kenmerk"),
        ontvangen_op=optional_text(row, "ontvangenOp"),
        zorgelijke_situatie=optional_text(optional_object(row, "zorgelijkeSituatie"), "omschrijving"),
        aard_geweld=tuple(Geweld(relatie=text_of(soort, "relatie"), vorm=text_of(soort, "vorm")) for soort in aard),
        melder=disclosed(row.get("melder")),
    )
