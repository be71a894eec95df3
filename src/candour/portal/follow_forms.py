"""What a requester can say on the private page of a request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from candour.desk.models import RequesterMessage
from candour.site.forms import GovForm

Kind = RequesterMessage.Kind
_LONGEST = 20_000
HEADINGS = {
    Kind.CLARIFY: _("Say more clearly what you mean"),
    Kind.NARROW: _("Ask for less"),
    Kind.WITHDRAW: _("Withdraw your request"),
    Kind.REVIEW: _("Ask for a review of the answer"),
}
_HINTS = {
    Kind.CLARIFY: _("Answer what the force asked you, or say which period, place or kind of information you mean."),
    Kind.NARROW: _(
        "Say which questions, years or places you can do without. A smaller request is often answered faster."
    ),
    Kind.WITHDRAW: _("You need not say why. Nobody goes on with the request once the force has read this."),
    Kind.REVIEW: _("Say what you are not content with. Somebody who had no part in the answer looks at it afresh."),
}
_REQUIRED = {
    Kind.CLARIFY: _("Enter what you mean"),
    Kind.NARROW: _("Enter what you can do without"),
    Kind.REVIEW: _("Enter what you are not content with"),
}


class SayForm(GovForm):
    """One message to the force; `submission` is the number of the form, so that it counts once."""

    heading_field = "text"
    submission = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["text"]
        field.label, field.help_text = HEADINGS[kind], _HINTS[kind]
        field.required = kind is not Kind.WITHDRAW
        if kind in _REQUIRED:
            field.error_messages["required"] = _REQUIRED[kind]
