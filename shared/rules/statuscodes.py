"""The national status codes by which a melder hears what became of a melding, with their official labels.

They are those of the StUF-koppelvlak Jeugdzorg 1.0.9 for Veilig Thuis, to the letter. Which code follows from which
uitkomst stands in ``routing``.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Statuscode(StrEnum):
    """What Veilig Thuis tells the sender of a melding."""

    NIET_ONTVANKELIJK = "VT-00"
    BELEGD_BIJ_VT = "VT-01-01"
    UITKOMST_OVERDRACHT = "VT-01-02"
    GEEN_VERVOLG = "VT-01-03"
    REGIONAAL_MAATWERK = "VT-01-04"
    OVERDRACHT = "VT-02"
    ZONDER_OVERDRACHT = "VT-03"
    ONJUIST_GEADRESSEERD = "VT-99"


OMSCHRIJVING: Mapping[Statuscode, str] = MappingProxyType(
    {
        Statuscode.NIET_ONTVANKELIJK: "Melding niet ontvankelijk",
        Statuscode.BELEGD_BIJ_VT: "Uitkomst veiligheidsbeoordeling: Vervolgstappen belegd bij VT",
        Statuscode.UITKOMST_OVERDRACHT: "Uitkomst veiligheidsbeoordeling: Overdracht",
        Statuscode.GEEN_VERVOLG: "Uitkomst veiligheidsbeoordeling: Geen vervolgstappen nodig",
        Statuscode.REGIONAAL_MAATWERK: "Uitkomst veiligheidsbeoordeling: Inzet regionaal maatwerk VT",
        Statuscode.OVERDRACHT: "Overdracht",
        Statuscode.ZONDER_OVERDRACHT: "Afsluiting zonder overdracht",
        Statuscode.ONJUIST_GEADRESSEERD: "Melding onjuist geadresseerd",
    }
)
