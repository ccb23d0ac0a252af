"""Who may do what, with whose data, and for which purpose: one table, and nothing is allowed that has no row.

A row joins an operation of a room to the roles that it lets in, each with the tie (betrekking) to the data that is
demanded of that role, the purposes (doelbinding, AVG art. 5) for which it may be done, and the processing activity
under which it is recorded. The door of a route enforces role, purpose and scope; a handler asks ``Toegang`` for the
tie; the database holds the same line a second time (docs/adr/0011).
"""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from shared.rules.codes import BestemmingSoort, Rol
from shared.rules.gemeenten import with_predecessors
from shared.rules.scopes import ALLES, DOSSIER_LEZEN, TOESTAND_LEZEN
from shared.rules.verwerkingen import VERWERKINGEN, Verwerking, VerwerkingCode

_READING = ("read", "list", "search", "get")  # how the name of an operation that changes nothing begins


class Betrekking(StrEnum):
    """What ties a caller to data."""

    ALLES = "alles"  # no tie is demanded
    EIGEN_GEMEENTE = "eigen-gemeente"
    EIGEN_MELDING = "eigen-melding"  # his organisation sent it
    ONTVANGER = "ontvanger"  # the overdracht was offered to his municipality's local field or to his organisation
    PARTIJ = "partij"  # receiver of at least one overdracht in the casus
    GEVRAAGD = "gevraagd"  # something was asked of his organisation, or of the local field of his municipality
    DEELNEMER = "deelnemer"  # his organisation sits at the table, and has not left
    ACTIEHOUDER = "actiehouder"  # and what was decided there is for his organisation to do
    AANBIEDER = "aanbieder"  # the help is that of his organisation
    INZET = "inzet"  # he received the overdracht under which help is asked, or his organisation gives that help
    EIGEN_ABONNEMENT = "eigen-abonnement"
    EIGEN_ORGANISATIE = "eigen-organisatie"
    NOOD = "nood"  # none, but a reason that is written down, told to the owner and looked at afterwards


class Inhoud(StrEnum):
    """What an answer can hold; it decides whether an audit row must stand under it."""

    PERSONEN = "personen"  # opens or changes what is sealed
    CODES = "codes"  # ids, codes and times of casussen
    CIJFERS = "cijfers"  # numbers only
    TECHNIEK = "techniek"  # how the room is doing


class Doel(StrEnum):
    """The purposes for which personal data may be asked; the words of the header ``X-Doelbinding``."""

    MELDEN = "melden"
    BEHANDELEN_MELDING = "behandelen-van-een-melding"
    BEHANDELEN_CASUS = "behandelen-van-een-casus"
    TERUGVINDEN = "terugvinden-van-een-melding"
    ADVIES = "advies-en-ondersteuning"
    SAMENBRENGEN = "samenbrengen-van-signalen"
    BEHANDELING = "behandeling"
    OVERDRACHT = "overdracht-en-zicht-op-veiligheid"
    HULP = "hulp-verlenen"
    MONITORING = "monitoring"
    TERMIJNEN = "termijnbewaking"
    VERANTWOORDING = "verantwoording"
    DOSSIERRECHTEN = "uitvoeren-van-dossierrechten"
    TOEZICHT = "toezicht"
    BEHEER = "beheer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regel:
    """One row of the policy.

    The first of ``doelen`` is what a person does this for when he names no purpose; a system must always name one
    where persons are read. ``nood`` are the roles that may break the glass to get round the tie.
    """

    room: str
    operation: str
    rollen: Mapping[Rol, Betrekking]
    inhoud: Inhoud
    doelen: tuple[Doel, ...]
    verwerking: VerwerkingCode
    scope: str
    nood: frozenset[Rol] = field(default=frozenset())

    @property
    def reads(self) -> bool:
        """Say whether this only reads."""
        return self.operation.startswith(_READING)

    @property
    def activity(self) -> Verwerking:
        """The row of the register of processing activities under which this is recorded."""
        return VERWERKINGEN[self.verwerking]


# Roles of those who work elsewhere, for whom an organisation can be given less than the policy allows their role.
PARTNERROLLEN = frozenset({Rol.KETENPARTNER, Rol.LOKAAL_TEAM, Rol.GEMEENTE})


@dataclass(frozen=True, slots=True)
class Reikwijdte:
    """Where an organisation may do what it came for: one municipality or each, one kind of destination or each."""

    gemeente_code: str | None = None
    soort: BestemmingSoort | None = None

    @property
    def gemeente_codes(self) -> frozenset[str] | None:
        """The codes that fall under it, with those of municipalities that went up in it; None is every one."""
        return None if self.gemeente_code is None else with_predecessors({self.gemeente_code})

    def covers(self, gemeente_code: str, soort: BestemmingSoort) -> bool:
        """Say whether something of this municipality for this kind of destination falls under it."""
        codes = self.gemeente_codes
        return (codes is None or gemeente_code in codes) and self.soort in {None, soort}


@dataclass(frozen=True, slots=True)
class Toegang:
    """What one caller was let in for: the row, the tie that his role must have, and his purpose.

    ``reikwijdte`` is what the rights of his organisation leave of it; None when they take nothing away.
    """

    regel: Regel
    betrekking: Betrekking
    doel: Doel
    noodtoegang: bool = False
    reikwijdte: frozenset[Reikwijdte] | None = None

    def covers(self, gemeente_code: str, soort: BestemmingSoort) -> bool:
        """Say whether the rights of the organisation reach this; who broke the glass is not held back by them."""
        if self.noodtoegang or self.reikwijdte is None:
            return True
        return any(one.covers(gemeente_code, soort) for one in self.reikwijdte)

    def permits(self, ties: AbstractSet[Betrekking]) -> bool:
        """Say whether these ties between the caller and the data are enough."""
        return self.noodtoegang or self.betrekking is Betrekking.ALLES or self.betrekking in ties

    @property
    def sees_all(self) -> bool:
        """Say whether no tie is demanded at all."""
        return self.betrekking is Betrekking.ALLES


class Weigering(StrEnum):
    """Why somebody is not let in, at the door of a route."""

    ROL = "rol"
    SCOPE = "scope"
    GEEN_DOEL = "geen-doel"
    DOEL = "doel"


