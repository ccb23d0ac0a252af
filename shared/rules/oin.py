"""What an OIN (organisatie-identificatienummer) looks like, by the register from which its number comes.

Twenty positions: a prefix of eight that names the register, the number of the organisation there, and zeros up to the
end (Logius, OIN-stelsel, "Samenstelling OIN" and the table of prefixes). That it was really given out is told by the
OIN register (COR), which is not asked here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.rules.bsn import is_valid_bsn

LENGTE = 20
PREFIX = 8
_TEST = "00000099"


@dataclass(frozen=True, slots=True)
class OinRegister:
    """A register of which the numbers may stand in an OIN; ``hoofdnummer`` is their form, without the zeros after."""

    naam: str
    hoofdnummer: str
    elfproef: bool = False


_NEGEN = r"\d{9}"
# Prefix 00000005 was not given to a register yet.
REGISTERS: Mapping[str, OinRegister] = MappingProxyType(
    {
        # An RSIN and a fiscal number are made as a BSN is, with the same test of elf.
        "00000001": OinRegister("RSIN (Handelsregister)", _NEGEN, elfproef=True),
        "00000002": OinRegister("Fi-nummer (Belastingdienst)", _NEGEN, elfproef=True),
        "00000003": OinRegister("KvK-nummer (Handelsregister)", r"\d{8}"),
        "00000004": OinRegister("subnummer (SubOIN-register)", _NEGEN),
        "00000006": OinRegister("hoofdnummer van Logius", _NEGEN),
        # The number of a school has letters and is shorter: how it is filled up was not read, so its form is free.
        "00000007": OinRegister("BRIN-nummer (DUO)", r"[0-9A-Z]{8,12}"),
        "00000008": OinRegister("nummer voor buitenlandse organisaties (Logius)", r"[0-9A-Z]{8,12}"),
        "00000009": OinRegister("UZI-nummer (CIBG)", r"\d{8,9}"),
        _TEST: OinRegister("testnummer", r"[0-9A-Z]{8,12}"),
    }
)


def find_oin_fault(oin: str, *, test: bool) -> str | None:
    """Return in Dutch what is wrong with an OIN, or None; ``test`` says whether a test number is taken."""
    if len(oin) != LENGTE or not re.fullmatch(r"[0-9A-Z]+", oin, re.ASCII):
        return "een OIN heeft twintig posities: cijfers, en bij een school ook hoofdletters"
    register = REGISTERS.get(oin[:PREFIX])
    if register is None:
        return "de eerste acht posities noemen geen register dat een OIN uitgeeft"
    if oin[:PREFIX] == _TEST and not test:
        return "dit is een testnummer; dat wordt hier niet aangenomen"
    if not re.fullmatch(rf"{register.hoofdnummer}0*", oin[PREFIX:], re.ASCII) or not oin[PREFIX:].strip("0"):
        return f"na dit voorvoegsel hoort een {register.naam}, met nullen tot twintig posities"
    if register.elfproef and not is_valid_bsn(oin[PREFIX : PREFIX + 9]):
        return f"het {register.naam} voldoet niet aan de elfproef"
    return None
