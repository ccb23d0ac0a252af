"""Every operation by everybody: role, tie, purpose and scope, in a running house, against what the policy says.

The cells are made from the policy and from the routes that the rooms publish; for each role that is tied to something
there is one who has the tie and one who has not. What handover answers is written out by hand too (``autorisatie``).
The table as it was run is written to ``.ketenradar/matrix.md``.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace

import httpx
import pytest

from deploy.generated import PROJECT
from deploy.local.issuer import issuer_from
from shared.rules.access import BELEID, Betrekking, Inhoud, Regel
from shared.rules.codes import Rol
from tests.canary.autorisatie import BEZOEKERS, EIGEN, GEMEENTE, HANDOVER, IN, LEEG, OPVANG, WEG, Bezoeker
from tests.canary.furnish import SELDOM, furnish
from tests.canary.marks import LEFT_OUT, Marker
from tests.canary.plant import DUBBEL, MARKED, unknown_melders
from tests.canary.walk import Operation, Somebody, Walk, moment_of
from tests.flow.house import House, running_house

OUT = {401, 403, 404}
_OF_NOBODY = {"doelId"}  # the goals of the region are the same for all
_TABLE = PROJECT / ".ketenradar" / "matrix.md"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody, and which ties he has to what was made in this house."""

    who: Somebody
    rol: Rol
    ties: frozenset[Betrekking]
    asked: Mapping[str, str] = field(default_factory=dict)  # what was asked of his organisation: ids by their names

    def has_tie(self, tie: Betrekking, names: Collection[str]) -> bool:
        """Say whether he has a tie to what a path names, or to something in a list when it names nothing."""
        if tie is Betrekking.GEVRAAGD:
            return not self.asked.keys().isdisjoint(names) if names else bool(self.asked)
        return tie in self.ties


@dataclass(frozen=True, slots=True)
class Stage:
    walk: Walk
    visitors: tuple[Visitor, ...]
    operations: tuple[Operation, ...]


def _visitor(house: House, one: Bezoeker) -> Visitor:
    token = house.person(one.rol, one.organisatie, *one.gemeenten).token
    return Visitor(Somebody(one.name, one.rol, token), one.rol, one.ties)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_house(tmp_path_factory.mktemp("matrix"), SIMULATED="1", **SELDOM) as house:
        visitors = tuple(_visitor(house, one) for one in BEZOEKERS)
        walk = Walk(
            house,
            [visitor.who for visitor in visitors],
            Marker(moment_of(house)),
            {
                "grond": "a",
                "organisatieId": OPVANG,
                "callbackUrl": "https://ontvanger.example/keten",
                "eerderAdviesId": LEFT_OUT,  # an advies of the kind that comes first follows on none
            },
        )
        walk.filters, walk.newest_only = False, True
        # Who breaks a glass is no stranger any more: that comes last.
        operations = tuple(sorted(walk.operations(), key=lambda one: Betrekking.NOOD in _rule(one).rollen.values()))
        asked = _furnish(walk, house)
        visitors = tuple(replace(one, asked=asked.get(one.who.name.split()[-1], {})) for one in visitors)
        with closing(walk.http):
            yield Stage(walk, visitors, operations)


def _furnish(walk: Walk, house: House) -> Mapping[str, Mapping[str, str]]:
    """Make one of everything, tied to the visitors that have ties, and return what was asked of which organisation."""
    made = furnish(house)
    walk.pinned = made.together
    # Of several besluiten this is the one that everybody of Veilig Thuis may take.
    left = {"besluit": "niet-in-behandeling", "motivering": "Te weinig om op te handelen."}
    own = {name: body for name, body in made.bodies.items() if name.startswith(("handover.", "monitoring."))}
    walk.bodies = {"intake.putPassages": MARKED, "intake.putDubbelAnoniemBesluit": left, **own}
    others = {"meldingId": unknown_melders(house)}
    # What is marked or agreed anew keeps files of that casus from the chain: so not of the one that is asked about.
    elsewhere = dict.fromkeys((*DUBBEL, "intake.putPassages", "intake.putBekendmaking"), others)
    walk.instead = {**made.instead, **elsewhere}
    _known(walk, **made.paths)
    leader = walk.people[1]
    for _ in range(2):
        for operation in walk.operations():
            missing = set(_parameters(operation)) - {name for name, ids in walk.known.items() if ids}
            if operation.method in {"post", "get"} and not missing and not _ends_something(operation):
                walk._try(operation, leader, 0)
    # What was made first stays what everybody is asked about.
    _known(walk, **made.paths)
    house.settle()
    return made.asked


def _known(walk: Walk, **ids: str) -> None:
    for name, value in ids.items():
        walk.known[name].append(value)


def _parameters(operation: Operation) -> list[str]:
    return [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]


