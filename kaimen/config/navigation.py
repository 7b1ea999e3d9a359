"""What stands in the header of every page: words of the navigation, whose server this is, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the navigation and the page that it leads to."""

    label: object
    url_name: str
    section: str


WORDS = (
    Word(_("Data"), "data", "data"),
    Word(_("Ask"), "query", "query"),
    Word(_("Log"), "log", "log"),
)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


address = lazy(_address, str)


def page(request: HttpRequest) -> dict[str, object]:
    """Template context of every page. Rooms that are not furnished have no word here."""
    english = get_language() == "en"
    return {
        "words": [{"label": word.label, "url": address(word.url_name), "section": word.section} for word in WORDS],
        "city": settings.KAIMEN_CITY_EN if english else settings.KAIMEN_CITY_ZH,
        "demo": settings.KAIMEN_DEMO,
        "english": english,
        "other_language_url": translate_url(request.get_full_path(), "zh-hans" if english else "en"),
        "actor": getattr(request, "actor", None),
    }
