"""What floats over or stands in the running text of a DOCX: pictures, boxes, shapes, embedded objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candour.files.markup import Element, attribute, local
from candour.files.visible import Block
from candour.files.word import shapes
from candour.files.word.covers import Cover
from candour.files.word.looks import Looks

if TYPE_CHECKING:
    from candour.files.word.body import Body


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A picture that is shown: the relationship that leads to it, and its crop."""

    relationship: str
    crop: shapes.Crop
    part: str


VisibleBlock = Block | PlacedPicture


def draw(body: Body, drawn: shapes.Drawn, looks: Looks) -> None:
    """What a drawing shows follows the paragraph; what it covers is said."""
    body.lost.charts += drawn.charts
    body.lost.diagrams += drawn.diagrams
    hidden = looks.vanish or body.fields.in_code
    before = len(body.after)
    _show(body, drawn, hidden=hidden)
    own = tuple(body.after[before:])
    body.apart += own if drawn.floats else [block for block in own if not isinstance(block, PlacedPicture)]
    if drawn.reaches and not hidden:
        body.lost.covered = body.lost.covered or not body.outermost
        body.covers += [Cover(len(body.blocks), reach, own) for reach in drawn.reaches]


def _show(body: Body, drawn: shapes.Drawn, *, hidden: bool) -> None:
    for box in drawn.hidden_boxes:
        body.gathered.add("D.textbox_hidden", body.part, body.take(box))
    for box, behind in drawn.boxes:
        if hidden:
            body.gathered.add("D.vanish_text", body.part, body.take(box))
            continue
        body.gathered.add("D.textbox", body.part)
        inner = body.inner(fields=False)
        inner.walk(box, body.styles.defaults.with_(behind=behind))
        body.after += inner.finished()
    for number, crop in drawn.pictures:
        if hidden:
            body.gathered.add("D.hidden_picture", body.part)
        else:
            body.after.append(PlacedPicture(number, crop, body.part))


def embed(body: Body, element: Element, looks: Looks) -> None:
    """An embedded object or a control: what it looks like is shown, its data are not."""
    body.gathered.add("D.ole_object", body.part)
    for inner in element.iter():
        if local(inner) in {"OLEObject", "control"}:
            name = (attribute(inner, "ProgID") or attribute(inner, "name") or "")[:40]
            code = "D.ole_object" if local(inner) == "OLEObject" else "O.activex_ctrl"
            body.gathered.add(code, body.part, count=int(code != "D.ole_object"), shown=name)
            body.lost.objects += 1
    draw(body, shapes.read_vml(element, body.gathered, body.part), looks)
    for inner in element:
        if local(inner) == "drawing":
            draw(body, shapes.read_drawing(inner, body.gathered, body.part), looks)
