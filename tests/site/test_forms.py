"""Forms as the browser gets them: what describes what, where the error summary leads, and dates in three boxes."""

from __future__ import annotations

import copy
import datetime
from typing import Any

import pytest
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.db import models
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory
from lxml import html

from candour.site.forms import GovDateField, GovForm, GovModelForm, HintedChoice, with_hints

HOSTILE = "<script>alert(1)</script>\"'&%s%(x)s"


class EveryKindForm(GovForm):
    reference = forms.CharField(label="Reference", help_text="As in the letter")
    question = forms.CharField(label="Question", help_text="In the words of the requester", widget=forms.Textarea)
    route = forms.ChoiceField(label="Route", choices=[("email", "Email"), ("post", "Post")], help_text="How it came")
    outcome = forms.ChoiceField(
        label="What will we tell the requester?",
        help_text="One only",
        choices=[HintedChoice("full", "Everything", "No exemption applies"), HintedChoice("none", "Nothing")],
        widget=forms.RadioSelect,
    )
    tags = forms.MultipleChoiceField(
        label="Tags",
        choices=with_hints([("a", "Arrests"), ("b", "Budgets")], {"b": "Money of any kind"}),
        widget=forms.CheckboxSelectMultiple,
    )
    received = GovDateField(label="Date received", help_text="For example, 3 3 2026")
    checked = forms.BooleanField(label="I have checked this", help_text="All of it")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    letter = forms.FileField(label="Letter")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


class DateForm(GovForm):
    received = GovDateField(label="Date received")


class OptionalDateForm(GovForm):
    received = GovDateField(label="Date received", required=False)


def tree(markup: str) -> html.HtmlElement:
    return html.fragment_fromstring(markup, create_parent="div")


def one(element: html.HtmlElement, path: str) -> html.HtmlElement:
    (found,) = element.xpath(path)
    return found


def described_text(root: html.HtmlElement, element: html.HtmlElement) -> str:
    """What a screen reader says after the label, from every id that aria-describedby names."""
    ids = element.get("aria-describedby", "").split()
    return " | ".join(" ".join(one(root, f"//*[@id='{id_}']").text_content().split()) for id_ in ids)


def summary_of(form: forms.BaseForm) -> html.HtmlElement:
    return tree(render_to_string("forms/error_summary.html", {"form": form}))


def date_form(day: str, month: str, year: str, form: type[GovForm] = DateForm) -> GovForm:
    return form({"received_day": day, "received_month": month, "received_year": year})


def test_hint_describes_control() -> None:
    root = tree(str(EveryKindForm()))
    assert described_text(root, one(root, "//input[@name='reference']")) == "As in the letter"
    assert described_text(root, one(root, "//textarea[@name='question']")) == "In the words of the requester"
    assert described_text(root, one(root, "//select[@name='route']")) == "How it came"
    assert described_text(root, one(root, "//input[@name='checked']")) == "All of it"
    assert described_text(root, one(root, "//fieldset[.//input[@name='outcome']]")) == "One only"
    assert described_text(root, one(root, "//fieldset[.//input[@name='received_day']]")) == "For example, 3 3 2026"


def test_error_describes_control_after_its_hint() -> None:
    root = tree(str(EveryKindForm({})))
    assert described_text(root, one(root, "//input[@name='reference']")) == "As in the letter | Error: Enter reference"
    fieldset = one(root, "//fieldset[.//input[@name='received_day']]")
    assert described_text(root, fieldset) == "For example, 3 3 2026 | Error: Enter the date received"
    fieldset = one(root, "//fieldset[.//input[@name='outcome']]")
    expected = "One only | Error: Answer the question “What will we tell the requester?”"
    assert described_text(root, fieldset) == expected
    assert described_text(root, one(root, "//input[@name='checked']")).startswith("All of it | Error: Tick")


def test_description_that_widget_names_itself_is_kept() -> None:
    class Form(GovForm):
        name = forms.CharField(help_text="Hint", widget=forms.TextInput(attrs={"aria-describedby": "elsewhere"}))

    box = one(tree(str(Form())), "//input")
    assert box.get("aria-describedby") == "elsewhere id_name_helptext"