def judge(regel: Regel, *, rol: Rol, scopes: Collection[str], doel: str | None) -> Toegang | Weigering:
    """Decide whether a role comes in by this row, with these scopes, for the purpose that it names.

    People have the purpose that the row names first unless they name another; a system that asks for persons must
    name its own: nothing tells us what it does with them.
    """
    betrekking = regel.rollen.get(rol)
    if betrekking is None:
        return Weigering.ROL
    if ALLES not in scopes and regel.scope not in scopes:
        return Weigering.SCOPE
    if doel is None:
        if rol is Rol.SYSTEEM and regel.inhoud is Inhoud.PERSONEN and regel.reads:
            return Weigering.GEEN_DOEL
        return Toegang(regel, betrekking, regel.doelen[0])
    if doel not in regel.doelen:
        return Weigering.DOEL
    return Toegang(regel, betrekking, Doel(doel))


_A = Betrekking.ALLES
_VT: Mapping[Rol, Betrekking] = {Rol.VT_MEDEWERKER: _A, Rol.VT_TEAMLEIDER: _A}
_LEADS: Mapping[Rol, Betrekking] = {Rol.VT_TEAMLEIDER: _A}
_SYSTEM: Mapping[Rol, Betrekking] = {Rol.SYSTEEM: _A}
_RECEIVERS: Mapping[Rol, Betrekking] = {
    Rol.LOKAAL_TEAM: Betrekking.ONTVANGER,
    Rol.KETENPARTNER: Betrekking.ONTVANGER,
}
_PARTIES: Mapping[Rol, Betrekking] = {Rol.LOKAAL_TEAM: Betrekking.PARTIJ, Rol.KETENPARTNER: Betrekking.PARTIJ}
_TEAM: Mapping[Rol, Betrekking] = {Rol.LOKAAL_TEAM: Betrekking.EIGEN_GEMEENTE}
_GEMEENTE: Mapping[Rol, Betrekking] = {Rol.GEMEENTE: Betrekking.EIGEN_GEMEENTE}
_SENDERS: Mapping[Rol, Betrekking] = {Rol.KETENPARTNER: Betrekking.EIGEN_MELDING, **_VT}


def _rows(  # noqa: PLR0913, what rows of the policy have in common
    room: str,
    inhoud: Inhoud,
    verwerking: VerwerkingCode,
    doelen: tuple[Doel, ...],
    *rows: tuple[str, Mapping[Rol, Betrekking]],
    scope: str = "",
    nood: Collection[Rol] = (),
) -> tuple[Regel, ...]:
    return tuple(
        Regel(
            room=room,
            operation=operation,
            rollen=MappingProxyType(dict(rollen)),
            inhoud=inhoud,
            doelen=doelen,
            verwerking=verwerking,
            scope=scope or f"{room}:{'lezen' if operation.startswith(_READING) else 'schrijven'}",
            nood=frozenset(nood),
        )
        for operation, rollen in rows
    )


_V = VerwerkingCode
_LEZEN_CASUS = (Doel.BEHANDELEN_CASUS, Doel.OVERDRACHT, Doel.MONITORING, Doel.DOSSIERRECHTEN)
_LEZEN_MELDING = (Doel.BEHANDELEN_MELDING, Doel.OVERDRACHT, Doel.DOSSIERRECHTEN)
_LEZEN_TRIAGE = (Doel.BEHANDELING, Doel.OVERDRACHT, Doel.MONITORING, Doel.DOSSIERRECHTEN)
_LEZEN_OVERDRACHT = (Doel.OVERDRACHT, Doel.HULP, Doel.MONITORING, Doel.DOSSIERRECHTEN)
_WAKEN = (Doel.TERMIJNEN, Doel.MONITORING, Doel.VERANTWOORDING)

_INTAKE = (
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.MELDING_ONTVANGEN,
        (Doel.MELDEN,),
        ("createMelding", {**_SENDERS, **_SYSTEM}),
        ("createMeldingen", {**_SENDERS, **_SYSTEM}),
    ),
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.MELDING_ONTVANGEN,
        (Doel.MELDEN,),
        ("createAanvulling", _SENDERS),
        ("createBijlage", _SENDERS),
        ("createImport", _SENDERS),
    ),
    *_rows(
        "intake",
        Inhoud.CODES,
        _V.MELDING_ONTVANGEN,
        (Doel.MELDEN,),
        ("readImport", _SENDERS),
        ("listImportResultaten", _SENDERS),
    ),
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.MELDING_RAADPLEGEN,
        _LEZEN_MELDING,
        ("listBijlagen", {**_SENDERS, **_SYSTEM}),
        ("readBijlage", {**_SENDERS, **_SYSTEM}),
    ),
    *_rows("intake", Inhoud.PERSONEN, _V.MELDING_RAADPLEGEN, (Doel.BEHANDELEN_MELDING,), ("readAanvulling", _SENDERS)),
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.MELDING_RAADPLEGEN,
        _LEZEN_MELDING,
        ("readMelding", {**_SENDERS, **_SYSTEM}),
    ),
    *_rows("intake", Inhoud.PERSONEN, _V.MELDING_RAADPLEGEN, (Doel.TERUGVINDEN,), ("searchMeldingen", _SENDERS)),
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.MELDER_TERUGKOPPELEN,
        (Doel.BEHANDELEN_MELDING,),
        ("listTerugkoppelingen", _SENDERS),
        ("readTerugkoppeling", _SENDERS),
        ("createTerugkoppeling", _VT),
    ),
    *_rows(
        "intake", Inhoud.TECHNIEK, _V.BEHEREN, (Doel.BEHEER,), ("listGemeenten", dict.fromkeys(Rol, Betrekking.ALLES))
    ),
    *_rows("intake", Inhoud.PERSONEN, _V.MELDING_RAADPLEGEN, _LEZEN_CASUS, ("readCasus", {**_VT, **_SYSTEM})),
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.ADVIES_GEVEN,
        (Doel.ADVIES,),
        ("createAdvies", {**_VT, **_SYSTEM}),
        ("readAdvies", _VT),
        ("createOmzetting", _VT),
    ),
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.SIGNALEN_SAMENBRENGEN,
        (Doel.SAMENBRENGEN,),
        ("listKoppelvoorstellen", _VT),
        ("readKoppelvoorstel", _VT),
        ("putBesluit", _VT),
        ("createSplitsing", _VT),
        ("readSplitsing", _VT),
    ),
    *_rows(
        "intake",
        Inhoud.CODES,
        _V.SIGNALEN_SAMENBRENGEN,
        (Doel.SAMENBRENGEN,),
        ("readGeschiedenis", _VT),
    ),
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.DOSSIERRECHTEN,
        (Doel.DOSSIERRECHTEN,),
        ("createDossierverzoek", _VT),
        ("listDossierverzoeken", _VT),
        ("readDossierverzoek", _VT),
        ("putDossierverzoekBesluit", _VT),
        ("readAfschrift", _VT),
    ),
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.VERNIETIGEN,
        (Doel.DOSSIERRECHTEN,),
        ("putDossierverzoekBevestiging", _LEADS),
    ),
)

