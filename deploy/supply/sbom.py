"""The parts that the house is made of, as a CycloneDX list (SBOM): ``python -m deploy.supply.sbom [--check]``.

It is drawn from the lock of what runs, so that the list is what is installed: each package once, with its version,
the hashes of all its files and its licence. The licences and who needs whom come from the packages as they are
installed here; a package that only another platform installs stands in the list without them, and says so. The
images of others that ``docker-compose.yml`` starts stand in it too.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import yaml
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from deploy.generated import PROJECT
from shared.clock import system_clock

LOCK = PROJECT / "locks" / "run.txt"
SBOM = PROJECT / ".ketenradar" / "sbom.json"
VERSION = "0.1.0"
_LINE = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+?))?(?: \\)?")


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of a lock."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> PackageURL:
        return PackageURL("pypi", name=self.name, version=self.version)

    @property
    def needed_here(self) -> bool:
        return not self.marker or Marker(self.marker).evaluate()


def locked(text: str) -> list[Locked]:
    """Return the packages of a lock; raises ``ValueError`` when a line is not understood or has no hash."""
    found: list[Locked] = []
    for line in text.splitlines():
        if line.startswith("    --hash=sha256:") and found:
            last = found.pop()
            digest = line.removeprefix("    --hash=sha256:").rstrip(" \\")
            found.append(Locked(last.name, last.version, last.marker, (*last.hashes, digest)))
        elif match := _LINE.fullmatch(line):
            found.append(Locked(match["name"], match["version"], match["marker"] or "", ()))
        elif line.strip():
            raise ValueError(f"not a line of a lock: {line[:60]}")
    if bare := [package.name for package in found if not package.hashes]:
        raise ValueError(f"without a hash: {', '.join(bare)}")
    return found


def images_of_others(compose: str) -> dict[str, str]:
    """Return the images that compose takes from others, with their tags."""
    services = yaml.safe_load(compose)["services"].values()
    named = sorted({str(service["image"]) for service in services if not service["image"].startswith("ketenradar/")})
    return dict(image.rsplit(":", 1) for image in named)


def bom(packages: Iterable[Locked], images: Mapping[str, str]) -> Bom:
    """Return the list; the same lock gives the same serial number."""
    packages = list(packages)
    whole = uuid5(NAMESPACE_URL, "\n".join([*map(repr, packages), *map(repr, images.items())]))
    made = Bom(serial_number=whole)
    made.metadata.timestamp = system_clock()
    made.metadata.component = Component(
        name="ketenradar",
        version=VERSION,
        type=ComponentType.APPLICATION,
        bom_ref=f"ketenradar@{VERSION}",
        licenses=[LicenseExpression("EUPL-1.2")],
    )
    parts = {canonicalize_name(package.name): _component(package) for package in packages}
    made.components.update(parts.values())
    made.components.update(_image(name, tag) for name, tag in images.items())
    for package in packages:
        name = canonicalize_name(package.name)
        made.register_dependency(parts[name], [parts[other] for other in _needs(package) if other in parts])
    # What nobody else needs came in by an extra of something that we ask for.
    needed = {other for package in packages for other in _needs(package)} - _asked_for()
    made.register_dependency(made.metadata.component, [part for name, part in parts.items() if name not in needed])
    return made


def _asked_for() -> set[NormalizedName]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    return {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}


def _component(package: Locked) -> Component:
    installed = _installed(package)
    unknown = "" if installed else "niet geïnstalleerd op dit platform"
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        purl=package.purl,
        bom_ref=package.purl.to_string(),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in package.hashes],
        licenses=_licences(installed) if installed else (),
        properties=[Property(name="ketenradar:voorwaarde", value=package.marker)] * bool(package.marker)
        + [Property(name="ketenradar:licentie", value=unknown)] * bool(unknown),
    )


def _image(name: str, tag: str) -> Component:
    *group, last = name.split("/")
    purl = PackageURL("docker", namespace="/".join(group) or None, name=last, version=tag)
    return Component(name=name, version=tag, type=ComponentType.CONTAINER, purl=purl, bom_ref=purl.to_string())


def _installed(package: Locked) -> metadata.Distribution | None:
    try:
        found = metadata.distribution(package.name)
    except metadata.PackageNotFoundError:
        return None
    return found if found.version == package.version else None


def _licences(installed: metadata.Distribution) -> list[License | LicenseExpression]:
    """Return what a package says of its licence: an expression if it has one, else its field, else its classifiers."""
    told = installed.metadata
    expression = _first(told, "License-Expression")
    short = _first(told, "License")
    classifiers = [
        line.rsplit(" :: ", 1)[-1] for line in told.get_all("Classifier") or () if line.startswith("License")
    ]
    factory = LicenseFactory()
    if expression:
        return [factory.make_from_string(expression)]
    if short and "\n" not in short and short != "UNKNOWN":
        return [factory.make_from_string(short)]
    return [factory.make_with_name(name) for name in classifiers if name != "OSI Approved"]


def _first(told: metadata.PackageMetadata, field: str) -> str:
    return next(iter(told.get_all(field) or ()), "").strip()


def _needs(package: Locked) -> set[NormalizedName]:
    installed = _installed(package)
    asked = [Requirement(line) for line in (installed.requires if installed else None) or ()]
    return {canonicalize_name(one.name) for one in asked if not one.marker or one.marker.evaluate({"extra": ""})} - {
        canonicalize_name(package.name)
    }


def render() -> str:
    """Return the list as JSON."""
    made = bom(locked(LOCK.read_text()), images_of_others((PROJECT / "docker-compose.yml").read_text()))
    return JsonV1Dot6(made).output_as_string(indent=2) + "\n"


def faults(text: str, lock: str) -> list[str]:
    """Return what is wrong with a list: its form, a package that is missing or twice, without hash, licence or purl."""
    invalid = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if invalid:
        return [str(invalid)[:500]]
    parts = [part for part in json.loads(text)["components"] if part["type"] == "library"]
    wanted = {package.purl.to_string(): package for package in locked(lock)}
    seen = [part.get("purl", part["name"]) for part in parts]
    found = [f"{purl}: niet precies één keer" for purl in sorted({*wanted, *seen}) if seen.count(purl) != 1]
    found += [f"{purl}: staat niet in het slot" for purl in seen if purl not in wanted]
    for part in parts:
        package = wanted.get(part.get("purl", ""))
        if package is None:
            continue
        if {told["content"] for told in part.get("hashes", ())} != set(package.hashes):
            found.append(f"{part['name']}: andere vingerafdrukken dan het slot")
        if package.needed_here and not part.get("licenses"):
            found.append(f"{part['name']}: zonder licentie")
    return found


def main(argv: list[str]) -> int:
    """Write the list and say where it is; with ``--check`` also fail when it is not right."""
    text = render()
    SBOM.parent.mkdir(parents=True, exist_ok=True)
    SBOM.write_text(text)
    wrong = faults(text, LOCK.read_text()) if argv == ["--check"] else []
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    sys.stdout.write(f"{Path(SBOM).relative_to(PROJECT)}: {len(json.loads(text)['components'])} onderdelen\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