def test_every_control_has_label() -> None:
    root = tree(str(EveryKindForm()))
    for control in root.xpath("//input[@type!='hidden'] | //textarea | //select"):
        assert one(root, f"//label[@for='{control.get('id')}']").text_content().strip()
    for fieldset in root.xpath("//fieldset"):
        assert one(fieldset, "./legend").text_content().strip()


@pytest.mark.parametrize("prefix", [None, "first"])
@pytest.mark.parametrize("bound", [False, True])
def test_ids_are_unique_and_all_references_resolve(bound: bool, prefix: str | None) -> None:
    form = EveryKindForm({} if bound else None, prefix=prefix)
    root = tree(str(form))
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    for reference in root.xpath("//@aria-describedby | //@for | //@aria-controls"):
        assert set(reference.split()) <= set(ids)


@pytest.mark.parametrize("prefix", [None, "first"])
def test_error_summary_links_to_controls(prefix: str | None) -> None:
    form = EveryKindForm({}, prefix=prefix)
    root = tree(str(form))
    links = summary_of(form).xpath("//li/a")
    assert len(links) == 9
    for link in links:
        target = one(root, f"//*[@id='{link.get('href').removeprefix('#')}']")
        assert target.tag in {"input", "select", "textarea"}


def test_error_summary_takes_focus_without_scripts() -> None:
    box = one(summary_of(EveryKindForm({})), "//div[@data-module='govuk-error-summary']")
    assert box.get("tabindex") == "-1"
    assert "autofocus" in box.attrib


def test_error_summary_is_empty_for_form_without_errors() -> None:
    assert not summary_of(EveryKindForm()).xpath("//*[@class='govuk-error-summary']")


def test_errors_of_whole_form_and_of_hidden_field_are_listed_without_link() -> None:
    form = EveryKindForm({})
    form.add_error(None, "These do not agree")
    form.add_error("token", "Start again")
    items = [item for item in summary_of(form).xpath("//li") if not item.xpath("./a")]
    assert [item.text_content() for item in items] == ["These do not agree", "Start again"]


def test_radios_without_choices_still_have_error_target() -> None:
    class Form(GovForm):
        officer = forms.ChoiceField(choices=[], widget=forms.RadioSelect)

    form = Form({})
    (href,) = summary_of(form).xpath("//li/a/@href")
    assert one(tree(str(form)), f"//*[@id='{href.removeprefix('#')}']") is not None


def test_browser_validation_is_off_for_each_control() -> None:
    root = tree(str(EveryKindForm({})))
    assert not root.xpath("//@required")
    assert not root.xpath("//fieldset//@aria-invalid")


def test_choice_hint_describes_its_own_option() -> None:
    root = tree(str(EveryKindForm()))
    assert described_text(root, one(root, "//input[@value='full']")) == "No exemption applies"
    assert "aria-describedby" not in one(root, "//input[@value='none']").attrib
    assert described_text(root, one(root, "//input[@value='b']")) == "Money of any kind"


def test_hinted_choices_validate_as_plain_values() -> None:
    class Form(GovForm):
        outcome = EveryKindForm.base_fields["outcome"]

    form = Form({"outcome": "full"})
    assert form.is_valid()
    assert form.cleaned_data == {"outcome": "full"}
    assert not Form({"outcome": "Everything"}).is_valid()


def test_hinted_choice_survives_copy() -> None:
    copied = copy.deepcopy(HintedChoice("a", "Arrests", "Of any kind"))
    assert (copied, copied.hint) == (("a", "Arrests"), "Of any kind")


def test_chosen_options_stay_chosen() -> None:
    form = EveryKindForm(QueryDict("outcome=none&tags=b&route=post"))
    root = tree(str(form))
    assert root.xpath("//input[@checked]/@value") == ["none", "b"]
    assert root.xpath("//option[@selected]/@value") == ["post"]


