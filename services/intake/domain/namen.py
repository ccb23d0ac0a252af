"""Which names say little because many bear them, and which are one name by custom.

The shares are estimates of our own of how often a name is borne in the region, in orders of size (the most common
surnames of the Netherlands each have some tenths of a percent). They only shift how much an agreement weighs.
"""

from collections.abc import Mapping
from types import MappingProxyType

# How many bits less an agreement on the name weighs than one on a name that is rare.
_ACHTERNAMEN: Mapping[float, str] = MappingProxyType(
    {
        3.0: "jong jansen vries berg bakker dijk janssen visser",
        2.0: "smit meijer boer mulder groot bos vos peters hendriks dekker leeuwen brouwer wit linden singh yilmaz "
        "mohamed ahmed ali nguyen",
        1.0: "kok jacobs graaf meer heuvel beek jacobsen schouten dam veen prins willems wal huisman kuipers post "
        "kuiper verhoeven peeters broek veenstra kramer brink scholten koning maas haan koster jonge bosch hoekstra "
        "kaya demir sahin celik ozturk aydin yildiz arslan dogan kilic hassan hussein ibrahim amrani idrissi bouali "
        "ramdin ramlal kowalski nowak wisniewski gomes fernandes rodrigues",
    }
)
_VOORNAMEN: Mapping[float, str] = MappingProxyType(
    {
        2.5: "johannes jan maria mohamed mohammed",
        1.5: "anna cornelis hendrik johanna cornelia elisabeth catharina pieter willem peter jacob gerrit wilhelmina "
        "adriana ahmed fatima mustafa ali",
        0.5: "daan sem lucas noah emma julia sophie lisa thomas tim kevin martijn dennis linda monique petra sandra "
        "mehmet ayse hassan omar youssef yusuf amina khadija piotr",
    }
)


def _by_name(table: Mapping[float, str]) -> Mapping[str, float]:
    return MappingProxyType({name: bits for bits, names in table.items() for name in names.split()})


_USUAL_ACHTERNAAM = _by_name(_ACHTERNAMEN)
_USUAL_VOORNAAM = _by_name(_VOORNAMEN)

# By which short name a given name is known every day; each line is one name.
_ROEPNAMEN = (
    "johannes johan jan hans johnny joop",
    "johanna jo joke hanneke annie",
    "maria marie mia ria marijke marie-jose",
    "cornelis cor kees nelis corne",
    "cornelia corrie cora nel",
    "hendrik henk hein rik henri",
    "hendrika rika riek hennie",
    "wilhelmus willem wim will",
    "wilhelmina mien willy wil mina",
    "petrus peter piet pieter",
    "petronella nel petra nelly",
    "jacobus jaap jacob koos jack",
    "jacoba coba coby jacqueline",
    "gerardus gerard gerrit ger geert",
    "gerarda gerda gerry",
    "antonius anton toon ton teun tony",
    "antonia toos tonny antoinette",
    "franciscus frans frank cis",
    "francisca francien cisca fransje",
    "adrianus adriaan ad arie janus",
    "adriana ada jana arianne",
    "elisabeth els elly betty lies liesbeth bep elize",
    "catharina trijntje ina toos katrien carin karin cato",
    "margaretha greet greta margriet grietje marga",
    "alexander alex sander xander lex",
    "alexandra sandra",
    "nicolaas nico klaas nick niels",
    "theodorus theo dorus door",
    "mattheus matthijs thijs",
    "christiaan chris christian",
    "bernardus ben bernard",
    "michael michiel mike",
    "robert rob bob robbert bert",
    "albert ab bert albertus",
    "thomas tom",
    "daniel daan dani",
    "samuel sam",
    "mohamed mo moh mohammed muhammed",
    "abdelkader kader",
    "abderrahman rahman abdurrahman",
    "fatima fatma fatiha fatoma",
    "katarzyna kasia",
    "malgorzata gosia",
    "agnieszka aga",
    "krzysztof krzys",
    "stanislaw staszek",
)
_LINES: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        name: frozenset(number for number, line in enumerate(_ROEPNAMEN) if name in line.split())
        for names in _ROEPNAMEN
        for name in names.split()
    }
)


def gewone_achternaam(name: str) -> float:
    """Return how many bits less a folded surname without voorvoegsels weighs because many bear it."""
    return _USUAL_ACHTERNAAM.get(name, 0.0)


def gewone_voornaam(name: str) -> float:
    """Return how many bits less a folded given name weighs because many bear it."""
    return _USUAL_VOORNAAM.get(name, 0.0)


def same_by_custom(one: str, other: str) -> bool:
    """Tell whether one of two folded given names is an everyday form of the other, or both are of a third."""
    return bool(_LINES.get(one, frozenset()) & _LINES.get(other, frozenset()))
