"""PDFs that each hide one word in one place: a function for every row of the catalogue."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image

VISIBLE = b"BT /F 14 Tf 20 150 Td (The answer is forty two officers) Tj ET\n"
CANARIES: dict[str, Callable[[str], bytes]] = {}
WITHOUT_WORD = {
    "P.redaction_width",
    "P.ocg",
    "P.image_covered",
    "P.image_hidden",
    "P.image_clipped",
    "P.image_alternate",
}
"""Rows where what is hidden is no word: a length, a picture."""


def canary(code: str) -> Callable[[Callable[[str], bytes]], Callable[[str], bytes]]:
    """Enter a function for a code of the catalogue."""

    def entered(make: Callable[[str], bytes]) -> Callable[[str], bytes]:
        CANARIES[code] = make
        return make

    return entered


def stream(entries: str, data: bytes) -> bytes:
    return f"<<{entries}/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"


def pdf(
    content: bytes = VISIBLE,
    *,
    catalog: str = "",
    page: str = "",
    resources: str = "",
    extra: tuple[bytes, ...] = (),
    trailer: str = "",
    between: bytes = b"",
) -> bytes:
    """One page of 300 by 200 points. `extra` objects are numbered from 6."""
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Resources<</Font<</F 5 0 R>>{resources}>>"
            f"/Contents 4 0 R{page}>>"
        ).encode(),
        stream("", content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        *extra,
    ]
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        if number == 5:
            out += between
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def revised(data: bytes, number: int, body: bytes) -> bytes:
    """A file with one object replaced by an incremental update."""
    previous = int(data.rpartition(b"startxref\n")[2].split()[0])
    out = bytearray(data)
    offset = len(out)
    out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n{number} 1\n{offset:010d} 00000 n \ntrailer\n<</Size 20/Root 1 0 R/Prev {previous}>>\n".encode()
    out += f"startxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def text(word: str, extra: str = "") -> bytes:
    return f"BT {extra} /F 14 Tf 20 100 Td ({word}) Tj ET\n".encode()


def jpeg(word: str = "", size: tuple[int, int] = (80, 40)) -> bytes:
    image = Image.effect_noise(size, 90)
    buffer = io.BytesIO()
    exif = Image.Exif()
    if word:
        exif[0x010E] = word
    image.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def picture(word: str = "", entries: str = "") -> bytes:
    return stream(
        "/Type/XObject/Subtype/Image/Width 80/Height 40/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode"
        + entries,
        jpeg(word),
    )


@canary("P.text_not_rendered")
def under_a_black_box(word: str) -> bytes:
    return pdf(VISIBLE + text(word) + b"0 g 10 90 200 30 re f\n")


@canary("P.same_colour")
def white_on_white(word: str) -> bytes:
    return pdf(VISIBLE + text(word, "1 g"))


@canary("P.invisible_text")
def drawn_in_mode_three(word: str) -> bytes:
    return pdf(VISIBLE + text(word, "3 Tr"))


@canary("P.tiny_text")
def too_small(word: str) -> bytes:
    return pdf(VISIBLE + f"BT /F 0.4 Tf 20 100 Td ({word}) Tj ET\n".encode())


@canary("P.offpage_text")
def beyond_the_edge(word: str) -> bytes:
    return pdf(VISIBLE + f"BT /F 14 Tf 20 -80 Td ({word}) Tj ET\n".encode())


@canary("P.font_missing")
def in_a_font_nobody_has(word: str) -> bytes:
    font = b"<</Type/Font/Subtype/Type0/BaseFont/NobodyHasThis/Encoding/UniGB-UCS2-H/DescendantFonts[7 0 R]>>"
    descendant = (
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/NobodyHasThis/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
        b"/Supplement 4>>/FontDescriptor 8 0 R>>"
    )
    descriptor = (
        b"<</Type/FontDescriptor/FontName/NobodyHasThis/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 900"
        b"/Descent -200/CapHeight 700/StemV 80>>"
    )
    content = VISIBLE + b"BT /C 14 Tf 20 100 Td <594d6b63> Tj ET\n"
    return pdf(content, resources="/Font<</F 5 0 R/C 6 0 R>>", extra=(font, descendant, descriptor)).replace(
        b"/Font<</F 5 0 R>>/Font", b"/Font"
    )


@canary("P.image_covered")
def picture_under_a_box(_: str) -> bytes:
    content = b"q 280 0 0 120 10 10 cm /I Do Q 0 g 50 50 100 60 re f\n" + VISIBLE
    return pdf(content, resources="/XObject<</I 6 0 R>>", extra=(picture(),))


@canary("P.image_hidden")
def picture_beyond_the_edge(_: str) -> bytes:
    content = VISIBLE + b"q 80 0 0 40 500 500 cm /I Do Q\n"
    return pdf(content, resources="/XObject<</I 6 0 R>>", extra=(picture(),))


@canary("P.image_clipped")
def picture_cut_by_a_clip(_: str) -> bytes:
    content = VISIBLE + b"q 20 20 30 30 re W n 80 0 0 40 20 20 cm /I Do Q\n"
    return pdf(content, resources="/XObject<</I 6 0 R>>", extra=(picture(),))


@canary("P.image_alternate")
def picture_with_another_version(_: str) -> bytes:
    content = VISIBLE + b"q 80 0 0 40 20 20 cm /I Do Q\n"
    extra = (picture(entries="/Alternates[<</Image 7 0 R/DefaultForPrinting true>>]"), picture())
    return pdf(content, resources="/XObject<</I 6 0 R>>", extra=extra)


@canary("P.image_exif")
def picture_with_a_description(word: str) -> bytes:
    content = VISIBLE + b"q 80 0 0 40 20 20 cm /I Do Q\n"
    return pdf(content, resources="/XObject<</I 6 0 R>>", extra=(picture(word),))


@canary("P.unused_resource")
def form_that_nothing_draws(word: str) -> bytes:
    form = stream("/Type/XObject/Subtype/Form/BBox[0 0 300 200]", VISIBLE + text(word))
    return pdf(resources="/XObject<</X 6 0 R>>", extra=(form,))


@canary("P.redaction_width")
def box_in_a_line(_: str) -> bytes:
    return pdf(b"BT /F 14 Tf 20 100 Td (Officer) Tj ET\n0 g 75 97 60 14 re f\n")


@canary("P.cropbox")
def cut_off_by_the_crop(word: str) -> bytes:
    return pdf(VISIBLE + f"BT /F 14 Tf 20 20 Td ({word}) Tj ET\n".encode(), page="/CropBox[0 60 300 200]")


def layered(word: str, configuration: str, usage: str = "") -> bytes:
    group = f"<</Type/OCG/Name(Layer){usage}>>".encode()
    content = VISIBLE + b"/OC /L BDC\n" + text(word) + b"EMC\n"
    return pdf(
        content,
        catalog=f"/OCProperties<</OCGs[6 0 R]/D<<{configuration}>>>>",
        resources="/Properties<</L 6 0 R>>",
        extra=(group,),
    )


@canary("P.ocg")
def on_a_layer(_: str) -> bytes:
    return layered("seen", "/ON[6 0 R]")


@canary("P.ocg_hidden")
def on_a_layer_that_is_off(word: str) -> bytes:
    return layered(word, "/OFF[6 0 R]")


@canary("P.ocg_usage")
def on_a_layer_for_print_alone(word: str) -> bytes:
    usage = "/Usage<</View<</ViewState/OFF>>/Print<</PrintState/ON>>>>"
    return layered(word, "/OFF[6 0 R]/AS[<</Event/View/Category[/View]/OCGs[6 0 R]>>]", usage)


@canary("P.incremental")
def in_an_earlier_revision(word: str) -> bytes:
    return revised(pdf(VISIBLE + text(word)), 4, stream("", VISIBLE))


@canary("P.replaced_objects")
def in_an_object_that_was_replaced(word: str) -> bytes:
    data = pdf(catalog="/Outlines 6 0 R", extra=(f"<</Type/Outlines/Note({word})>>".encode(),))
    return revised(data, 6, b"<</Type/Outlines>>")


@canary("P.unreferenced_objects")
def in_an_object_that_nothing_leads_to(word: str) -> bytes:
    return pdf(extra=(stream("", VISIBLE + text(word)),))


@canary("P.trailing_bytes")
def after_the_end(word: str) -> bytes:
    return pdf() + word.encode()


@canary("P.leading_bytes")
def before_the_beginning(word: str) -> bytes:
    return word.encode() + b"\n" + pdf()


@canary("P.gap_bytes")
def between_objects(word: str) -> bytes:
    return pdf(between=word.encode() + b"\n")


@canary("P.content_comment")
def in_a_comment(word: str) -> bytes:
    return pdf(VISIBLE + f"% {word}\n".encode())


@canary("P.damaged")
def in_a_stream_without_its_end(word: str) -> bytes:
    return pdf(extra=(stream("", text(word)),), catalog="/Metadata 6 0 R").replace(
        b"endstream\nendobj\nxref", b"endstreao\nendobj\nxref"
    )


@canary("P.unknown")
def in_an_entry_of_no_standard(word: str) -> bytes:
    return pdf(catalog=f"/XyzNotes({word})")


def annotated(annotation: str, *extra: bytes, catalog: str = "") -> bytes:
    return pdf(page=f"/Annots[<</Type/Annot/Rect[10 10 60 30]{annotation}>>]", extra=extra, catalog=catalog)


@canary("P.annot/Redact")
def under_a_redaction_not_applied(word: str) -> bytes:
    return annotated(f"/Subtype/Redact/OverlayText({word})")


@canary("P.annot/FileAttachment")
def in_a_file_pinned_to_the_page(word: str) -> bytes:
    return annotated(
        f"/Subtype/FileAttachment/FS<</Type/Filespec/F(a.bin)/EF<</F 6 0 R>>>>/Contents({word})",
        stream("/Type/EmbeddedFile", b"\x00\x01" + word.encode()),
    )


for _subtype in (
    "Text",
    "FreeText",
    "Popup",
    "Square",
    "Highlight",
    "Stamp",
    "Ink",
    "Screen",
    "RichMedia",
    "Sound",
    "3D",
):

    @canary(f"P.annot/{_subtype}")
    def in_an_annotation(word: str, subtype: str = _subtype) -> bytes:
        return annotated(f"/Subtype/{subtype}/Contents({word})")


@canary("P.annot_text")
def in_the_rich_text_of_an_annotation(word: str) -> bytes:
    return annotated(f"/Subtype/Square/RC({word})")


@canary("P.annothidden")
def in_a_hidden_annotation(word: str) -> bytes:
    return annotated(f"/Subtype/FreeText/F 2/DA(/F 10 Tf)/Contents({word})")


def outside_the_crop_of_a_page_in_units_of_its_own(word: str) -> bytes:
    return pdf(VISIBLE + f"BT /F 14 Tf 20 20 Td ({word}) Tj ET\n".encode(), page="/UserUnit 2.5/CropBox[0 60 300 200]")


@canary("P.annothidden/on a layer")
def in_an_annotation_on_a_layer(word: str) -> bytes:
    group = b"<</Type/OCG/Name(Layer)>>"
    drawn = stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 200 30]/Resources<</Font<</F 5 0 R>>>>",
        text(word).replace(b"20 100", b"2 5"),
    )
    return annotated(
        "/Subtype/Stamp/OC 6 0 R/AP<</N 7 0 R>>", group, drawn, catalog="/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>"
    )


def form(field: str, *extra: bytes, entries: str = "") -> bytes:
    widget = f"<</Type/Annot/Subtype/Widget/Rect[10 10 60 30]{field}>>".encode()
    return pdf(page="/Annots[6 0 R]", catalog=f"/AcroForm<</Fields[6 0 R]{entries}>>", extra=(widget, *extra))


@canary("P.annothidden/Widget")
def in_a_hidden_widget(word: str) -> bytes:
    return form(f"/FT/Tx/T(f)/F 2/V({word})")


@canary("P.form_hidden")
def in_a_field_not_viewed(word: str) -> bytes:
    return form(f"/FT/Tx/T(f)/F 32/V({word})")


@canary("P.form_values")
def in_a_default_value(word: str) -> bytes:
    return form(f"/FT/Tx/T(f)/V(x)/DV({word})")


@canary("P.xfa")
def in_the_data_of_an_xfa_form(word: str) -> bytes:
    data = stream("", f"<xfa:datasets><name>{word}</name></xfa:datasets>".encode())
    return form("/FT/Tx/T(f)", data, entries="/XFA[(datasets) 7 0 R]")


def attached(word: str, names: str = "", catalog: str = "") -> bytes:
    specification = b"<</Type/Filespec/F(a.csv)/UF(a.csv)/AFRelationship/Source/EF<</F 7 0 R>>>>"
    content = stream("/Type/EmbeddedFile", f"name,rank\n{word},chief\n".encode())
    return pdf(
        catalog=(names or "/Names<</EmbeddedFiles<</Names[(a.csv) 6 0 R]>>>>") + catalog, extra=(specification, content)
    )


@canary("P.attachment")
def in_an_attachment(word: str) -> bytes:
    return attached(word)


@canary("P.portfolio")
def in_a_portfolio(word: str) -> bytes:
    return attached(word, catalog="/Collection<</Type/Collection/View/D>>")


@canary("P.associated_file")
def in_an_associated_file(word: str) -> bytes:
    return attached(word, catalog="/AF[6 0 R]")


@canary("P.info")
def in_the_information(word: str) -> bytes:
    return pdf(trailer="/Info 6 0 R", extra=(f"<</Author({word})>>".encode(),))


@canary("P.info_custom")
def in_an_entry_of_its_own(word: str) -> bytes:
    return pdf(trailer="/Info 6 0 R", extra=(f"<</CaseOfficer({word})>>".encode(),))


def xmp(body: str) -> bytes:
    return stream("/Type/Metadata/Subtype/XML", f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{body}</x:xmpmeta>".encode())


@canary("P.xmp")
def in_xmp(word: str) -> bytes:
    return pdf(catalog="/Metadata 6 0 R", extra=(xmp(f"<dc:creator>{word}</dc:creator>"),))


@canary("P.xmp_history")
def in_the_history_of_xmp(word: str) -> bytes:
    return pdf(catalog="/Metadata 6 0 R", extra=(xmp(f"<xmpMM:DerivedFrom>{word}</xmpMM:DerivedFrom>"),))


@canary("P.object_metadata")
def in_the_metadata_of_a_picture(word: str) -> bytes:
    content = VISIBLE + b"q 80 0 0 40 20 20 cm /I Do Q\n"
    return pdf(content, resources="/XObject<</I 6 0 R>>", extra=(picture(entries="/Metadata 7 0 R"), xmp(word)))


@canary("P.pieceinfo")
def in_private_data_of_a_program(word: str) -> bytes:
    return pdf(
        page="/PieceInfo<</Illustrator<</LastModified(D:2024)/Private 6 0 R>>>>", extra=(stream("", word.encode()),)
    )


@canary("P.page_thumbs")
def in_a_thumbnail(word: str) -> bytes:
    thumb = stream("/Width 2/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8", b"abcd")
    return pdf(page="/Thumb 6 0 R", extra=(thumb,)) + b""


@canary("P.actual_alt_text")
def in_the_text_for_screen_readers(word: str) -> bytes:
    tree = b"<</Type/StructTreeRoot/K 7 0 R>>"
    element = f"<</Type/StructElem/S/P/P 6 0 R/Pg 3 0 R/K 0/ActualText({word})>>".encode()
    content = b"/P <</MCID 0>> BDC\n" + VISIBLE + b"EMC\n"
    return pdf(content, catalog="/StructTreeRoot 6 0 R/MarkInfo<</Marked true>>", extra=(tree, element))


@canary("P.outline")
def in_a_bookmark(word: str) -> bytes:
    return pdf(
        catalog="/Outlines 6 0 R",
        extra=(
            b"<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 1>>",
            f"<</Title({word})/Parent 6 0 R/Dest[3 0 R/Fit]>>".encode(),
        ),
    )


CANARIES["P.outlines"] = in_a_bookmark


@canary("P.named_dest")
def in_the_name_of_a_place(word: str) -> bytes:
    return pdf(catalog=f"/Names<</Dests<</Names[({word})[3 0 R/Fit]]>>>>")


@canary("P.page_label")
def in_a_label(word: str) -> bytes:
    return pdf(catalog=f"/PageLabels<</Nums[0<</P({word})>>]>>")


@canary("P.identifier")
def in_the_identifier(word: str) -> bytes:
    return pdf(trailer=f"/ID[({word})({word})]")


@canary("P.output_intent")
def in_the_name_of_a_profile(word: str) -> bytes:
    return pdf(catalog=f"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFX/OutputConditionIdentifier({word})>>]")


@canary("P.link_uri")
def behind_a_link(word: str) -> bytes:
    return annotated(f"/Subtype/Link/A<</S/URI/URI(https://{word}.example/)>>")


@canary("P.file_path")
def in_a_path(word: str) -> bytes:
    return annotated(f"/Subtype/Link/A<</S/GoToR/F(/home/{word}/b.pdf)/D[0/Fit]>>")


CANARIES["P.goto_remote"] = in_a_path


@canary("P.javascript")
def in_a_script(word: str) -> bytes:
    return pdf(catalog=f"/OpenAction<</S/JavaScript/JS(var who='{word}';)>>")


CANARIES["P.open_action"] = in_a_script


@canary("P.additional_actions")
def in_what_happens_at_closing(word: str) -> bytes:
    return pdf(page=f"/AA<</C<</S/JavaScript/JS({word})>>>>")


@canary("P.launch")
def in_a_program_to_start(word: str) -> bytes:
    return annotated(f"/Subtype/Link/A<</S/Launch/F({word}.exe)>>")


@canary("P.signature")
def in_a_signature(word: str) -> bytes:
    signature = (
        f"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/Contents<00>/Name({word})/Reason({word})>>"
    )
    return form("/FT/Sig/T(s)/V 7 0 R", signature.encode())


@canary("P.encrypted_openable")
def in_a_file_that_opens_without_its_password(word: str) -> bytes:
    return encrypted(pdf(trailer="/Info 6 0 R", extra=(f"<</Author({word})>>".encode(),)), user="")


def encrypted(data: bytes, user: str) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as opened:
        opened.save(buffer, encryption=pikepdf.Encryption(owner="owner", user=user), static_id=True)
    return buffer.getvalue()


def deflated(data: bytes) -> bytes:
    """Every stream of a file packed, which changes nothing that a reader sees."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as opened:
        opened.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate, static_id=True)
    assert zlib
    return buffer.getvalue()
