"""The pictures of a DOCX: which are shown, which are only kept."""

from __future__ import annotations

from collections import Counter

from candour.files.opc import Package
from candour.files.visible import Picture
from candour.files.word.floating import PlacedPicture
from candour.files.word.gathered import Gathered
from candour.files.word.reencode import Undecodable, reencoded


class Pictures:
    """Turns placed pictures into pixels, and remembers which parts were used. `lost` says what could not be shown."""

    def __init__(self, package: Package, gathered: Gathered) -> None:
        self.package = package
        self.gathered = gathered
        self._used: set[str] = set()
        self._undecodable: Counter[str] = Counter()

    def placed(self, block: PlacedPicture) -> Picture | None:
        """The pixels of a picture that is shown; None where there are none here (linked, or a drawing of vectors)."""
        arrow = next((arrow for arrow in self.package.of(block.part) if arrow.id == block.relationship), None)
        if arrow is None or arrow.external or arrow.target not in self.package.archive.names():
            return None
        self._used.add(arrow.target)
        try:
            return reencoded(self.package.archive.read(arrow.target), block.crop)
        except Undecodable:
            self._undecodable[arrow.target.rpartition(".")[2].lower()] += 1
            return None

    @property
    def lost(self) -> list[str]:
        """Pictures that were shown and could not be turned into pixels."""
        return [f"{count} pictures of kind {kind.upper()}" for kind, count in sorted(self._undecodable.items())]

    def unused(self, own: set[str]) -> None:
        """`O.image_unused`: pictures that a part of text refers to and that nothing shows."""
        for source in own:
            for arrow in self.package.of(source):
                if arrow.type == "image" and not arrow.external and arrow.target not in self._used | own:
                    self.gathered.add("O.image_unused", arrow.target)
        self.gathered.report()