_BESCHERMEN = (
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.MELDER_BESCHERMEN,
        (Doel.BEHANDELEN_MELDING,),
        ("readPassages", _VT),
        ("putPassages", _VT),
        ("readPassagevoorstellen", _VT),
        ("readBekendmaking", _VT),
        ("putBekendmaking", _VT),
        ("listDubbelAnoniemeMeldingen", _VT),
        ("readDubbelAnoniemeMelding", _VT),
        ("putDubbelAnoniemBesluit", _VT),
    ),
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.MELDER_BESCHERMEN,
        (Doel.OVERDRACHT, Doel.BEHANDELING),
        ("readWeggelatenTeksten", _SYSTEM),
    ),
)

_VINDEN = (
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.CASUS_VINDEN,
        (Doel.HULP, Doel.OVERDRACHT),
        ("searchCasussen", _SYSTEM),
    ),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.CASUS_VINDEN,
        (Doel.HULP, Doel.OVERDRACHT),
        # No tie is demanded: who has one need not look. What is told is next to nothing, and each look is recorded.
        ("searchHouder", {**_VT, Rol.LOKAAL_TEAM: _A, Rol.KETENPARTNER: _A}),
    ),
    *_rows(
        "handover",
        Inhoud.CODES,
        _V.ZICHT_HOUDEN,
        (Doel.OVERDRACHT, Doel.HULP, Doel.MONITORING),
        ("listPartijen", {**_VT, **_PARTIES}),
    ),
)

_INDEXEN = (
    *_rows(
        "intake",
        Inhoud.PERSONEN,
        _V.VERWIJSINDEXEN,
        (Doel.SAMENBRENGEN,),
        ("listSignaalvoorstellen", _VT),
        ("createSignaal", _VT),
        ("listSignalen", _VT),
        ("readSignaal", _VT),
        ("putSignaalIntrekking", _VT),
    ),
)

_HANDLE_WITH_CARE = _rows(
    "intake",
    Inhoud.PERSONEN,
    _V.HANDLE_WITH_CARE,
    (Doel.BEHANDELEN_MELDING,),
    ("readHandleWithCareToets", _VT),
    ("listHandleWithCare", _VT),
    ("readHandleWithCare", _VT),
    ("createHandleWithCare", _VT),
    ("putHandleWithCareBesluit", _VT),
    ("putHandleWithCareBevestiging", _VT),
)

_BEWAREN = (
    *_rows("intake", Inhoud.CODES, _V.VERNIETIGEN, (Doel.DOSSIERRECHTEN,), ("readBewaring", {**_VT, **_SYSTEM})),
    *_rows("intake", Inhoud.PERSONEN, _V.VERNIETIGEN, (Doel.DOSSIERRECHTEN,), ("putBewaring", _LEADS)),
)

_TRIAGE = (
    *_rows("triage", Inhoud.CODES, _V.VEILIGHEID_BEOORDELEN, (Doel.BEHANDELING,), ("listWerkvoorraad", _VT)),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.VEILIGHEID_BEOORDELEN,
        _LEZEN_TRIAGE,
        ("readVeiligheidsbeoordeling", {**_VT, **_SYSTEM}),
        ("readHandeling", _VT),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.VEILIGHEID_BEOORDELEN,
        (Doel.BEHANDELING,),
        ("recordAcuutcheck", _VT),
        ("recordBesluit", _VT),
        ("recordHandeling", _VT),
    ),
    *_rows(
        "triage",
        Inhoud.CODES,
        _V.DIENST_UITVOEREN,
        _LEZEN_TRIAGE,
        ("listDiensten", {**_VT, **_SYSTEM}),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.DIENST_UITVOEREN,
        _LEZEN_TRIAGE,
        ("readDienst", {**_VT, **_SYSTEM}),
        ("readContact", _VT),
        ("readVeiligheidsvoorwaarde", _VT),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.DIENST_UITVOEREN,
        (Doel.BEHANDELING,),
        ("recordContact", _VT),
        ("recordVeiligheidsvoorwaarde", _VT),
        ("recordConclusie", _VT),
    ),
)

# --- triage, by subject ---

_TRIAGE_TOEWIJZING: tuple[Regel, ...] = (
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.VEILIGHEID_BEOORDELEN,
        (Doel.BEHANDELING,),
        ("readWerk", _VT),
        ("recordToewijzing", _VT),
        ("recordVrijgave", _VT),
        ("assignWerk", _LEADS),
        ("recordVolgendeVeiligheidscheck", _VT),
        ("recordVeiligheidscheck", _VT),
        ("listVeiligheidschecks", _VT),
        ("readVeiligheidscheck", _VT),
    ),
)

_TRIAGE_INSTRUMENTEN: tuple[Regel, ...] = (
    *_rows(
        "triage",
        Inhoud.TECHNIEK,
        _V.VEILIGHEID_BEOORDELEN,
        (Doel.BEHANDELING,),
        ("listInstrumenten", _VT),
        ("readInstrument", _VT),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.VEILIGHEID_BEOORDELEN,
        (Doel.BEHANDELING,),
        ("recordVeiligheidstaxatie", _VT),
    ),
)

