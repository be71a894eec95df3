"""Readers choose English or Welsh by the address, and every word of the public side can be had in both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from desk.world import World, published
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from candour.portal.catalogue_of_words import HERE, PO, CatalogueError, compiled, of_template, read, words, write

ROOTS = (HERE, HERE.parent / "site")
STAFF = {"staff_feedback.html"}
_FIELD = re.compile(r"%\(\w+\)s")


@pytest.fixture(scope="module", autouse=True)
def catalogue() -> None:
    """The compiled catalogue, as the build makes it."""
    write()


def marked() -> set[tuple[str, str]]:
    """Every string that is marked for translation."""
    return {found for root in ROOTS for found in words(root)}


def test_every_string_has_its_welsh() -> None:
    """None is missing, none is empty, none is left over, and each has the same values put in."""
    translated = {key: forms for key, forms in read(PO.read_text(encoding="utf-8")).items() if key[0]}
    assert marked() - set(translated) == set()
    assert set(translated) - marked() == set()
    for (english, _plural), forms in translated.items():
        for welsh in forms:
            assert welsh.strip(), english
            assert set(_FIELD.findall(welsh)) == set(_FIELD.findall(english)), english


def test_no_template_of_the_public_side_has_words_of_its_own() -> None:
    """Whatever a reader reads goes through the catalogue: no bare English text stands between the tags."""
    bare = {}
    for path in sorted((HERE / "templates").rglob("*.html")):
        if path.name in STAFF:
            continue
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.DOTALL)
        # The headings of an answer are in the language of the answer.
        text = re.sub(r'<div lang="en">.*?</div>', "", text, flags=re.DOTALL)
        text = re.sub(r"{[%{#].*?[%}#]}", "", text, flags=re.DOTALL)
        found = [word for word in re.findall(r">([^<>]+)<", text) if re.search(r"[A-Za-z]{3,}", word)]
        names = {"candour_draft", "csrftoken", "sessionid"}
        if left := [word.strip() for word in found if word.strip() not in names]:
            bare[path.name] = left
    assert bare == {}


@pytest.mark.parametrize("path", ["/", "/about/", "/cookies/", "/accessibility/", "/feedback/", "/explained/", "/ask/"])
def test_a_page_is_there_in_both_languages_and_leads_to_the_other(world: World, path: str) -> None:
    """The language stands in the address and in the page; nothing varies by what the browser prefers."""
    published(world)
    english = Client().get(path, headers={"accept-language": "cy"})
    welsh = Client().get(f"/cy{path}", headers={"accept-language": "en"})
    assert '<html lang="en"' in english.content.decode()
    assert '<html lang="cy"' in welsh.content.decode()
    assert f'href="/cy{path}" lang="cy"' in english.content.decode()
    assert f'href="{path}" lang="en"' in welsh.content.decode()
    assert "Accept-Language" not in english.get("Vary", "") + welsh.get("Vary", "")
    assert (english["Content-Language"], welsh["Content-Language"]) == ("en", "cy")


def test_an_entry_in_welsh_says_which_words_are_english(world: World) -> None:
    """The page is Welsh about an answer that is as it was sent."""
    entry = published(world)
    html = Client().get(f"/cy/log/westvale/{entry.slug}/").content.decode()
    assert "ar ôl 13 diwrnod gwaith" in html
    assert "27 Mawrth 2026" in html
    assert "Heb gadarnhau na gwadu" in html
    assert '<h1 class="govuk-heading-l" lang="en">Police horses</h1>' in html


def test_the_desk_stays_english(world: World) -> None:
    """There is no desk under /cy/."""
    assert Client().get("/cy/desk/").status_code == 404
    assert translation.get_language() == "en-gb"


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1), max_size=8))
def test_a_catalogue_can_be_read_back(messages: dict[str, str]) -> None:
    """What is compiled here is what gettext reads."""
    import gettext
    import io

    told = {
        key.replace("\0", "").replace("\x04", "") or "x": value.replace("\0", "") or "x"
        for key, value in messages.items()
    }
    head = {("", ""): ("Content-Type: text/plain; charset=UTF-8\n",)}
    found = gettext.GNUTranslations(
        io.BytesIO(compiled({**head, **{(key, ""): (value,) for key, value in told.items()}}))
    )
    assert all(found.gettext(key) == value for key, value in told.items())


def test_a_broken_catalogue_is_refused_by_its_line() -> None:
    """The line is named."""
    with pytest.raises(CatalogueError, match="line 2"):
        read('msgid "a"\nmsgstr b\n')


def test_templates_are_read_as_django_reads_them() -> None:
    """Plurals, trimmed blocks and per cent signs are found under the words that Django looks up."""
    assert list(of_template("{% blocktranslate %}{{ n }}% of it{% endblocktranslate %}")) == [("%(n)s%% of it", "")]
    text = "{% blocktranslate trimmed count n=x %}\n one {{ n }}\n{% plural %}\n many {{ n }}\n{% endblocktranslate %}"
    assert list(of_template(text)) == [("one %(n)s", "many %(n)s")]
    assert Path(PO).exists()