def test_whole_form_is_valid_with_good_data() -> None:
    data = QueryDict(
        "reference=1&question=q&route=post&outcome=none&tags=a&tags=b&checked=on&password=p"
        "&received_day=3&received_month=March&received_year=2026"
    )
    form = EveryKindForm(data, {"letter": SimpleUploadedFile("a.txt", b"x")})
    assert form.errors == {}
    assert form.cleaned_data["received"] == datetime.date(2026, 3, 3)
    assert form.cleaned_data["tags"] == ["a", "b"]


def test_password_is_never_sent_back() -> None:
    assert "hunter2" not in str(EveryKindForm({"password": "hunter2"}))


def test_heading_field_is_h1_of_page() -> None:
    class Form(GovForm):
        heading_field = "received"
        received = GovDateField(label="When did it reach us?")
        name = forms.CharField(label="Name")

    root = tree(str(Form()))
    assert one(root, "//legend//h1").text_content() == "When did it reach us?"
    assert len(root.xpath("//h1")) == 1


def test_hostile_text_is_escaped_everywhere() -> None:
    class Form(GovForm):
        name = forms.CharField(label=HOSTILE, help_text=HOSTILE)
        note = forms.CharField(label=HOSTILE, widget=forms.Textarea)
        pick = forms.ChoiceField(label=HOSTILE, choices=[HintedChoice(HOSTILE, HOSTILE, HOSTILE)])
        radio = forms.ChoiceField(choices=[HintedChoice(HOSTILE, HOSTILE, HOSTILE)], widget=forms.RadioSelect)
        when = GovDateField(label=HOSTILE, subject=HOSTILE, help_text=HOSTILE)

    data = {"name": HOSTILE, "note": HOSTILE, "pick": HOSTILE, "radio": "other", "when_day": HOSTILE}
    form = Form({**data, "when_month": HOSTILE, "when_year": HOSTILE})
    form.add_error("name", HOSTILE)
    form.add_error(None, HOSTILE)
    markup = str(form) + render_to_string("forms/error_summary.html", {"form": form})
    assert "<script" not in markup
    root = tree(markup)
    assert one(root, "//input[@name='name']").get("value") == HOSTILE
    assert one(root, "//input[@name='when_day']").get("value") == HOSTILE
    assert one(root, "//input[@type='radio']").get("value") == HOSTILE
    assert one(root, "//textarea").text.strip() == HOSTILE


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [("3", "3", "2026"), ("03", "03", "2026"), (" 3 ", "mar", "2026"), ("3", "MARCH", "2026"), ("3", "Mar.", "2026")],
)
def test_date_as_people_type_it(day: str, month: str, year: str) -> None:
    form = date_form(day, month, year)
    assert form.errors == {}
    assert form.cleaned_data["received"] == datetime.date(2026, 3, 3)


@pytest.mark.parametrize(
    ("typed", "message", "wrong"),
    [
        (("", "", ""), "Enter the date received", ["day", "month", "year"]),
        (("3", "", ""), "The date received must include a month and year", ["month", "year"]),
        (("", "3", "2026"), "The date received must include a day", ["day"]),
        (("31", "2", "2026"), "The date received must be a real date, like 3 3 2026", ["day", "month", "year"]),
        (("29", "2", "2025"), "The date received must be a real date, like 3 3 2026", ["day", "month", "year"]),
        (("3", "13", "2026"), "The date received must be a real date, like 3 3 2026", ["month"]),
        (("0", "ma", "2026"), "The date received must be a real date, like 3 3 2026", ["day", "month"]),
        (("²", "3", "2026"), "The date received must be a real date, like 3 3 2026", ["day"]),
        (("-3", "3", "2026"), "The date received must be a real date, like 3 3 2026", ["day"]),
        (("3", "3", "26"), "The date received must have a year of 4 numbers, like 2026", ["year"]),
        (("3", "3", "0026"), "The date received must have a year of 4 numbers, like 2026", ["year"]),
        (("3", "3", "9" * 5000), "The date received must have a year of 4 numbers, like 2026", ["year"]),
    ],
)
def test_date_that_is_not_one(typed: tuple[str, str, str], message: str, wrong: list[str]) -> None:
    form = date_form(*typed)
    assert form.errors["received"] == [message]
    root = tree(str(form))
    marked = root.xpath("//input[contains(@class, 'govuk-input--error')]/@id")
    assert marked == [f"id_received_{part}" for part in wrong]
    assert summary_of(form).xpath("//li/a/@href") == [f"#id_received_{wrong[0]}"]
    assert root.xpath("//input/@value") == [text for text in typed if text]