_ASKED: Mapping[Rol, Betrekking] = {
    Rol.LOKAAL_TEAM: Betrekking.GEVRAAGD,
    Rol.KETENPARTNER: Betrekking.GEVRAAGD,
}
_TRIAGE_INFORMATIEVERZOEKEN: tuple[Regel, ...] = (
    *_rows(
        "triage",
        Inhoud.CODES,
        _V.INFORMATIE_VRAGEN,
        (Doel.BEHANDELING, Doel.HULP),
        ("listInformatieverzoeken", {**_VT, **_ASKED}),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.INFORMATIE_VRAGEN,
        (Doel.BEHANDELING, Doel.HULP),
        ("readInformatieverzoek", {**_VT, **_ASKED}),
        ("recordInformatieverzoekAntwoord", {**_VT, **_ASKED}),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.INFORMATIE_VRAGEN,
        (Doel.BEHANDELING,),
        ("createInformatieverzoek", _VT),
        ("recordInformatieverzoekIntrekking", _VT),
    ),
)

_TRIAGE_ONDERZOEK = (
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.DIENST_UITVOEREN,
        _LEZEN_TRIAGE,
        ("readPlan", _VT),
        ("readInformant", _VT),
        ("readBevinding", _VT),
        ("readVernietigingsaanbieding", _VT),
        ("listDienstVertragingen", _VT),
        ("readVertraging", _VT),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.DIENST_UITVOEREN,
        (Doel.BEHANDELING,),
        ("recordPlan", _VT),
        ("recordInformant", _VT),
        ("recordInformantBevestiging", _VT),
        ("recordBevinding", _VT),
        ("reviseBevinding", _VT),
        ("recordOmzetting", _VT),
        ("recordVernietigingsaanbieding", _VT),
        ("recordDienstVertraging", _VT),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.VEILIGHEID_BEOORDELEN,
        _LEZEN_TRIAGE,
        ("listBeoordelingVertragingen", _VT),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.VEILIGHEID_BEOORDELEN,
        (Doel.BEHANDELING,),
        ("recordBeoordelingVertraging", _VT),
    ),
)

_TRIAGE_VOORWAARDEN = (
    *_rows(
        "triage",
        Inhoud.CODES,
        _V.DIENST_UITVOEREN,
        _LEZEN_TRIAGE,
        ("listVeiligheidsvoorwaarden", _VT),
    ),
    *_rows("triage", Inhoud.PERSONEN, _V.DIENST_UITVOEREN, _LEZEN_TRIAGE, ("readVoorwaarde", _VT)),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.DIENST_UITVOEREN,
        # Whether voorwaarden are kept is looked at in the dienst, and afterwards at the moments of the radar.
        (Doel.BEHANDELING, Doel.MONITORING),
        ("recordVoorwaardeStatus", _VT),
        ("recordInstemmingen", _VT),
    ),
)

_RAAD: Mapping[Rol, Betrekking] = {Rol.KETENPARTNER: Betrekking.GEVRAAGD}

_TRIAGE_RAAD: tuple[Regel, ...] = (
    *_rows(
        "triage",
        Inhoud.CODES,
        _V.RAAD_VERZOEKEN,
        (Doel.BEHANDELING,),
        ("listVerzoekenTotOnderzoek", _VT),
        ("listKantonrechterverzoeken", _VT),
        ("listRaadsverzoeken", _RAAD),
        # How far the raad is, which the raad itself tells: nothing of what was written down here.
        ("readRaadsbericht", {**_VT, **_RAAD}),
        ("putRaadsbericht", {**_VT, **_RAAD}),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.RAAD_VERZOEKEN,
        (Doel.BEHANDELING,),
        ("readVerzoekTotOnderzoek", _VT),
        ("createVerzoekTotOnderzoek", _VT),
        ("putVtoOpgave", _VT),
        ("putVtoIndiening", _VT),
        ("putVtoIntrekking", _VT),
        ("readVtoKennisgeving", _VT),
        ("createVtoKennisgeving", _VT),
        ("readKantonrechterverzoek", _VT),
        ("createKantonrechterverzoek", _VT),
        ("putKantonrechterBeslissing", _VT),
        ("putKantonrechterIntrekking", _VT),
    ),
    *_rows("triage", Inhoud.CODES, _V.CONSULTEREN, (Doel.BEHANDELING,), ("listConsulten", _VT)),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.CONSULTEREN,
        (Doel.BEHANDELING,),
        ("readConsult", _VT),
        ("createConsult", _VT),
    ),
)

_TRIAGE_HUISVERBOD: tuple[Regel, ...] = (
    *_rows("triage", Inhoud.CODES, _V.HUISVERBOD, _LEZEN_TRIAGE, ("listHuisverboden", _VT)),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.HUISVERBOD,
        _LEZEN_TRIAGE,
        ("readHuisverbod", _VT),
        ("readHuisverbodGesprek", _VT),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.HUISVERBOD,
        (Doel.BEHANDELING,),
        ("recordHuisverbodScreening", _VT),
        ("recordHuisverbodOplegging", _VT),
        ("recordHuisverbodAfzien", _VT),
        ("recordHuisverbodAdvies", _VT),
        ("recordHuisverbodVerlenging", _VT),
        ("recordHuisverbodIntrekking", _VT),
        ("recordHuisverbodEinde", _VT),
        ("recordHuisverbodCasusregie", _VT),
        ("recordHuisverbodGesprek", _VT),
    ),
)

_TRIAGE_FORENSISCH: tuple[Regel, ...] = (
    *_rows("triage", Inhoud.CODES, _V.FORENSISCH_ONDERZOEKEN, (Doel.BEHANDELING,), ("listForensischeVerzoeken", _VT)),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.FORENSISCH_ONDERZOEKEN,
        (Doel.BEHANDELING,),
        ("readForensischVerzoek", _VT),
        ("createForensischVerzoek", _VT),
        ("putForensischeStap", _VT),
        ("putForensischResultaat", _VT),
    ),
)

