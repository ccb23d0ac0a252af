"""The uncertain points of the rulebook: numbers that no readable law fixes, the default and why it is open.

A region changes a field here and never a line of the tables. Nothing in this module reads the environment;
the rooms build their own ``RuleSettings`` and hand it over as an argument.
"""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from shared.rules.codes import DienstSoort, SchoolRegio, TermijnSoort


class TenWeeksAnchor(StrEnum):
    """From which moment the ten weeks of an onderzoek or of voorwaarden-en-vervolg are counted."""

    BESLUIT = "besluit"
    ONTVANGST = "ontvangst"


class Eenheid(StrEnum):
    """In what a term is counted."""

    ZELFDE_DAG = "zelfde-dag"
    UREN = "uren"
    ETMALEN = "etmalen"  # days that end at the clock time at which they began
    DAGEN = "dagen"
    WERKDAGEN = "werkdagen"
    SCHOOLDAGEN = "schooldagen"  # ends where the lessons of a school day begin
    WEKEN = "weken"
    MAANDEN = "maanden"


@dataclass(frozen=True, slots=True)
class Vooraf:
    """How long before the end of a term somebody is warned, or after it somebody else hears."""

    aantal: int
    eenheid: Eenheid


# A figure for safety per person: known from practice, in no source that could be read.
VEILIGHEIDSCIJFER_LAAGST = 0
VEILIGHEIDSCIJFER_HOOGST = 10


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """The choices that a region makes where law and protocol leave room, or could not be read in full."""

    # The Regiovisie (bijlage 6) says "binnen 10 weken" without a beginning; the inspectorate's wording
    # ("daarna") points to the besluit on the veiligheidsbeoordeling. Receipt of the melding is the other
    # reading.
    ten_weeks_anchor: TenWeeksAnchor = TenWeeksAnchor.BESLUIT

    # Regiovisie and inspectorate say five werkdagen; the Uitvoeringsbesluit Wmo 2015 art. 4.1.7 lid 1 is
    # quoted elsewhere as "5 dagen". False counts calendar days under the Algemene termijnenwet.
    veiligheidsbeoordeling_in_werkdagen: bool = True
    veiligheidsbeoordeling_dagen: int = 5
    tien_weken: int = 10

    # That the acute check comes at once is sourced; that "at once" means the same Amsterdam day is our
    # reading.
    acuutcheck_dagen_later: int = 0

    # Known from practice; the body of the handelingsprotocol could not be read. Eighteen months is the
    # maximum of the Regiovisie, bijlage 6.
    monitor_offsets_months: tuple[int, ...] = (3, 12, 18)

    # Which dienst is followed at other months, as pairs; the rest as above.
    monitor_offsets_per_dienst: tuple[tuple[DienstSoort, tuple[int, ...]], ...] = ()
    # How many days later than planned a moment can be put at most: further, and the alarm on a family that nobody looks
    # at would be put off for longer than anybody meant. No source; ours.
    monitormoment_later_dagen_max: int = 31

    # Veilig Thuis monitors where it set veiligheidsvoorwaarden; after a direct overdracht it set none.
    monitoring_after_direct_handover: bool = False

    # Regional agreements on accepting an overdracht are not public. Passing this term warns and never blocks.
    acceptatie_werkdagen: int = 5
    # Somebody higher up hears of it so many working days after that term, and so many after it the offer goes back to
    # Veilig Thuis, which may offer it elsewhere: an offer that lies unanswered helps no family. Both are ours.
    acceptatie_escalatie_werkdagen: int = 2
    terugkeer_werkdagen: int = 5
    # Within how long Veilig Thuis offers again what nobody has, answers who wants to give back, and within how long a
    # receiver meets the family. No source gives a number: they are ours.
    overdracht_vervolg_werkdagen: int = 3
    teruggave_besluit_werkdagen: int = 2
    eerste_contact_werkdagen: int = 10

    # Four weeks is stated by the organisations themselves; the article (Wmo 2015, chapter 5) was not read.
    informeren_weken: int = 4
    # Each postponement at most two weeks, with a motivering: known from practice, not read in the law.
    informeren_uitstel_weken: int = 2
    informeren_uitstel_toegestaan: bool = True

    # Feedback belongs with the besluit and with the end of an onderzoek; "na vijf werkdagen" is the only
    # number found.
    terugkoppeling_werkdagen: int = 5

    # Ten days, extendable to four weeks (Wet tijdelijk huisverbod). Whether the last day ends at midnight or
    # at the hour of the besluit is not in the readable text; besluiten in case law name a date and an hour,
    # so the hour is the default.
    huisverbod_dagen: int = 10
    huisverbod_dagen_maximaal: int = 28
    huisverbod_tot_op_het_uur: bool = True
    # "Around day eight" is the practice of one region.
    huisverbod_advies_dag: int = 8

    # The Regiovisie (note 14) says 24 hours, a later description says before lessons on the next school day. The first
    # start of lessons after the police message meets both on a school day; on a Friday evening only the second can be
    # met. So that moment is the term, and the 24 hours are when somebody is warned.
    handle_with_care_uren: int = 24
    handle_with_care_begin_lessen: time = time(8, 30)
    # Rotterdam-Rijnmond is ``midden``; a region whose municipalities differ names them, as pairs.
    schoolvakantie_regio: SchoolRegio = SchoolRegio.MIDDEN
    schoolregio_per_gemeente: tuple[tuple[str, SchoolRegio], ...] = ()
    # Four up to and including seventeen: "4-18" is what one region (Hart van Brabant) says.
    handle_with_care_leeftijd_vanaf: int = 4
    handle_with_care_leeftijd_tot: int = 18
    # How long ago the incident may be for the school to be told; and within how long a second melding about the same
    # child is taken for the same incident. Both are our reading of "the next school day".
    handle_with_care_incident_uren: int = 24
    handle_with_care_herhaling_uren: int = 24
    # The school must know before the lessons, and at night nobody of Veilig Thuis may be at work: a signal of which
    # every criterion is met goes by itself. Whether Veilig Thuis wants a person to look each time could not be read
    # anywhere; with False each signal waits for one.
    handle_with_care_automatisch: bool = True
    # How the organisatieId of a police force begins.
    handle_with_care_politie: tuple[str, ...] = ("politie",)

    # Both are free days by the Algemene termijnenwet art. 3; some organisations work on them. These two
    # fields move the calendar of werkdagen only, never the end of a statutory term.
    goede_vrijdag: bool = True
    bevrijdingsdag: bool = True

    # A day equated by royal decree extends the end of a statutory term but stays a working day.
    # True makes it free for terms in werkdagen too.
    gelijkgestelde_dagen_zijn_vrij: bool = False

    # Regional closing days count as free for werkdagen; they can not lengthen a statutory term.
    extra_sluitingsdagen: frozenset[date] = frozenset()

    # Twenty years, and in any case until the youngest child is eighteen: from two public pages, one of them
    # cut off.
    bewaartermijn_jaren: int = 20
    bewaren_tot_leeftijd_jongste_kind: int = 18

    # Who asked for advies, and how he is reached, is kept for a short while: so that he can come back on it, and a
    # vervolgadvies is of the same one. The protocol has a term of its own for adviezen that could not be read.
    adviesvrager_bewaren_maanden: int = 6

    # A request about the own file is answered within a month (AVG art. 12 lid 3), one to destroy it within three
    # (Wmo 2015, paragraph 5.3, as the organisations quote it). The AVG lets the month be lengthened by two; that is
    # a besluit in one case and no setting, and is not offered here.
    dossierverzoek_maanden: int = 1
    vernietigingsverzoek_maanden: int = 3

    # From twelve a child asks together with who has gezag, from sixteen it asks by itself: the first age is on a public
    # page for destruction only, the second could not be read anywhere. They warn and never refuse.
    dossierrecht_samen_vanaf: int = 12
    dossierrecht_zelf_vanaf: int = 16

    # Up to and including which age somebody stands in SISA; who is older belongs in SluiS. A signal is active for two
    # years at most: both are on the public page of SISA in this region.
    sisa_leeftijd_tot_en_met: int = 22
    signaal_geldigheid_maanden: int = 24

    # SISA can pass a signal on to the national Verwijsindex Risicojongeren, whose legal base is to be withdrawn;
    # whether that has happened could not be read. Off: who read what was passed on without a base cannot unread it,
    # and the index of the region works without. Switching it off later lets VIR forget what was passed on.
    vir_aan: bool = False

    # Looking in the VT-register is a step of registration, and tells another Veilig Thuis that we are involved. Off:
    # a person looks at each melding on the day itself, and then knows whether it is for us at all.
    vt_register_automatisch: bool = False

    # Norms of the national network from 2018-2019; the present targets of the region are not public.
    kpi_norm_veiligheidsbeoordeling_procent: int = 90
    kpi_norm_tien_weken_procent: int = 80

    # The risk score of the Regiovisie (bijlage 2) sums z-scores "against the general mean". Against which mean, with
    # which standard deviation and whether a high WOZ-waarde is favourable is not in it, nor are the borders of its
    # classes: these fit the classes of all fifteen municipalities that were measured well. What lies between the last
    # two (meldingen per 1,000 inhabitants beside the line of all) calls for no attention; they find the municipalities
    # that the Regiovisie names, but for two that its authors judged by eye.
    risico_tegen_regiogemiddelde: bool = True
    risico_spreiding_steekproef: bool = False
    risico_woz_omgekeerd: bool = False
    risico_hoog_boven: float = 18.0
    risico_laag_onder: float = -3.0
    risico_minder_tot: float = -1.0
    risico_meer_vanaf: float = 1.5

    # Courts differ (Rb Noord-Holland 21-3-2023, Hof Amsterdam 26-3-2024): a melder whom Veilig Thuis itself
    # does not know makes a signal, and to go on with it takes a motivated besluit.
    dubbel_anoniem_vraagt_motivering: bool = True
    # Such a signal must not lie unseen, for it can be about acute danger: a besluit on the day on which it came, as
    # with the acute question. No source gives a term: this is our reading.
    dubbel_anoniem_dagen_later: int = 0

    # Every open casus has somebody who works on it; within how long is a choice of the region.
    toewijzing_werkdagen: int = 1
    # How long nobody may have looked at the safety of a family that waits, when no day was agreed. The inspectorate
    # asks for sight of safety during waiting and names no number.
    veiligheidscheck_dagen: int = 7
    # How far ahead a check can be agreed: further, and the alarm on a family that nobody looks at would be put off for
    # longer than anybody meant. No source; ours.
    veiligheidscheck_vooruit_dagen_max: int = 31
    # So that an answer of the local field or an informant can still count in the five werkdagen of the assessment.
    informatieverzoek_werkdagen: int = 3
    # A veiligheidsvoorwaarde and an action at a table have a day that was agreed; these hold where none was.
    voorwaarde_controle_weken: int = 4
    actie_weken: int = 2
    # That each child in a shelter is screened is what the sector agreed; within how long could not be read.
    traumascreening_weken: int = 4
    # Within how long a person tells the receiver of an overdracht whom no system could reach. No source; ours: the
    # receiver has five werkdagen to answer, and knows of nothing until then.
    levering_werkdagen: int = 1
    # The term to accept goes on while a receiver waits for an answer: it must come well before that ends. Ours.
    navraag_werkdagen: int = 2
    # That college and melder are told of a verzoek tot onderzoek is law; within how long could not be read.
    vto_melden_werkdagen: int = 2
    # Injuries fade: that they are looked at within a day is practice, not law, and unverified.
    forensisch_uren: int = 24
    # Within a week the Centrum Seksueel Geweld speaks of acute: known from practice, unverified.
    csg_acuut_dagen: int = 7
    # About half a year per client is the practice of organisations that give AWARE.
    aware_maanden: int = 6
    # The receiver of a casus makes the plan of the household and evaluates it. No source gives a number: ours. The last
    # two hold where no day was agreed.
    plan_maken_werkdagen: int = 10
    plan_evaluatie_weken: int = 6
    planactie_weken: int = 4

    # A waiting time is told by who gives the help and goes out of date by itself. No source gives a number: ours, so
    # that it is told anew at least every month.
    wachttijd_verouderd_na_dagen: int = 31

    # There are more instruments than those that are known here as data, and older besluiten hold answers in their own
    # form. True takes the name and answers of any other instrument as they are; False refuses one that is not known.
    instrument_vrij: bool = True

    # Overrides of the warning moment that the table of terms gives, as pairs.
    waarschuwen_vooraf: tuple[tuple[TermijnSoort, Vooraf], ...] = ()

    # How many working days ahead the daily mail looks. No source; ours: this day and what must be planned for it.
    dagbericht_vooruit_werkdagen: int = 3

    # Whether somebody higher up hears of a term that has been passed for a while, and overrides of how long after it
    # (``shared.rules.stappen``); None for a term that is never escalated.
    escaleert: bool = True
    escaleren_na: tuple[tuple[TermijnSoort, Vooraf | None], ...] = ()


DEFAULT_SETTINGS = RuleSettings()