def test_optional_date_left_blank_is_none() -> None:
    form = date_form("", "", "", OptionalDateForm)
    assert form.is_valid()
    assert form.cleaned_data["received"] is None
    assert not form.has_changed()


def test_optional_date_half_filled_is_an_error() -> None:
    assert not date_form("3", "", "", OptionalDateForm).is_valid()


def test_date_starts_from_its_initial_value() -> None:
    form = DateForm(initial={"received": datetime.date(2026, 3, 4)})
    assert tree(str(form)).xpath("//input/@value") == ["4", "3", "2026"]
    posted = DateForm(
        {"received_day": "4", "received_month": "3", "received_year": "2026"},
        initial={"received": datetime.date(2026, 3, 4)},
    )
    assert not posted.has_changed()


def test_error_raised_after_parsing_marks_whole_date() -> None:
    form = date_form("3", "3", "2026")
    form.add_error("received", "The date received must be in the past")
    assert len(tree(str(form)).xpath("//input[contains(@class, 'govuk-input--error')]")) == 3
    assert summary_of(form).xpath("//li/a/@href") == ["#id_received_day"]


def test_own_required_message_is_kept() -> None:
    class Form(GovForm):
        name = forms.CharField(error_messages={"required": "Say who you are"})
        when = GovDateField(error_messages={"required": "Say when"})

    assert Form({}).errors == {"name": ["Say who you are"], "when": ["Say when"]}


def test_model_form_has_date_in_three_boxes() -> None:
    class Letter(models.Model):
        sent = models.DateField()
        printed = models.DateTimeField()

        class Meta:
            app_label = "test_forms"

    class LetterForm(GovModelForm):
        class Meta:
            model = Letter
            fields = ("sent", "printed")

    fields: dict[str, Any] = LetterForm.base_fields
    assert isinstance(fields["sent"], GovDateField)
    assert isinstance(fields["printed"], forms.DateTimeField)


def test_forms_of_django_itself_look_the_same() -> None:
    root = tree(str(AuthenticationForm()))
    assert one(root, "//input[@name='username']").get("class") == "govuk-input"
    assert one(root, "//div[@data-module='govuk-password-input']//input").get("autocomplete") == "current-password"


def test_components_escape_text() -> None:
    contexts: dict[str, dict[str, Any]] = {
        "summary_list": {"rows": [{"key": HOSTILE, "value": HOSTILE, "action": {"text": HOSTILE, "url": HOSTILE}}]},
        "task_list": {"items": [{"title": HOSTILE, "status": HOSTILE, "hint": HOSTILE, "url": HOSTILE}]},
        "table": {"caption": HOSTILE, "head": [HOSTILE], "rows": [[HOSTILE]], "scrollable": True},
        "timeline": {"items": [{"title": HOSTILE, "by": HOSTILE, "when": HOSTILE, "text": HOSTILE}]},
        "tag": {"text": HOSTILE},
        "panel": {"title": HOSTILE, "text": HOSTILE},
        "warning": {"text": HOSTILE},
        "inset": {"text": HOSTILE},
        "details": {"summary": HOSTILE, "text": HOSTILE},
        "button": {"text": HOSTILE, "url": HOSTILE},
        "breadcrumbs": {"breadcrumbs": [{"text": HOSTILE, "url": HOSTILE}]},
        "messages": {"messages": [HOSTILE]},
    }
    for name, context in contexts.items():
        markup = render_to_string(f"components/{name}.html", context)
        assert "&lt;script&gt;" in markup, name
        assert "<script" not in markup, name