_TRIAGE_AWARE: tuple[Regel, ...] = (
    *_rows("triage", Inhoud.CODES, _V.AWARE_TOEKENNEN, (Doel.BEHANDELING,), ("listAwareAanvragen", _VT)),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.AWARE_TOEKENNEN,
        (Doel.BEHANDELING,),
        ("readAwareAanvraag", _VT),
        ("createAwareAanvraag", _VT),
        ("putAwareBesluit", _VT),
        ("putAwareVerlenging", _VT),
        ("putAwareEinde", _VT),
        ("readAwareOptreden", _VT),
        ("createAwareOptreden", _VT),
        ("putAwareUitvoering", _VT),
    ),
)

_TRIAGE_OPSCHALING: tuple[Regel, ...] = (
    *_rows("triage", Inhoud.CODES, _V.OPSCHALEN, _LEZEN_TRIAGE, ("listOpschalingen", _VT)),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.OPSCHALEN,
        _LEZEN_TRIAGE,
        ("readOpschaling", _VT),
        ("readDeelnemerBeeld", _VT),
        ("readOverleg", _VT),
        ("readActie", _VT),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.OPSCHALEN,
        (Doel.BEHANDELING,),
        ("recordOpschaling", _VT),
        ("recordDeelnemer", _VT),
        ("recordVertrek", _VT),
        ("recordProcesregie", _VT),
        ("recordAfschaling", _VT),
        ("recordOverleg", _VT),
        ("recordOverlegVerslag", _VT),
        ("recordOverlegAfzegging", _VT),
        ("recordActie", _VT),
        ("recordActieAfronding", _VT),
    ),
)

_SITS: Mapping[Rol, Betrekking] = {Rol.LOKAAL_TEAM: Betrekking.DEELNEMER, Rol.KETENPARTNER: Betrekking.DEELNEMER}
_DOES: Mapping[Rol, Betrekking] = {Rol.LOKAAL_TEAM: Betrekking.ACTIEHOUDER, Rol.KETENPARTNER: Betrekking.ACTIEHOUDER}

_TRIAGE_TAFELS: tuple[Regel, ...] = (
    *_rows("triage", Inhoud.CODES, _V.OPSCHALEN, (Doel.HULP, Doel.BEHANDELING), ("listTafels", _SITS)),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.OPSCHALEN,
        (Doel.HULP, Doel.BEHANDELING),
        ("readTafel", _SITS),
        ("readTafelActie", _DOES),
        ("recordTafelActieAfronding", _DOES),
    ),
)

_TRIAGE_INFORMEREN: tuple[Regel, ...] = _rows(
    "triage",
    Inhoud.PERSONEN,
    _V.BETROKKENEN_INFORMEREN,
    (Doel.BEHANDELING, Doel.DOSSIERRECHTEN),
    ("readBetrokkenenInformeren", _VT),
    ("readInformering", _VT),
    ("readNietInformering", _VT),
    ("readUitstel", _VT),
    ("recordInformering", _VT),
    ("recordNietInformering", _VT),
    ("recordUitstel", _VT),
)

_TRIAGE_BRIEVEN: tuple[Regel, ...] = (
    *_rows(
        "triage",
        Inhoud.CODES,
        _V.BETROKKENEN_INFORMEREN,
        (Doel.BEHANDELING, Doel.DOSSIERRECHTEN),
        ("listBrieven", _VT),
        ("listBriefvoorstellen", _VT),
    ),
    *_rows(
        "triage",
        Inhoud.PERSONEN,
        _V.BETROKKENEN_INFORMEREN,
        (Doel.BEHANDELING, Doel.DOSSIERRECHTEN),
        ("readBrief", _VT),
        ("createBrief", _VT),
        ("putBriefVerzending", _VT),
    ),
)

_HANDOVER = (
    *_rows(
        "handover",
        Inhoud.CODES,
        _V.OVERDRAGEN,
        _LEZEN_OVERDRACHT,
        ("listOverdrachten", {**_VT, **_RECEIVERS, **_SYSTEM}),
        ("readGeschiedenis", {**_VT, **_RECEIVERS}),
    ),
    *_rows("handover", Inhoud.CODES, _V.OVERDRAGEN, _LEZEN_OVERDRACHT, ("listOpenstaand", {**_VT, **_RECEIVERS})),
    *_rows(
        "handover",
        Inhoud.CODES,
        _V.OVERDRAGEN,
        (Doel.OVERDRACHT, Doel.HULP),
        # Of the receiver itself: to Veilig Thuis it does not matter who it is.
        ("readBehandelaar", _RECEIVERS),
        ("recordBehandelaar", _RECEIVERS),
    ),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.OVERDRAGEN,
        _LEZEN_OVERDRACHT,
        ("readOverdracht", {**_VT, **_RECEIVERS}),
        nood=(Rol.LOKAAL_TEAM, Rol.KETENPARTNER),
    ),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.OVERDRAGEN,
        _LEZEN_OVERDRACHT,
        ("listGesprekken", {**_VT, **_RECEIVERS}),
        ("readGesprek", {**_VT, **_RECEIVERS}),
    ),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.OVERDRAGEN,
        (Doel.OVERDRACHT,),
        ("offerOverdrachtAgain", _VT),
        ("revokeOverdracht", _VT),
        ("acceptOverdracht", _RECEIVERS),
        ("refuseOverdracht", _RECEIVERS),
        ("recordEersteContact", _RECEIVERS),
        ("planGesprek", {**_VT, **_RECEIVERS}),
        ("noteGesprek", {**_VT, **_RECEIVERS}),
        ("callOffGesprek", {**_VT, **_RECEIVERS}),
        ("askTeruggave", _RECEIVERS),
        ("acceptTeruggave", _VT),
        ("refuseTeruggave", _VT),
    ),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.NOODTOEGANG,
        (Doel.HULP, Doel.OVERDRACHT),
        ("openOverdracht", {Rol.LOKAAL_TEAM: Betrekking.NOOD, Rol.KETENPARTNER: Betrekking.NOOD}),
    ),
    *_rows(
        "handover",
        Inhoud.CODES,
        _V.ZICHT_HOUDEN,
        _LEZEN_OVERDRACHT,
        ("readZichtOpVeiligheid", {**_VT, **_PARTIES, **_SYSTEM}),
    ),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.ZICHT_HOUDEN,
        (Doel.OVERDRACHT,),
        ("askAboutZicht", _VT),
        ("acceptZicht", _RECEIVERS),
    ),
)

