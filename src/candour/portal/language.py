"""The language that the reader chose: it stands in the address (/cy/...), so no cookie is needed and nothing varies."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

WELSH = "cy"
_PREFIX = f"/{WELSH}/"


class ReadersLanguage:
    """Middleware that speaks Welsh under /cy/ and English elsewhere, whatever the browser prefers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, in the language of the address."""
        welsh = request.path_info.startswith(_PREFIX)
        with translation.override(WELSH if welsh else settings.LANGUAGE_CODE):
            answer = self.get_response(request)
            if not request.path_info.startswith("/desk/"):
                # Asked for anew each time, so that what is withdrawn is gone from caches as well.
                answer.headers.setdefault("Cache-Control", "no-cache")
            answer.headers.setdefault("Content-Language", WELSH if welsh else "en")
            return answer


def in_other_language(path: str) -> dict[str, str]:
    """The same page in the other language: its address, the language and its own name for itself."""
    if path.startswith(_PREFIX):
        return {"url": path[len(_PREFIX) - 1 :], "code": "en", "name": "English"}
    return {"url": f"/{WELSH}{path}", "code": WELSH, "name": "Cymraeg"}
