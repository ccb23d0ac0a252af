"""The page on imports tells the columns as they are, and its example is one that the door takes."""

import re
from pathlib import Path

from services.intake.domain.importeren import KOLOMMEN, Splitter, draft, gathered, read_header, read_row
from services.intake.domain.melding import Melding
from services.intake.schemas.importen import read_melding

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_names_every_column_and_where_it_goes() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `([\w.\[\]]+)` \|", (DOCS / "import.md").read_text(), re.MULTILINE)

    assert dict(rows) == {
        name: ("personen[]." if kolom.persoon else "") + ".".join(kolom.pad) for name, kolom in KOLOMMEN.items()
    }


def test_the_example_is_two_meldingen_that_the_door_takes() -> None:
    splitter = Splitter()
    head, *records = [*splitter.feed((DOCS / "voorbeeld-import.csv").read_bytes()), *splitter.end()]
    kop = read_header(head.bytes)

    drafts = [draft(rows) for rows in gathered(read_row(kop, nr, one.bytes) for nr, one in enumerate(records, 2))]
    found = [read_melding(one.body) for one in drafts]

    assert [one.fouten for one in drafts] == [{}, {}]
    assert [len(one.personen) for one in found if isinstance(one, Melding)] == [2, 1]