_BEHEER: Mapping[Rol, Betrekking] = {Rol.BEHEERDER: _A}
_INGESCHREVEN: Mapping[Rol, Betrekking] = {
    **_VT,
    **_BEHEER,
    **dict.fromkeys(PARTNERROLLEN, Betrekking.EIGEN_ORGANISATIE),
}

# Codes of organisations and addresses of teams: no person stands in it, so the beheerder can keep it.
_HANDOVER_ORGANISATIES: tuple[Regel, ...] = _rows(
    "handover",
    Inhoud.TECHNIEK,
    _V.PARTNERS_BEHEREN,
    (Doel.BEHEER,),
    ("listOrganisaties", _INGESCHREVEN),
    ("readOrganisatie", _INGESCHREVEN),
    ("readContacten", _INGESCHREVEN),
    ("readClients", _INGESCHREVEN),
    ("readRechten", _INGESCHREVEN),
    ("createOrganisatie", _BEHEER),
    ("putContacten", _BEHEER),
    ("putClients", _BEHEER),
    ("createRecht", _BEHEER),
    ("putRechtEinde", _BEHEER),
    ("putInschrijving", _BEHEER),
    ("putBeeindiging", _BEHEER),
)

_LEZEN_PLAN = (Doel.HULP, Doel.OVERDRACHT, Doel.MONITORING, Doel.DOSSIERRECHTEN)
# Veilig Thuis reads how it goes, and leaves the plan to who has the family.
_HANDOVER_PLANNEN: tuple[Regel, ...] = (
    *_rows("handover", Inhoud.CODES, _V.PLANNEN, _LEZEN_PLAN, ("listPlannen", {**_VT, **_RECEIVERS})),
    *_rows("handover", Inhoud.PERSONEN, _V.PLANNEN, _LEZEN_PLAN, ("readPlan", {**_VT, **_RECEIVERS})),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.PLANNEN,
        (Doel.HULP,),
        ("createPlan", _RECEIVERS),
        ("putPlanLid", _RECEIVERS),
        ("createPlanDoel", _RECEIVERS),
        ("putPlanDoeluitkomst", _RECEIVERS),
        ("createPlanactie", _RECEIVERS),
        ("putPlanactieAfronding", _RECEIVERS),
        ("putPlanRegie", _RECEIVERS),
        ("createPlanEvaluatie", _RECEIVERS),
        ("putPlanFase", _RECEIVERS),
        ("putPlanEinde", {**_VT, **_RECEIVERS}),  # Veilig Thuis what waits for a receiver
    ),
)

_HANDOVER_VOLGEN: tuple[Regel, ...] = (
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.VOLGEN,
        _LEZEN_PLAN,
        ("listContactpogingen", {**_VT, **_RECEIVERS}),
        ("listVoorwaarden", {**_VT, **_RECEIVERS}),
    ),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.VOLGEN,
        (Doel.HULP,),
        ("createContactpoging", _RECEIVERS),
        ("createVoorwaardecontrole", _RECEIVERS),
    ),
)

_INZET: Mapping[Rol, Betrekking] = {Rol.LOKAAL_TEAM: Betrekking.INZET, Rol.KETENPARTNER: Betrekking.INZET}
_HULP = (Doel.HULP, Doel.OVERDRACHT)

_HANDOVER_PALET: tuple[Regel, ...] = (
    # What is offered is about organisations: everybody who chooses or pays for help sees all of it.
    *_rows(
        "handover",
        Inhoud.TECHNIEK,
        _V.HULP_INZETTEN,
        (*_HULP, Doel.VERANTWOORDING),
        *(
            (name, {**_VT, **_BEHEER, Rol.LOKAAL_TEAM: _A, Rol.KETENPARTNER: _A, Rol.GEMEENTE: _A})
            for name in ("listInterventies", "readInterventie", "searchInterventies")
        ),
    ),
    *_rows(
        "handover",
        Inhoud.TECHNIEK,
        _V.HULP_INZETTEN,
        _HULP,
        *(
            (
                name,
                {**_LEADS, **_BEHEER, **_TEAM, Rol.KETENPARTNER: Betrekking.AANBIEDER},
            )
            for name in ("createInterventie", "putInterventie")
        ),
    ),
    *_rows(
        "handover",
        Inhoud.CODES,
        _V.HULP_INZETTEN,
        _HULP,
        ("listInzetten", {**_VT, **_INZET}),
        ("listLacunes", {**_VT, **_RECEIVERS}),
        ("createLacune", {**_VT, **_RECEIVERS}),
    ),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.HULP_INZETTEN,
        _HULP,
        ("createInzet", {**_VT, **_RECEIVERS}),
        ("readInzet", {**_VT, **_INZET}),
        ("putInzetStart", {**_VT, **_INZET}),
        ("putInzetWeigering", {**_VT, **_INZET}),
        ("putInzetAfbreking", {**_VT, **_INZET}),
        ("putInzetAfronding", {**_VT, **_INZET}),
    ),
)

# Who is in a shelter: Veilig Thuis, the shelter that is asked, and that somebody is (never where) whoever of the local
# field has the casus. Nobody breaks a glass here.
_SHELTER: Mapping[Rol, Betrekking] = {Rol.KETENPARTNER: Betrekking.GEVRAAGD}
_HAS_THE_CASUS: Mapping[Rol, Betrekking] = {Rol.LOKAAL_TEAM: Betrekking.PARTIJ}
_LEZEN_OPVANG = (Doel.HULP, Doel.OVERDRACHT, Doel.MONITORING, Doel.DOSSIERRECHTEN)

