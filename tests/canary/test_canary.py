"""Who sees what of whom: everything is marked, every door is tried by everybody, and every place is searched.

The expectation comes from the policy alone: an operation about persons may show marks to the roles of its row, the
melder to Veilig Thuis and to the sender himself; nothing else shows any mark to anybody, and no mark lies anywhere.
A route that is added is walked by itself, and a route that the walk cannot enter turns this red until it can.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from fastapi.routing import iter_route_contexts

from shared.rules.access import BELEID, Inhoud
from shared.rules.codes import Rol
from tests.canary.furnish import OPVANG, SELDOM, furnish, grant_afschrift, pass_days
from tests.canary.marks import Filler, Kind, Mark, Marker
from tests.canary.plant import DUBBEL, MARKED, Planted, Planter
from tests.canary.walk import Listener, Walk, _mend, everybody, found_in, in_database, in_files, moment_of, readable
from tests.flow.house import House, running_house

ONCE_MORE = frozenset({*DUBBEL, "handover.readOverdracht"})
# What another room asks uncut, because it lets intake cut it before anybody reads it: for a package (handover) and for
# an afschrift (intake). That they do is seen in what those two give.
CUT_BY_WHO_ASKS = frozenset(
    {
        "handover.readDossierdeel",
        "triage.readDienst",
        "triage.readDossierdeel",
        "triage.readVeiligheidsbeoordeling",
    }
)
KNOWS_THE_MELDER = {"vt-teamleider", "vt-medewerker"}
ROUNDS = 3
# What no body made from a schema alone can open, because people must have decided something first; each is driven by
# tests of its own. What stands here is tried by everybody all the same, and its refusals are searched.
NOT_REACHED = {
    "handover.offerOverdrachtAgain": "after a refusal",
    "handover.refuseOverdracht": "by the receiver, before he accepts",
    "intake.putDossierverzoekBevestiging": "by a second person, after a besluit to destroy",
    "intake.createHandleWithCare": "about a child of that very melding",
    "intake.createSignaal": "about a person of that very melding, in whose name stands nothing but a name",
    "intake.createSplitsing": "of a casus of several meldingen, by the ids of some of those",
    "triage.recordConclusie": "once a dienst, of the kind of the dienst",
}


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    listener = Listener()
    try:
        with running_house(tmp_path_factory.mktemp("canary"), SIMULATED="1", **SELDOM) as house:
            walk = _walked(house, listener)
            with closing(walk.http):
                yield walk
    finally:
        listener.close()


def _walked(house: House, listener: Listener) -> Walk:
    fixed = {"callbackUrl": listener.url, "openbaar": False, "grond": "a", "organisatieId": OPVANG}
    fixed |= {"toestemming": False}  # by which the melder would be seen: here every melder stays hidden
    fixed |= {"medewerkerId": "mij", "team": "noord"}  # codes of Veilig Thuis itself, which name nobody
    fixed |= {"dagen": 28}  # a huisverbod that is made longer, to the most that the law knows
    walk = Walk(house, everybody(house), Marker(moment_of(house)), fixed)
    made = furnish(house)
    walk.pinned = made.together
    walk.bodies = {"intake.putPassages": MARKED, **made.bodies}
    walk.instead = {
        "intake.putBesluit": {"voorstelId": [made.voorstel]},
        **made.instead,
    }
    for name, value in made.paths.items():
        walk.known[name].append(value)
    walk.known["dienstId"] = [made.running_dienst]
    marked = ""
    for turn in range(ROUNDS):
        walk.marker.now = moment_of(house)
        # Who has no role here tries it once: when most has been made.
        last = turn == ROUNDS - 1
        walk.go(turn, methods=("post",), strangers=last)
        marked = marked or walk.known["casusId"][-1]
        walk.go(turn, methods=("put", "patch", "get", "delete"), strangers=last)
        house.settle()
        pass_days(house, 100)
        house.settle()
    planted = Planter(house, walk.marker).plant()
    walk.newest_only = True
    walk.instead = _afterwards(planted)
    for casus_id, paths in ((marked, made.paths), (planted.paths["casusId"], planted.paths)):
        walk.about = {**paths, "verzoekId": grant_afschrift(house, casus_id)}
        walk.go(ROUNDS, methods=("get",), strangers=casus_id != marked)
    # Last of all: what becomes of signals of unknown melders, and the other package of the planted casus.
    walk.about = {"overdrachtId": planted.receivers[-1]}
    walk.go(ROUNDS, only=ONCE_MORE)
    house.settle()
    walk.errors += listener.received
    return walk


def _afterwards(planted: Planted) -> dict[str, dict[str, list[str]]]:
    return {name: {"meldingId": planted.signalen} for name in DUBBEL}


def _reached(walk: Walk) -> set[str]:
    return {name for name, roles in walk.reached.items() if roles}


def test_every_door_was_entered_by_somebody(walk: Walk) -> None:
    every = {f"{operation.room}.{operation.name}" for operation in walk.operations()}

    left = sorted(every - _reached(walk) - NOT_REACHED.keys())
    assert not left, "\n".join(left)


def test_marks_were_really_put_in_and_really_seen_by_who_may(walk: Walk) -> None:
    seen_by_vt = {sighting.mark.text for sighting in walk.seen if sighting.who.startswith("vt-")}

    assert len(walk.marker.marks) > 100
    assert {mark.kind for mark in walk.marker.marks.values()} == set(Kind)
    assert len(seen_by_vt) > 50


def _may_see(where: str, who: str, mark: Mark) -> bool:
    room, operation = where.split(maxsplit=1)[0].split(".")
    rol = who.split(maxsplit=1)[0]
    row = BELEID[room, operation]
    if row.inhoud is not Inhoud.PERSONEN or Rol(rol) not in row.rollen or where.split()[1].isdigit():
        return False
    if mark.kind is Kind.MELDER and operation == "readAfschrift":
        return False  # it is made by Veilig Thuis, and for the family
    if mark.kind is Kind.MELDER and mark.by != who:
        return rol in KNOWS_THE_MELDER or (rol == "systeem" and f"{room}.{operation}" in CUT_BY_WHO_ASKS)
    return True


def test_nobody_sees_a_mark_that_the_policy_does_not_show_him(walk: Walk) -> None:
    wrong = {
        (sighting.where, sighting.who, sighting.mark.place)
        for sighting in walk.seen
        if not _may_see(sighting.where, sighting.who, sighting.mark)
    }

    assert not wrong, "\n".join(map(str, sorted(wrong)))


def test_who_receives_a_casus_reads_it_with_its_melders_left_out(walk: Walk) -> None:
    doors = {where.split()[0] for where, _ in walk.cut}
    receivers = {who for where, who in walk.cut if where.startswith("handover.readOverdracht ")}

    assert {"handover.readOverdracht", "intake.readCasus", "intake.readMelding", "intake.readAfschrift"} <= doors
    assert {"lokaal-team lokaal-team-0599", f"ketenpartner {OPVANG}"} <= receivers
    assert ("handover.readOpvangaanvraag application/json", f"ketenpartner {OPVANG}") in walk.cut


def test_where_somebody_went_is_seen_by_veilig_thuis_and_the_shelter_only(walk: Walk) -> None:
    seen = {sighting.who for sighting in walk.seen if sighting.mark.place.endswith(("/regio", "/nietInRegios/0"))}

    assert {who for who in seen if not who.startswith("vt-")} == {f"ketenpartner {OPVANG}"}


def test_how_many_outputs_were_visited_is_told(
    walk: Walk, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    melders = sum(mark.kind is Kind.MELDER for mark in walk.marker.marks.values())
    told = {"outputs": walk.answers, "refusals": len(walk.errors), "marks": len(walk.marker.marks), "melders": melders}
    for name, value in told.items():
        record_property(name, value)
    with capsys.disabled():
        print(f"\ncanary: {told}")  # noqa: T201, the figure of this walk

    assert walk.answers > 1_000
    assert melders > 20


def test_no_error_and_no_webhook_holds_a_mark(walk: Walk) -> None:
    assert [mark.place for text in walk.errors for mark in found_in(text, walk.marker.marks)] == []


def test_no_page_for_a_browser_shows_a_mark_to_anybody(walk: Walk) -> None:
    """Pages stand in no openapi.json; what they show is counted, and about nobody."""
    told: dict[tuple[str, int], set[str]] = defaultdict(set)
    shown = []
    for path in _pages():
        for somebody in walk.people:
            headers = {"Authorization": f"Bearer {somebody.token}", "Accept": "text/html"}
            answer = walk.http.get(f"{walk.urls['monitoring']}{path}", headers=headers)
            told[path, answer.status_code].add(somebody.rol)
            shown += [
                (path, somebody.name, mark.place)
                for mark in found_in(f"{answer.text}\n{answer.headers}", walk.marker.marks)
            ]

    assert told["/", 200] == {"vt-teamleider", "vt-medewerker", "beheerder", "gemeente"}
    assert told["/", 403] == {"ketenpartner", "lokaal-team", "systeem"}
    assert shown == []


def _pages() -> list[str]:
    from services.monitoring.api import PAGES  # noqa: PLC0415

    found = [context for router in PAGES for context in iter_route_contexts(router.routes)]
    return [page.path for page in found if page.path and "{" not in page.path and "GET" in (page.methods or ())]


def test_no_fact_and_nothing_else_in_redis_holds_a_mark(walk: Walk) -> None:
    with walk.house.redis() as client:
        dump = "\n".join(_content_of(client, key) for key in client.keys("*"))

    assert dump
    assert found_in(dump, walk.marker.marks) == []


def _content_of(client: "redis.Redis", key: bytes) -> str:
    match client.type(key):
        case b"stream":
            return str(client.xrange(key))
        case b"hash":
            return str(client.hgetall(key))
        case b"list":
            return str(client.lrange(key, 0, -1))
        case b"set":
            return str(client.smembers(key))
        case b"zset":
            return str(client.zrange(key, 0, -1))
        case _:
            return str(client.get(key))


@pytest.mark.parametrize("room", ["intake", "triage", "handover", "monitoring"])
def test_a_dump_of_a_database_holds_no_mark(walk: Walk, room: str) -> None:
    found = list(in_database(walk.house.state["databaseUrls"][room], walk.marker.marks))

    assert found
    assert [(table, mark.place) for table, mark in found if mark] == []


def test_no_log_no_mail_and_no_file_of_the_house_holds_a_mark(walk: Walk) -> None:
    files = [file for file in walk.house.folder.rglob("*") if file.is_file()]
    mails = [file for file in files if "post" in file.parts]

    assert files
    assert mails
    assert [(file, mark.place) for file, mark in in_files(walk.house.folder, walk.marker.marks)] == []


def test_what_lies_on_disk_under_the_databases_holds_no_mark(walk: Walk) -> None:
    folders = _data_folders(walk.house)

    assert folders
    found = [(file, mark.place) for folder in folders for file, mark in in_files(folder, walk.marker.marks)]
    assert found == []


def _data_folders(house: House) -> list[Path]:
    from deploy.local import places  # noqa: PLC0415

    return [folder for folder in (places.outside_folder(house.folder), house.folder) if folder.exists()]


def test_a_fixed_value_counts_only_where_a_schema_takes_its_kind() -> None:
    filler = Filler({}, Marker(datetime(2026, 1, 1, tzinfo=UTC)), {}, {"toestemming": False}, turn=1)

    filled = [
        filler.fill(schema, "/toestemming")
        for schema in (
            {"type": "boolean"},
            {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
            {"enum": ["geweigerd", "gegeven"], "type": "string"},
        )
    ]

    assert filled == [False, False, "gegeven"]


def test_what_is_refused_in_a_list_and_fits_no_choice_is_left_out_of_it() -> None:
    filler = Filler({}, Marker(datetime(2026, 1, 1, tzinfo=UTC)), {}, {})
    item = {"type": "object", "properties": {"soort": {"enum": ["a", "b"]}}, "required": ["soort"]}
    schema = {"type": "object", "properties": {"acties": {"type": "array", "items": item}}}

    for _ in range(5):
        _mend(filler, {"/acties/0/soort"}, filler.fill(schema))

    assert filler.fill(schema) == {"acties": [{"soort": "a"}]}


def test_the_search_itself_finds_what_is_hidden_in_every_form(tmp_path: Path) -> None:
    import base64  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    marks = {text: Mark(text, "/proef", Kind.ANDERS) for text in ("canary00001q", "+31 6 555 00001", "999000001")}
    hidden = {
        "plain": b"x CANARY00001Q y",
        "small": b"x canary00001q y",
        "hex": b"CANARY00001Q".hex().encode(),
        "hex-capitals": b"canary00001q".hex().upper().encode(),
        "utf16": "CANARY00001Q".encode("utf-16-le"),
        "base64": base64.b64encode(b"ab CANARY00001Q cd"),
        "base64-shifted": base64.b64encode(b"a CANARY00001Q cd"),
        "base64-small": base64.b64encode(b"canary00001q"),
        "telephone": b"x +31 6 555 00001 y",
        "telephone-utf16": "+31 6 555 00001".encode("utf-16-le"),
        "bsn": b"x 999000001 y",
        "bsn-at-the-end": b"x 999000001",
        "bsn-utf16": "x 999000001 y".encode("utf-16-le"),
    }
    for name, content in {**hidden, "longer": b"1999000001 9990000012", "other": b"CANARY00002Q 999000002"}.items():
        (tmp_path / name).write_bytes(content)

    assert {file for file, _ in in_files(tmp_path, marks)} == hidden.keys()
    packed = b"%PDF-1.7 stream\n" + zlib.compress(b"CANARY00001Q") + b"endstream"
    assert found_in(readable(packed), marks) == [marks["canary00001q"]]
