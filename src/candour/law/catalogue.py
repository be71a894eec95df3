"""The catalogue of exemptions and procedural refusals: what each limb is, and what claiming it requires.

The facts are in `exemptions.toml` beside this module, each with its source. Everything that needs to know whether a
limb is absolute, wants evidence of harm, or lifts the duty to confirm or deny, asks here.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from candour.law.provision import Provision


class Kind(StrEnum):
    """What a limb is for."""

    WITHHOLD = "withhold"
    """It exempts information from the duty to communicate it, s1(1)(b)."""
    DENY = "deny"
    """It lifts the duty to confirm or deny that the information is held, s1(1)(a)."""
    CONDITION = "condition"
    """It is only ever reached through another limb ("by virtue of"): 31(2)(b), 40(3A)(a)."""
    PROCEDURE = "procedure"
    """It is a refusal outside Part II: cost (s12), vexatious or repeated requests (s14)."""


class Basis(StrEnum):
    """Why the limb protects the information."""

    CLASS = "class"
    PREJUDICE = "prejudice"
    ENDANGERMENT = "endangerment"
    REQUIRED = "required"
    OPINION = "opinion"
    BREACH = "breach"
    PROHIBITION = "prohibition"
    PROCEDURE = "procedure"


class Nature(StrEnum):
    """Whether s2(3) confers absolute exemption by the limb."""

    ABSOLUTE = "absolute"
    QUALIFIED = "qualified"
    DEPENDS = "depends"
    """It takes the nature of the limb by virtue of which it is claimed."""


class Need(StrEnum):
    """What a claim on a limb must carry besides harm and the public interest."""

    PERSONAL_DATA = "personal_data"
    QUALIFIED_PERSON = "qualified_person"
    ESTIMATE = "estimate"
    LOCATOR = "locator"
    PUBLICATION = "publication"
    ENACTMENT = "enactment"
    FUNCTION = "function"


_EFFECTS = {Basis.PREJUDICE: "prejudice", Basis.ENDANGERMENT: "endanger", Basis.OPINION: "prejudice"}


@dataclass(frozen=True, slots=True)
class Limb:
    """One subsection or paragraph that can be claimed, or be named as the ground of another claim."""

    provision: Provision
    section_title: str
    kind: Kind
    says: str
    basis: Basis
    nature: Nature
    by_virtue_of: tuple[Provision, ...] = ()
    needs: frozenset[Need] = frozenset()
    available: bool = True
    since: date = date(2005, 1, 1)
    source: str = ""
    effect: str = ""
    """What disclosure does to the interest, as the Act says it: "prejudice", "endanger", "inhibit"; else empty."""

    @property
    def harm(self) -> bool:
        """Whether a link between disclosure (or confirming or denying) and harm has to be shown."""
        return bool(self.effect) or self.basis is Basis.REQUIRED

    @property
    def name(self) -> str:
        """The limb as a heading prints it: `Section 31(3) (law enforcement)`."""
        return f"Section {self.provision} ({self.section_title[0].lower()}{self.section_title[1:]})"


@dataclass(frozen=True, slots=True)
class Exemption:
    """A section of Part II, or one of the procedural refusals, with its limbs."""

    section: str
    title: str
    note: str
    source: str
    limbs: tuple[Limb, ...]


class UnknownLimb(KeyError):
    """No such limb in the Act as catalogued; the message names the nearest known ones, or what replaced it."""

    def __init__(self, cited: str, nearest: tuple[str, ...], replaced: str = "") -> None:
        self.cited, self.nearest, self.replaced = cited, nearest, replaced
        super().__init__(cited)

    def __str__(self) -> str:
        if self.replaced:
            return f"Section {self.cited} cannot be claimed: {self.replaced}"
        hint = f" The nearest known are {', '.join(self.nearest)}." if self.nearest else ""
        return f"There is no limb {self.cited} that can be claimed.{hint}"


@dataclass(frozen=True)
class Catalogue:
    """Every exemption, limb by limb, in the order of the Act."""

    exemptions: tuple[Exemption, ...]
    replaced: dict[Provision, str]
    as_at: date
    _limbs: dict[Provision, Limb] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        limbs: dict[Provision, Limb] = {}
        for exemption in self.exemptions:
            for limb in exemption.limbs:
                if limb.provision in limbs:
                    raise ValueError(f"{limb.provision} stands twice in the catalogue")
                limbs[limb.provision] = limb
        object.__setattr__(self, "_limbs", limbs)

    def __iter__(self) -> Iterator[Limb]:
        return iter(self._limbs.values())

    def __contains__(self, provision: object) -> bool:
        return provision in self._limbs

    def limb(self, cited: str | Provision) -> Limb:
        """The limb cited.

        Raises CitationError when the text is not one citation, UnknownLimb when the Act has no such limb.
        """
        provision = cited if isinstance(cited, Provision) else Provision.parse(cited)
        if provision in self._limbs:
            return self._limbs[provision]
        for replaced, instead in self.replaced.items():
            if provision.within(replaced):
                raise UnknownLimb(str(provision), (), instead)
        raise UnknownLimb(str(provision), self._nearest(provision))

    def exemption(self, section: str) -> Exemption:
        """The exemption of that section. Raises UnknownLimb when there is none."""
        for exemption in self.exemptions:
            if exemption.section == section:
                return exemption
        raise UnknownLimb(section, tuple(difflib.get_close_matches(section, [e.section for e in self.exemptions])))

    def _nearest(self, provision: Provision) -> tuple[str, ...]:
        below = [str(known) for known in self._limbs if known.within(provision)]
        if below:
            return tuple(below[:4])
        known = [str(limb) for limb in self._limbs]
        same = [name for name in known if Provision.parse(name).section == provision.section]
        return tuple(difflib.get_close_matches(str(provision), same or known, n=3, cutoff=0.3))


@cache
def catalogue() -> Catalogue:
    """The catalogue shipped with the package."""
    text = resources.files("candour.law").joinpath("exemptions.toml").read_text(encoding="utf-8")
    return _read(tomllib.loads(text))


def _read(data: dict[str, Any]) -> Catalogue:
    exemptions = tuple(_read_exemption(entry) for entry in data["exemption"])
    replaced = {Provision.parse(entry["cite"]): entry["instead"] for entry in data["replaced"]}
    return Catalogue(exemptions, replaced, data["as_at"])


def _read_exemption(entry: dict[str, Any]) -> Exemption:
    limbs = tuple(_read_limb(limb, entry) for limb in entry["limb"])
    return Exemption(entry["section"], entry["title"], entry.get("note", ""), entry["source"], limbs)


def _read_limb(limb: dict[str, Any], exemption: dict[str, Any]) -> Limb:
    return Limb(
        provision=Provision.parse(limb["cite"]),
        section_title=exemption["title"],
        kind=Kind(limb["kind"]),
        says=limb["says"],
        basis=Basis(limb["basis"]),
        nature=Nature(limb["nature"]),
        by_virtue_of=tuple(Provision.parse(cite) for cite in limb.get("by_virtue_of", [])),
        needs=frozenset(Need(need) for need in limb.get("needs", [])),
        available=limb.get("available", True),
        since=limb.get("since", date(2005, 1, 1)),
        source=limb["source"],
        effect=limb.get("effect", _EFFECTS.get(Basis(limb["basis"]), "")),
    )