_OPVANG: tuple[Regel, ...] = (
    *_rows(
        "handover",
        Inhoud.CODES,
        _V.OPVANGEN,
        _LEZEN_OPVANG,
        ("listOpvangaanvragen", {**_VT, **_SHELTER, **_HAS_THE_CASUS}),
        ("listOpvangwachtlijst", {**_VT, **_SHELTER}),
        ("readOpvangbezetting", {**_VT, **_SHELTER}),
        ("readOpvangvoorziening", {**_VT, **_SHELTER}),
    ),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.OPVANGEN,
        _LEZEN_OPVANG,
        ("readOpvangaanvraag", {**_VT, **_SHELTER, **_HAS_THE_CASUS}),
    ),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.OPVANGEN,
        (Doel.HULP, Doel.OVERDRACHT),
        ("createOpvangaanvraag", {**_VT, **_HAS_THE_CASUS}),
        ("putOpvangintrekking", {**_VT, **_HAS_THE_CASUS}),
        ("putOpvangplaatsing", {**_VT, **_SHELTER}),
        ("putOpvangwacht", {**_VT, **_SHELTER}),
        ("putOpvangelders", {**_VT, **_SHELTER}),
        ("putOpvangweigering", {**_VT, **_SHELTER}),
        ("putOpvangklaar", {**_VT, **_SHELTER}),
        ("putOpvanguitstroom", {**_VT, **_SHELTER}),
        ("putTraumascreening", {**_VT, **_SHELTER}),
        ("putOpvangNietIn", {**_VT, **_SHELTER}),
    ),
    *_rows(
        "handover",
        Inhoud.TECHNIEK,
        _V.OPVANGEN,
        (Doel.HULP, Doel.BEHEER),
        ("createOpvangvoorziening", _LEADS),
        ("putOpvangvoorziening", {**_LEADS, **_SHELTER}),
    ),
)

# Who is told that an overdracht waits, and how that went; a receiver manages where he himself is told.
_ADRESSEN: Mapping[Rol, Betrekking] = {
    **_LEADS,
    **_BEHEER,
    Rol.LOKAAL_TEAM: Betrekking.EIGEN_ORGANISATIE,
    Rol.KETENPARTNER: Betrekking.EIGEN_ORGANISATIE,
}
_LEVERINGEN = (
    *_rows(
        "handover",
        Inhoud.TECHNIEK,
        _V.LEVEREN,
        (Doel.BEHEER,),
        ("listLeveradressen", _ADRESSEN),
        ("readLeveradres", _ADRESSEN),
        ("addLeveradres", _ADRESSEN),
        ("replaceLeveradres", _ADRESSEN),
        ("endLeveradres", _ADRESSEN),
        ("rotateLeveradresGeheim", _ADRESSEN),
    ),
    *_rows("handover", Inhoud.CODES, _V.LEVEREN, (Doel.OVERDRACHT,), ("listLeveringen", _VT)),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.LEVEREN,
        (Doel.OVERDRACHT,),
        ("listOverdrachtLeveringen", {**_VT, **_RECEIVERS}),
        ("restartLevering", _VT),
        ("settleLevering", _VT),
        ("confirmOntvangst", _RECEIVERS),
    ),
)

_NAVRAGEN = (
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.OVERDRAGEN,
        _LEZEN_OVERDRACHT,
        ("listNavragen", {**_VT, **_RECEIVERS}),
        ("readNavraag", {**_VT, **_RECEIVERS}),
    ),
    *_rows(
        "handover",
        Inhoud.PERSONEN,
        _V.OVERDRAGEN,
        (Doel.OVERDRACHT,),
        ("askNavraag", _RECEIVERS),
        ("answerNavraag", _VT),
        ("confirmAntwoord", _RECEIVERS),
    ),
)

_EIGEN = Betrekking.EIGEN_ABONNEMENT
_SUBSCRIBERS: Mapping[Rol, Betrekking] = {
    Rol.VT_TEAMLEIDER: _A,
    Rol.BEHEERDER: _A,
    Rol.GEMEENTE: _EIGEN,
    Rol.LOKAAL_TEAM: _EIGEN,
    Rol.KETENPARTNER: _EIGEN,
}