def _ends_something(operation: Operation) -> bool:
    return operation.path.endswith(("/acceptatie", "/weigering", "/eerste-contact")) or operation.method == "delete"


def _rule(operation: Operation) -> Regel:
    return BELEID[operation.room, operation.name]


def _answer(stage: Stage, operation: Operation, visitor: Visitor, **headers: str) -> httpx.Response:
    stage.walk.about = visitor.asked
    answer = stage.walk.call(operation, visitor.who, headers=headers)
    assert answer is not None, f"nothing is known to ask {operation.room}.{operation.name} about"
    return answer


def _expected(operation: Operation, visitor: Visitor) -> set[int] | None:
    """Return the statuses that keep somebody out, or None when he must come in."""
    tie = _rule(operation).rollen.get(visitor.rol)
    if tie is None:
        return {403}
    if tie in {Betrekking.ALLES, Betrekking.NOOD} or visitor.has_tie(tie, _parameters(operation)):
        return None
    if any(name.endswith("Id") and name not in _OF_NOBODY for name in _parameters(operation)):
        return {404}
    # No object is named in the path: a municipality in the body or the query can still be another's.
    names_a_gemeente = tie is Betrekking.EIGEN_GEMEENTE or visitor.rol in {Rol.LOKAAL_TEAM, Rol.GEMEENTE}
    return {200, 201, 403, 404} if names_a_gemeente else None


def _by_hand(operation: Operation, visitor: Visitor) -> str | None:
    """Return what was written out by hand, where it was."""
    return HANDOVER[operation.name][visitor.who.name] if operation.room == "handover" else None


def _as_written(stage: Stage, written: str, answer: httpx.Response) -> bool:
    """Say whether an answer is what was written out by hand."""
    if written == LEEG:
        mine = {value for name in ("overdrachtId", "casusId", "organisatieId") for value in stage.walk.known[name]}
        return answer.status_code == 200 and not any(value in answer.text for value in mine)
    if written == EIGEN:
        return answer.status_code != 401  # what he says in the body decides
    return answer.status_code not in OUT if written == IN else answer.status_code == int(written)


Cells = dict[str, dict[str, tuple[str, int]]]


def _write(cells: Cells) -> None:
    """Write the table as it was run: every route, every visitor, what was expected and what was answered."""
    names = [one.name for one in BEZOEKERS]
    lines = [
        "# Who may do what: as the policy says it, and as a running house answered",
        "",
        "`in` is let in, with the status that followed; a number alone is how somebody was kept out.",
        "",
        f"| operation | {' | '.join(names)} |",
        f"|---|{'---|' * len(names)}",
    ]
    for operation, row in sorted(cells.items()):
        told = (f"{expected} {status}" if expected != str(status) else expected for expected, status in row.values())
        lines.append(f"| {operation} | {' | '.join(told)} |")
    total = Counter(expected for row in cells.values() for expected, _ in row.values())
    lines += ["", ", ".join(f"{count} {word}" for word, count in sorted(total.items())), ""]
    _TABLE.parent.mkdir(exist_ok=True)
    _TABLE.write_text("\n".join(lines))


def _told(out: set[int] | None, by_hand: str | None) -> str:
    if by_hand is not None:
        return by_hand
    if out is None:
        return "in"
    return "/".join(str(status) for status in sorted(out & OUT)) if out <= OUT else "own only"


def test_every_operation_answers_every_role_and_tie_as_the_policy_says(stage: Stage) -> None:
    wrong, cells, gone = [], Counter[str](), set[str]()
    table: Cells = {}
    here, sees_shelter = stage.walk.known["opvangvoorzieningId"][-1], set[str]()
    for operation in stage.operations:
        for visitor in stage.visitors:
            answer = _answer(stage, operation, visitor)
            status, out, by_hand = answer.status_code, _expected(operation, visitor), _by_hand(operation, visitor)
            if out is None and status == 404 and operation.method == "delete" and operation.name in gone:
                out, by_hand = {404}, by_hand and WEG
            if status < 300:
                gone.add(operation.name)
            cells["in" if out is None else "out"] += 1
            row = table.setdefault(f"{operation.room}.{operation.name}", {})
            row[visitor.who.name] = (_told(out, by_hand), status)
            as_policy = status not in OUT if out is None else status in out
            as_written = by_hand is None or _as_written(stage, by_hand, answer)
            if status >= 500 or not as_policy or not as_written:
                wrong.append((f"{operation.room}.{operation.name}", visitor.who.name, status, out or "in", by_hand))
            # Whatever is read by whoever it may be: where people sleep is in no other answer than these.
            if operation.method == "get" and answer.is_success and here in answer.text:
                sees_shelter.add(visitor.who.name)
    _write(table)

    assert sees_shelter == {"vt-medewerker vtrr", "vt-teamleider vtrr", f"ketenpartner {OPVANG}"}
    assert not wrong, "\n".join(map(str, wrong))
    assert cells["in"] > 100, dict(cells)
    assert cells["out"] > 200, dict(cells)


