"""What happens to clients of a request beside getting a place: waiting, refusal, being ready, leaving, a screening.

Each step is of those who are named, or of everybody with whom it can be taken; the same step again changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.handover.domain.opvang import (
    MAY_NOW,
    Aanvraag,
    Client,
    OngeldigError,
    OpvangActie,
    Stap,
    Verblijf,
    leads_on,
    next_status,
    was_done,
    with_step,
)
from services.handover.domain.overdracht import StapError
from shared.events.opvang import OpvangBeeindigd, OpvangGeweigerd, OpvangKlaargemeld, TraumascreeningGedaan
from shared.events.payloads import Fact
from shared.rules.opvang import (
    Doelgroep,
    OpvangEinde,
    OpvangIntrekReden,
    OpvangWeigerReden,
    ScreeningUitkomst,
    ScreeningVervolg,
    UitstroomNaar,
    names_verblijfsstatus,
)

# Clocks of organisations differ a little.
_CLOCK_DIFFERENCE_MAX = timedelta(minutes=5)
Changed = tuple[Aanvraag, tuple[Fact, ...]]
Nrs = tuple[int, ...] | None

_A = OpvangActie


@dataclass(frozen=True, slots=True)
class Wie:
    """Of whom a step is, by their places in the melding; None: of everybody with whom it can be taken."""

    personen: Nrs
    moment: datetime
    veld: str  # the name of the moment in the body


def wait(before: Aanvraag, wie: Wie, toelichting: str | None) -> Changed:
    """Put people on the waiting list; who is on it already keeps his place."""
    stap = Stap(actie=_A.WACHTEN, moment=wie.moment, toelichting=toelichting)

    def change(client: Client) -> Client:
        after = next_status(client.status, _A.WACHTEN)
        return replace(client, status=after, wachtend_sinds=client.wachtend_sinds or wie.moment)

    return _taken(before, wie, stap, change, lambda _: None)


def refuse(before: Aanvraag, wie: Wie, reden: OpvangWeigerReden, toelichting: str) -> Changed:
    """Refuse people; raises ``OngeldigError`` when the status of a residence is made a ground of it.

    Nobody is refused for that (Verdrag van Istanbul art. 4 lid 3). Each refusal of somebody of whom it is uncertain is
    told as such, and looked at by Veilig Thuis.
    """
    if names_verblijfsstatus(toelichting):
        raise OngeldigError([("/toelichting", "de verblijfsstatus is geen grond om te weigeren; noem haar niet")])
    stap = Stap(actie=_A.WEIGEREN, moment=wie.moment, reden=reden.value, toelichting=toelichting)

    def told(client: Client) -> Fact:
        return OpvangGeweigerd(
            client_id=client.id,
            aanvraag_id=before.id,
            melding_id=before.melding_id,
            gemeente_code=before.gemeente_code,
            reden=reden,
            onzekere_verblijfsstatus=client.onzekere_verblijfsstatus,
            geweigerd_op=wie.moment,
        )

    return _taken(before, wie, stap, _ending(_A.WEIGEREN, wie.moment), told)


def withdraw(before: Aanvraag, wie: Wie, reden: OpvangIntrekReden, toelichting: str | None) -> Changed:
    """Take a request back for people who have no place yet."""
    stap = Stap(actie=_A.INTREKKEN, moment=wie.moment, reden=reden.value, toelichting=toelichting)
    told = _ended(before, OpvangEinde.INGETROKKEN)
    return _taken(before, wie, stap, _ending(_A.INTREKKEN, wie.moment), told)


def report_ready(before: Aanvraag, wie: Wie, toelichting: str | None) -> Changed:
    """Record that people could leave, and have nowhere to go yet; who was ready already stays so since then."""
    stap = Stap(actie=_A.KLAAR_MELDEN, moment=wie.moment, toelichting=toelichting)

    def change(client: Client) -> Client:
        after = next_status(client.status, _A.KLAAR_MELDEN)
        return replace(client, status=after, klaar_sinds=client.klaar_sinds or wie.moment)

    def told(client: Client) -> Fact:
        return OpvangKlaargemeld(
            client_id=client.id,
            aanvraag_id=before.id,
            melding_id=before.melding_id,
            gemeente_code=before.gemeente_code,
            klaar_sinds=client.klaar_sinds or wie.moment,
        )

    return _taken(before, wie, stap, change, told)


def flow_out(before: Aanvraag, wie: Wie, naar: UitstroomNaar, toelichting: str | None) -> Changed:
    """Let people leave; their places are free from that moment."""
    stap = Stap(actie=_A.UITSTROMEN, moment=wie.moment, reden=naar.value, toelichting=toelichting)
    told = _ended(before, OpvangEinde.UITGESTROOMD)
    return _taken(before, wie, stap, _ending(_A.UITSTROMEN, wie.moment), told)


@dataclass(frozen=True, slots=True)
class Screening:
    """What a screening of one child for trauma showed, and what follows on it."""

    uitkomst: ScreeningUitkomst
    vervolg: ScreeningVervolg
    toelichting: str | None


def screen(before: Aanvraag, wie: Wie, screening: Screening) -> Changed:
    """Record a screening of children; a later one stands beside it, and only the first is told."""
    if screening.uitkomst is ScreeningUitkomst.ERNSTIGE_KLACHTEN and screening.vervolg is ScreeningVervolg.GEEN:
        raise OngeldigError([("/vervolg", "na ernstige klachten is er een vervolg")])
    stap = Stap(
        actie=_A.SCREENEN,
        moment=wie.moment,
        toelichting=screening.toelichting,
        uitkomst=screening.uitkomst,
        vervolg=screening.vervolg,
    )
    known = [before.client(nr) for nr in wie.personen or ()]
    if any(one is None or one.doelgroep is not Doelgroep.KIND for one in known):
        raise OngeldigError([("/persoonNr", "geen kind van deze aanvraag; de screening op trauma is voor kinderen")])

    def change(client: Client) -> Client:
        next_status(client.status, _A.SCREENEN)
        return replace(client, gescreend_op=client.gescreend_op or wie.moment)

    def told(client: Client) -> Fact:
        return TraumascreeningGedaan(
            client_id=client.id,
            aanvraag_id=before.id,
            melding_id=before.melding_id,
            gemeente_code=before.gemeente_code,
            gescreend_op=wie.moment,
        )

    return _taken(before, wie, stap, change, told, whole=True)


# --- what every step does ----------------------------------------------------------------------------------------


def _taken(  # noqa: PLR0913, of whom, what, and what it does
    before: Aanvraag,
    wie: Wie,
    stap: Stap,
    change: Callable[[Client], Client],
    told: Callable[[Client], Fact | None],
    *,
    whole: bool = False,
) -> Changed:
    """Take a step with people; ``whole`` writes it down also when nobody is another for it."""
    meant = meant_by(before, wie, stap.actie)
    whole_stap = replace(stap, personen=tuple(one.persoon_nr for one in meant))
    if was_done(before, whole_stap if wie.personen else stap, named=bool(wie.personen)):
        return before, ()
    if not meant:
        raise StapError(_nobody(before))
    check_moment(before, meant, wie)
    pairs = [(one, change(one)) for one in meant]
    changed = [after for one, after in pairs if after != one]
    if not changed and not whole:
        return before, ()
    facts = [told(after) for after in changed]
    return with_step(before, whole_stap, changed), tuple(fact for fact in facts if fact)


def meant_by(before: Aanvraag, wie: Wie, actie: OpvangActie) -> list[Client]:
    """Return with whom a step is taken; raises ``OngeldigError`` for somebody who is not in the request."""
    if not wie.personen:
        return [one for one in before.clienten if leads_on(one.status, actie)]
    absent = [
        (f"/personen/{place}", "deze persoon staat niet in de aanvraag")
        for place, nr in enumerate(wie.personen)
        if before.client(nr) is None
    ]
    if absent:
        raise OngeldigError(absent)
    return [one for one in before.clienten if one.persoon_nr in wie.personen]


def check_moment(before: Aanvraag, clienten: Sequence[Client], wie: Wie) -> None:
    """Raise ``OngeldigError`` for a step before what was recorded already."""
    earliest = max(one.latest(before.aangevraagd_op) for one in clienten)
    if wie.moment < earliest - _CLOCK_DIFFERENCE_MAX:
        raise OngeldigError([(f"/{wie.veld}", "ligt voor wat al is vastgelegd")])


def ended_stay(client: Client, moment: datetime) -> Iterator[Verblijf]:
    """Give the stays of somebody with the last one ended, never before it began."""
    for one in client.verblijven:
        yield replace(one, tot=max(one.van, moment)) if one.tot is None else one


def _ending(actie: OpvangActie, moment: datetime) -> Callable[[Client], Client]:
    def change(client: Client) -> Client:
        after = next_status(client.status, actie)
        return replace(client, status=after, geeindigd_op=moment, verblijven=tuple(ended_stay(client, moment)))

    return change


def _ended(before: Aanvraag, einde: OpvangEinde) -> Callable[[Client], Fact]:
    def told(client: Client) -> Fact:
        return ended_fact(before, client, einde)

    return told


def ended_fact(before: Aanvraag, client: Client, einde: OpvangEinde) -> OpvangBeeindigd:
    """Return the fact that it ended for somebody."""
    assert client.geeindigd_op is not None  # noqa: S101, it just did
    return OpvangBeeindigd(
        client_id=client.id,
        aanvraag_id=before.id,
        melding_id=before.melding_id,
        gemeente_code=before.gemeente_code,
        einde=einde,
        onzekere_verblijfsstatus=client.onzekere_verblijfsstatus,
        beeindigd_op=client.geeindigd_op,
        geplaatst_op=client.geplaatst_op,
        klaar_sinds=client.klaar_sinds,
    )


def _nobody(before: Aanvraag) -> str:
    states = dict.fromkeys(one.status for one in before.clienten)
    return "Dit kan nu met niemand van deze aanvraag. " + " ".join(
        f"Is iemand {status.value}: {MAY_NOW[status]}" for status in states
    )