_MONITORING = (
    *_rows(
        "monitoring",
        Inhoud.CODES,
        _V.TERMIJNEN_BEWAKEN,
        _WAKEN,
        ("readTermijnen", {**_VT, **_TEAM, **_GEMEENTE, **_SYSTEM}),
        ("listWaarschuwingen", {**_VT, **_TEAM, **_GEMEENTE, **_BEHEER, **_SYSTEM}),
    ),
    *_rows(
        "monitoring",
        Inhoud.TECHNIEK,
        _V.BEHEREN,
        (Doel.BEHEER,),
        ("listHartslagen", {**_VT, **_BEHEER, **_SYSTEM}),
    ),
    *_rows(
        "monitoring",
        Inhoud.TECHNIEK,
        _V.MEDEWERKERS_BERICHTEN,
        (Doel.BEHEER,),
        ("listOntvangers", {**_LEADS, **_BEHEER}),
        ("readOntvanger", {**_LEADS, **_BEHEER}),
        ("addOntvanger", {**_LEADS, **_BEHEER}),
        ("putOntvanger", {**_LEADS, **_BEHEER}),
        ("removeOntvanger", {**_LEADS, **_BEHEER}),
    ),
    *_rows(
        "monitoring",
        Inhoud.CODES,
        _V.MONITOREN,
        (Doel.MONITORING, Doel.HULP, Doel.DOSSIERRECHTEN),
        ("readMonitormomenten", {**_VT, **_TEAM, **_SYSTEM}),
    ),
    *_rows(
        "monitoring",
        Inhoud.PERSONEN,
        _V.MONITOREN,
        (Doel.MONITORING, Doel.HULP, Doel.DOSSIERRECHTEN),
        ("readMonitormoment", {**_VT, **_TEAM, **_SYSTEM}),
    ),
    *_rows(
        "monitoring", Inhoud.PERSONEN, _V.MONITOREN, (Doel.MONITORING,), ("putUitkomst", _VT), ("putVerplaatsing", _VT)
    ),
    *_rows(
        "monitoring",
        Inhoud.CIJFERS,
        _V.VERANTWOORDEN,
        (Doel.VERANTWOORDING,),
        ("getKpis", {**_VT, **_GEMEENTE, **_TEAM, **_BEHEER, **_SYSTEM}),
        ("getKpiPublicatie", {**_VT, Rol.GEMEENTE: _A, Rol.LOKAAL_TEAM: _A, **_BEHEER, **_SYSTEM}),
        ("listKpiPublicaties", {**_VT, Rol.GEMEENTE: _A, Rol.LOKAAL_TEAM: _A, **_BEHEER, **_SYSTEM}),
        ("putKpiPublicatie", {**_LEADS, **_BEHEER}),
        ("getMetrieken", {**_BEHEER, **_SYSTEM}),
        ("readMonitorbrief", {**_VT, **_GEMEENTE, **_TEAM, **_BEHEER}),
        ("listRapportages", {**_VT, **_GEMEENTE, **_TEAM, **_BEHEER}),
        ("readRapportage", {**_VT, **_GEMEENTE, **_TEAM, **_BEHEER}),
        ("listRapportageVersies", {**_VT, **_GEMEENTE, **_TEAM, **_BEHEER}),
        ("putRapportageVersie", {**_LEADS, **_BEHEER}),
        ("listRapportageTeksten", {**_VT, **_BEHEER}),
        ("putRapportageTekst", {**_LEADS, **_BEHEER}),
        ("putRapportageStoplicht", {**_LEADS, **_BEHEER}),
        ("listRisicoscores", {**_VT, Rol.GEMEENTE: _A, Rol.LOKAAL_TEAM: _A, **_BEHEER}),
        ("createRisicocijfers", _BEHEER),
        ("listDoelen", {**_VT, **_GEMEENTE, **_TEAM, **_BEHEER}),
        ("readDoel", {**_VT, **_GEMEENTE, **_TEAM, **_BEHEER}),
        ("createZelfevaluatie", {**_LEADS, **_GEMEENTE, **_BEHEER}),
        ("putZelfevaluatieVaststelling", {**_LEADS, **_GEMEENTE, **_BEHEER}),
        ("listZelfevaluaties", {**_VT, **_GEMEENTE, **_BEHEER}),
        ("readZelfevaluatieVragenlijst", {**_VT, **_GEMEENTE, **_BEHEER}),
        ("readZelfevaluatieVergelijking", {**_VT, **_GEMEENTE, **_BEHEER}),
    ),
    *_rows(
        "monitoring",
        Inhoud.CODES,
        _V.BELEIDSINFORMATIE,
        (Doel.VERANTWOORDING,),
        ("createCbsLevering", {**_LEADS, **_BEHEER}),
        ("listCbsLeveringen", {**_LEADS, **_BEHEER}),
        ("readCbsLevering", {**_LEADS, **_BEHEER}),
        ("putCbsLeveringBesluit", {**_LEADS, **_BEHEER}),
        ("readCbsBestand", {**_LEADS, **_BEHEER}),
    ),
    *_rows(
        "monitoring",
        Inhoud.TECHNIEK,
        _V.PARTNERS_INFORMEREN,
        (Doel.BEHEER,),
        ("listAbonnementen", _SUBSCRIBERS),
        ("readAbonnement", _SUBSCRIBERS),
        ("addAbonnement", _SUBSCRIBERS),
        ("endAbonnement", _SUBSCRIBERS),
        ("resumeAbonnement", _SUBSCRIBERS),
        ("rotateGeheim", _SUBSCRIBERS),
    ),
    *_rows(
        "monitoring",
        Inhoud.CODES,
        _V.PARTNERS_INFORMEREN,
        (Doel.BEHEER,),
        ("listLeveringen", _SUBSCRIBERS),
        ("sendProef", _SUBSCRIBERS),
        ("repeatLevering", _SUBSCRIBERS),
    ),
)

_EVERYWHERE = tuple(
    row
    for room in ("intake", "triage", "handover", "monitoring")
    for row in _rows(
        room,
        Inhoud.TECHNIEK,
        _V.BEHEREN,
        (Doel.BEHEER,),
        ("readToestand", {**_BEHEER, **_LEADS, **_SYSTEM}),
        scope=TOESTAND_LEZEN,
    )
)

_LOGBOEK = tuple(
    row
    for room in ("intake", "triage", "handover", "monitoring")
    for row in _rows(
        room,
        Inhoud.PERSONEN,
        _V.TOEGANG_VERANTWOORDEN,
        (Doel.TOEZICHT, Doel.DOSSIERRECHTEN),
        ("listDataverwerkingen", {**_LEADS, **_SYSTEM}),
        scope=DOSSIER_LEZEN,
    )
)

_DOSSIERDELEN = tuple(
    row
    for room in ("triage", "handover", "monitoring")
    for row in _rows(
        room,
        Inhoud.PERSONEN,
        _V.DOSSIERRECHTEN,
        (Doel.DOSSIERRECHTEN,),
        ("readDossierdeel", _SYSTEM),
        scope=DOSSIER_LEZEN,
    )
)

BELEID: Mapping[tuple[str, str], Regel] = MappingProxyType(
    {
        (row.room, row.operation): row
        for row in (
            *_INTAKE,
            *_BESCHERMEN,
            *_VINDEN,
            *_INDEXEN,
            *_HANDLE_WITH_CARE,
            *_BEWAREN,
            *_TRIAGE,
            *_TRIAGE_TOEWIJZING,
            *_TRIAGE_INSTRUMENTEN,
            *_TRIAGE_INFORMATIEVERZOEKEN,
            *_TRIAGE_ONDERZOEK,
            *_TRIAGE_VOORWAARDEN,
            *_TRIAGE_RAAD,
            *_TRIAGE_HUISVERBOD,
            *_TRIAGE_FORENSISCH,
            *_TRIAGE_AWARE,
            *_TRIAGE_OPSCHALING,
            *_TRIAGE_TAFELS,
            *_TRIAGE_INFORMEREN,
            *_TRIAGE_BRIEVEN,
            *_HANDOVER,
            *_HANDOVER_ORGANISATIES,
            *_HANDOVER_PLANNEN,
            *_HANDOVER_VOLGEN,
            *_HANDOVER_PALET,
            *_OPVANG,
            *_LEVERINGEN,
            *_NAVRAGEN,
            *_MONITORING,
            *_EVERYWHERE,
            *_LOGBOEK,
            *_DOSSIERDELEN,
        )
    }
)