def test_action_link_says_what_it_changes() -> None:
    row = {"key": "Officer", "value": "A", "action": {"text": "Change", "url": "/x"}}
    root = tree(render_to_string("components/summary_list.html", {"rows": [row]}))
    assert one(root, "//a").text_content() == "Change Officer"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, ["1", "2", "⋯", "20"]),
        (2, ["1", "2", "3", "⋯", "20"]),
        (3, ["1", "2", "3", "4", "⋯", "20"]),
        (10, ["1", "⋯", "9", "10", "11", "⋯", "20"]),
        (19, ["1", "⋯", "18", "19", "20"]),
        (20, ["1", "⋯", "19", "20"]),
    ],
)
def test_pagination_keeps_query_and_shows_neighbours(number: int, shown: list[str]) -> None:
    request = RequestFactory().get("/log/", {"q": "taser & dogs", "page": str(number)})
    page = Paginator(range(200), 10).page(number)
    root = tree(render_to_string("components/pagination.html", {"page": page}, request))
    assert [item.text_content().strip() for item in root.xpath("//li")] == shown
    assert all(href.startswith("?q=taser+%26+dogs&page=") for href in root.xpath("//a/@href"))
    assert one(root, "//a[@aria-current='page']").text_content() == str(number)


def test_one_page_needs_no_pagination() -> None:
    page = Paginator(range(5), 10).page(1)
    markup = render_to_string("components/pagination.html", {"page": page}, RequestFactory().get("/"))
    assert markup.strip() == ""


def test_wide_table_can_be_scrolled_from_keyboard() -> None:
    context = {"caption": "Arrests", "head": ["Year", "Number"], "rows": [["2025", 3]], "numeric": [1]}
    root = tree(render_to_string("components/table.html", {**context, "scrollable": True}))
    frame = one(root, "//div[@role='region']")
    assert frame.get("tabindex") == "0"
    assert frame.get("aria-label") == "Arrests"
    assert one(root, "//td[contains(@class, 'numeric')]").text_content() == "3"


def test_page_title_says_when_form_has_errors() -> None:
    title = "//title/text()"
    clean = html.document_fromstring(render_to_string("404.html", {"form": DateForm()}))
    wrong = html.document_fromstring(render_to_string("404.html", {"form": DateForm({})}))
    assert clean.xpath(title) == ["Page not found – Freedom of Information"]
    assert wrong.xpath(title) == ["Error: Page not found – Freedom of Information"]


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_need_no_context(name: str) -> None:
    page = html.document_fromstring(render_to_string(f"{name}.html"))
    assert page.xpath("count(//h1)") == 1


@pytest.mark.parametrize("name", ["base.html", "public_base.html"])
def test_pages_have_no_inline_script_or_style(name: str) -> None:
    context = {
        "quick_exit_url": "https://example.org/",
        "feedback_url": "/feedback/",
        "navigation": [{"text": "Caseload", "url": "/", "current": True}],
        "form": EveryKindForm({}),
    }
    page = html.document_fromstring(render_to_string(name, context, RequestFactory().get("/")))
    assert not page.xpath("//style | //script[not(@src)] | //@style | //@*[starts-with(name(), 'on')]")


def test_quick_exit_is_plain_link_on_public_pages_only() -> None:
    context = {"quick_exit_url": "https://example.org/"}
    public = html.document_fromstring(render_to_string("public_base.html", context))
    link = one(public, "//a[@data-candour-quick-exit]")
    assert link.get("href") == "https://example.org/"
    assert link.get("rel") == "nofollow noreferrer"
    assert one(public, f"//*[@id='{link.get('aria-describedby')}']").text_content().endswith("pressing the Escape key")
    assert "quick-exit" not in render_to_string("base.html", context)


def test_public_page_does_not_look_at_user() -> None:
    class Request:
        @property
        def user(self) -> None:
            raise AssertionError("looked at the user")

    render_to_string("public_base.html", {"request": Request(), "sign_out_url": "/out/"})
