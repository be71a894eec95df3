"""What stood when a form was opened: two people who save the same thing never lose each other’s work."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django import forms

from candour.site.forms import GovForm, GovModelForm

_SEEN = "seen"


class _Seen(forms.BaseForm):
    """A form that is not saved over what somebody else has saved since it was opened.

    `stands`: what is stored now, a label and its words each. Where that is not what the person saw, the form has an
    error that tells what it is now, keeps what was entered, and is saved when it is sent once more. The view holds the
    lock of what is saved, so that nothing changes between the comparison and the saving.
    """

    def __init__(self, *args: Any, stands: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stands = dict(stands)
        digests = " ".join(_digest(words) for words in self._stands.values())
        self.fields[_SEEN] = forms.CharField(required=False, widget=forms.HiddenInput, initial=digests)

    def clean(self) -> dict[str, Any] | None:
        """What was entered. Something that was changed since is an error of the whole form."""
        values = super().clean()
        now = self.fields[_SEEN].initial
        seen = self.cleaned_data.get(_SEEN, "")
        if seen and seen != now:
            before = seen.split()
            changed = [
                f"{label}: {words or 'nothing'}"
                for place, (label, words) in enumerate(self._stands.items())
                if place >= len(before) or before[place] != _digest(words)
            ]
            self.add_error(
                None,
                f"Somebody else saved this while you were working on it. It now says: {'; '.join(changed)}. "
                "What you entered is kept below; save again to replace it.",
            )
            self.data = {**self.data.dict(), self.add_prefix(_SEEN): now} if hasattr(self.data, "dict") else self.data
        return values


class SeenForm(_Seen, GovForm):
    """A plain form of that kind."""


class SeenModelForm(_Seen, GovModelForm):
    """A form over a row of that kind."""


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:12]
