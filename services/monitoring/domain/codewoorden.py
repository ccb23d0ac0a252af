"""How a code of the wire is read in a text: with spaces, and an abbreviation as people write it."""

from collections.abc import Mapping
from types import MappingProxyType

_OTHERWISE: Mapping[str, str] = MappingProxyType(
    {
        "ggz": "GGZ",
        "jeugd-ggz": "jeugd-GGZ",
        "volwassen-ggz": "GGZ voor volwassenen",
        "bestaande-client-gi": "bestaande cliënt van een GI",
    }
)


def in_words(code: str) -> str:
    """Return a code as it stands in a sentence: ``meer dan verwacht``."""
    return _OTHERWISE.get(code) or code.replace("-", " ")
