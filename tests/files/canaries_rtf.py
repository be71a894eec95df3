"""One entry for each place of the catalogue where an RTF can hide something: `@` is where the token is planted."""

from __future__ import annotations

from collections.abc import Callable

VISIBLE = "Visible words of the answer"
PLANTED: dict[str, tuple[str, Callable[[str], bytes]]] = {}
HEAD = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\colortbl ;\red0\green0\blue0;\red255\green255\blue255;}"


def rtf(body: str, after: str = "") -> bytes:
    """A whole document with a visible paragraph before `body`."""
    return f"{HEAD}\\pard {VISIBLE}\\par {body}\\par}}{after}".encode("cp1252")


_PLACES = {
    "hidden run": ("R.vanish_text", r"{\v @}"),
    "hidden run, switched on and off": ("R.vanish_text", r"\v @\v0  more"),
    "deletion": ("R.tracked_del", r"{\deleted @}"),
    "moved from here": ("R.tracked_del", r"{\mvf @}"),
    "black highlighting": ("R.fake_redaction", r"{\highlight1 @}"),
    "black ground": ("R.fake_redaction", r"{\chcbpat1 @}"),
    "white print": ("R.white_text", r"{\cf2 @}"),
    "print of one point": ("R.tiny_text", r"{\fs2 @}"),
    "title": ("R.info", r"{\info{\title @}}"),
    "operator": ("R.info", r"{\info{\operator @}{\title x}}"),
    "property of the organisation": ("R.custom_props", r"{\*\userprops{\propname n}{\staticval @}}"),
    "document variable": ("R.docvars", r"{\*\docvar{n}{@}}"),
    "mail merge": ("R.mailmerge", r"{\*\mailmerge{\mmquery @}}"),
    "template": ("R.template", r"{\*\template @}"),
    "program": ("R.generator", r"{\*\generator @;}"),
    "authors of changes": ("R.revision_authors", r"{\*\revtbl{@;}}"),
    "data of another program": ("R.custom_xml", r"{\*\datastore @}"),
    "comment": ("R.annotation", r"{\*\atnauthor a}{\*\annotation @}"),
    "author of a comment": ("R.annotation", r"{\*\atnauthor @}{\*\annotation x}"),
    "embedded object": ("R.object", r"{\object\objemb{\*\objdata HEX}{\result shown}}"),
    "class of an object": ("R.object", r"{\object\objemb{\*\objclass @}{\*\objdata 00ff}{\result shown}}"),
    "code of a field": ("D.field_link", r'{\field{\*\fldinst INCLUDETEXT "@"}{\fldrslt shown}}'),
    "address of a link": ("D.hyperlink", r'{\field{\*\fldinst HYPERLINK "https://@.example"}{\fldrslt shown}}'),
    "bookmark": ("R.bookmark", r"{\*\bkmkstart @}{\*\bkmkend @}"),
    "entry of an index": ("R.index_mark", r"{\xe @}"),
    "entry of the contents": ("R.index_mark", r"{\tc @}"),
    "destination that readers skip": ("R.unknown_destination", r"{\*\secret @}"),
    "destination inside one that readers skip": ("R.unknown_destination", r"{\*\secret{\par @}}"),
    "first header without a first page": ("R.header_footer", r"{\headerf @}"),
    "left footer without facing pages": ("R.header_footer", r"{\footerl @}"),
    "web page kept beside": ("R.html", r"{\*\htmltag @}"),
    "description of a shape": ("R.shape_property", r"{\shp{\*\shpinst{\sp{\sn wzDescription}{\sv @}}{\shptxt shown}}}"),
    "second copy of a shape": ("R.fallback_copy", r"{\shp{\*\shpinst{\shptxt shown}}{\shprslt @}}"),
    "path in a list of files": ("R.unknown_destination", r"{\*\paths @}"),
}
for _name, (_code, _markup) in _PLACES.items():
    PLANTED[_name] = (
        _code,
        lambda token, markup=_markup: rtf(markup.replace("HEX", token.encode().hex()).replace("@", token)),  # type: ignore[misc]
    )
PLANTED["bytes after the end"] = ("R.trailing", lambda token: rtf("", token))
PLANTED["bytes in the text"] = ("R.binary", lambda token: rtf(f"\\bin{len(token)} {token}"))
PLANTED["hidden in escapes"] = (
    "R.vanish_text",
    lambda token: rtf("{\\v " + "".join(f"\\'{ord(character):02x}" for character in token) + "}"),
)