def test_nobody_comes_in_for_a_purpose_that_the_row_does_not_name(stage: Stage) -> None:
    wrong = []
    for operation in stage.operations:
        for visitor in stage.visitors:
            if visitor.rol not in _rule(operation).rollen:
                continue  # kept out whatever his purpose, as the table above shows
            status = _answer(stage, operation, visitor, **{"X-Doelbinding": "nieuwsgierigheid"}).status_code
            if status != 403:
                wrong.append((f"{operation.room}.{operation.name}", visitor.who.name, status))

    assert not wrong, "\n".join(map(str, wrong))


def test_a_system_reads_no_person_without_a_purpose(stage: Stage) -> None:
    system = stage.visitors[-1]
    asked = [
        operation
        for operation in stage.operations
        if _rule(operation).reads
        and _rule(operation).inhoud is Inhoud.PERSONEN
        and Rol.SYSTEEM in _rule(operation).rollen
    ]

    statuses = {
        operation.name: _answer(stage, operation, system, **{"X-Doelbinding": ""}).status_code for operation in asked
    }

    assert len(statuses) >= 5
    assert {name: status for name, status in statuses.items() if status != 400} == {}


def test_a_token_with_another_scope_opens_nothing(stage: Stage) -> None:
    issuer = issuer_from(stage.walk.house.folder, stage.walk.house.state["issuer"])
    wrong = []
    for operation in stage.operations:
        for rol in _rule(operation).rollen:
            token = issuer.mint(rol, "vtrr", gemeenten=(GEMEENTE,), scope="iets:anders")
            stranger = Visitor(Somebody(f"{rol} vtrr", rol, token), rol, frozenset())
            status = _answer(stage, operation, stranger).status_code
            if status != 403:
                wrong.append((f"{operation.room}.{operation.name}", rol, status))

    assert not wrong, "\n".join(map(str, wrong))


def test_nobody_without_a_token_comes_in(stage: Stage) -> None:
    nobody = Visitor(Somebody("niemand", "", ""), Rol.BEHEERDER, frozenset())

    statuses = {operation.name: _answer(stage, operation, nobody).status_code for operation in stage.operations}

    assert set(statuses.values()) == {401}


def test_a_list_shows_a_stranger_nothing_of_what_is_not_his(stage: Stage) -> None:
    """The other half of the matrix: who has no tie is answered, and finds an empty list."""
    known = {value for name in ("casusId", "meldingId", "overdrachtId") for value in stage.walk.known[name]}
    leaks, seen = [], Counter[str]()
    for operation in stage.operations:
        tied = {rol for rol, tie in _rule(operation).rollen.items() if tie is not Betrekking.ALLES}
        if _parameters(operation) or not _rule(operation).reads or _rule(operation).inhoud is Inhoud.TECHNIEK:
            continue
        for visitor in stage.visitors:
            if visitor.rol not in _rule(operation).rollen:
                continue
            text = _without_filters(stage, operation, visitor)
            shown = {value for value in known if value in text}
            seen[visitor.who.name] += len(shown)
            if shown and visitor.rol in tied and not visitor.ties and not visitor.asked:
                leaks.append((operation.name, visitor.who.name, len(shown)))

    assert not leaks, "\n".join(map(str, leaks))
    assert seen["vt-medewerker vtrr"] > 0


def _without_filters(stage: Stage, operation: Operation, visitor: Visitor) -> str:
    """Return the whole list: the walk asks with filters where it can, and a leak shows best without them."""
    kept = dict(stage.walk.known)
    for name in ("casusId", "gemeenteCode"):
        stage.walk.known[name] = []
    try:
        answer = stage.walk.call(operation, visitor.who)
    finally:
        stage.walk.known.update(kept)
    return answer.text if answer is not None else ""


def test_every_refusal_left_a_row_of_audit(stage: Stage) -> None:
    """Counted in the databases: who was refused what, with nothing of what was asked but its id."""
    for room in ("intake", "triage", "handover", "monitoring"):
        house = stage.walk.house
        refused = house.rows(
            room, "SELECT rol, count(*) AS aantal FROM audit WHERE resultaat = 'geweigerd' GROUP BY rol"
        )
        nobody = {
            rol.value
            for (of_room, _), rule in BELEID.items()
            for rol in Rol
            if of_room == room and rule.inhoud is Inhoud.PERSONEN and rol not in rule.rollen
        }
        assert {row["rol"] for row in refused} >= nobody, room
