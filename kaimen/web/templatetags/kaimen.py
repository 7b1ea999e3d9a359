"""`{% load kaimen %}`: icons, the gate's glyph, levels, dates and numbers as people of each language write them, text in two languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.urls import translate_url
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from kaimen.core.metadata.entry import PublishedEntry
from kaimen.web import events
from kaimen.web.now import now
from kaimen.web.parts import Table, draw_table
from kaimen.web.sheets import FIELD, fresh_mark

register = template.Library()

SPRITE = Path(__file__).parents[1] / "static" / "web" / "dist" / "icons.svg"
GLYPHS = {
    "open": '<path class="leaf" d="M1 2 4.5 3.8v10.4L1 16zM23 2l-3.500 1.800v10.400L23 16z"/><path class="beam" d="M6.500 3.800h11v10.400h-11z"/>',
    "ajar": '<path class="leaf" d="M1 2 9 3.800v10.400L1 16zM23 2l-8 1.800v10.400L23 16z"/><path class="beam" d="M10.750 3.800h2.500v10.400h-2.500z"/>',
    "shut": '<path class="leaf" d="M1 2h10.500v14H1zM23 2H12.500v14H23z"/>',
}
GATES = {
    1: ("open", gettext_lazy("Open to everybody")),
    2: ("ajar", gettext_lazy("Open on conditions, on request")),
    3: ("shut", gettext_lazy("Not open")),
}
LEVELS = 4
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _english() -> bool:
    return get_language() == "en"


# ------------------------------------------------------------------- signs
@cache
def _drawings() -> dict[str, str]:
    return dict(re.findall(r'<symbol id="([^"]+)" [^>]*>(.*?)</symbol>', SPRITE.read_text("utf-8")))


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """An icon of Lucide, drawn in place (so also parts that htmx swaps in have it). Always with a word beside it."""
    cls = "icon icon--s" if size == "s" else "icon"
    return mark_safe(f'<svg class="{cls}" viewBox="0 0 24 24" aria-hidden="true">{_drawings()[name]}</svg>')  # noqa: S308 - our own drawing


@register.simple_tag
def once() -> SafeString:
    """The mark of a form that makes something which is shown once (`web.sheets`)."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, fresh_mark())


@register.simple_tag
@cache
def glyph(state: str) -> SafeString:
    """The two leaves: `open`, `ajar` or `shut`. Always with its words, never alone."""
    return mark_safe(f'<svg class="glyph" viewBox="0 0 24 18" aria-hidden="true">{GLYPHS[state]}</svg>')  # noqa: S308 - our own drawing


@register.simple_tag
def offer_tag(state: str, words: str) -> SafeString:
    """Glyph and words of what an entry offers, as `offer` gives them."""
    return format_html('<span class="gatetag">{}<b>{}</b></span>', glyph(state), words)


@register.simple_tag
def gate_tag(open_type: int) -> SafeString:
    """Glyph and words of an entry's open type (1 to all, 2 on conditions, 3 not)."""
    state, words = GATES[int(open_type)]
    return format_html('<span class="gatetag">{}<b>{}</b></span>', glyph(state), words)


@register.filter
def gate_state(open_type: int) -> str:
    """The glyph's state for an open type."""
    return GATES[int(open_type)][0]


@register.filter
def gate_words(open_type: int) -> str:
    """The words for an open type."""
    return str(GATES[int(open_type)][1])


@register.simple_tag
def level(value: int | None) -> SafeString:
    """Four small boxes and the digit; a dash where no level is given yet."""
    if value is None:
        return mark_safe("—")
    boxes = "".join('<i class="on"></i>' if n < value else "<i></i>" for n in range(LEVELS))
    return format_html('<span class="lv" aria-hidden="true">{}</span>{}', mark_safe(boxes), value)  # noqa: S308 - made above


@register.simple_tag
def key(number: int) -> SafeString:
    """A circled number: the same on a column head and on its reason."""
    return format_html('<span class="key">{}</span>', number)


@register.simple_tag
def meter(done: float, total: float, state: str = "", width: int = 104) -> SafeString:
    """A bar of data as SVG attributes: no style attribute is needed. `state`: empty, `due` or `late`."""
    part = 0.0 if total <= 0 else max(0.0, min(1.0, done / total))
    kind = f" fg--{state}" if state else ""
    return format_html(
        '<svg class="meter" width="{0}" height="6" viewBox="0 0 {0} 6" aria-hidden="true">'
        '<rect class="bg" width="{0}" height="6"/><rect class="fg{1}" width="{2}" height="6"/></svg>',
        width, kind, round(width * part, 1),
    )  # fmt: skip


# ---------------------------------------------------------- dates, numbers
def _local(value: date | datetime | None) -> date | datetime | None:
    """By the city's clock; a moment without a zone is one of UTC, as raw rows of SQLite give it."""
    if not isinstance(value, datetime):
        return value
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(settings.TIME_ZONE))


@register.filter(expects_localtime=False)
def day(value: date | datetime | None) -> str:
    """A day in a list: `11-23` this year, `2025-11-23` else; `23 Nov`, `23 Nov 2025`."""
    there = _local(value)
    if there is None:
        return "—"
    here = _local(now())
    this_year = here is not None and there.year == here.year
    if _english():
        return f"{there.day} {MONTHS[there.month - 1]}" + ("" if this_year else f" {there.year}")
    return f"{there.month:02d}-{there.day:02d}" if this_year else f"{there.year:04d}-{there.month:02d}-{there.day:02d}"


@register.filter(expects_localtime=False)
def full_day(value: date | datetime | None) -> str:
    """A day where it is evidence: `2026-11-23`."""
    there = _local(value)
    return "—" if there is None else f"{there.year:04d}-{there.month:02d}-{there.day:02d}"


@register.filter(expects_localtime=False)
def minute(value: datetime | None) -> str:
    """`2026-11-23 10:24` by the city's clock."""
    there = _local(value)
    return "—" if there is None else f"{there:%Y-%m-%d %H:%M}"


@register.filter(expects_localtime=False)
def moment(value: datetime | None) -> str:
    """`2026-11-23 10:24:02` by the city's clock: where it is evidence."""
    there = _local(value)
    return "—" if there is None else f"{there:%Y-%m-%d %H:%M:%S}"


@register.filter(expects_localtime=False)
def clock_time(value: datetime | None) -> str:
    """`10:24` by the city's clock."""
    there = _local(value)
    return "—" if there is None else f"{there:%H:%M}"


@register.filter(expects_localtime=False)
def weekday(value: date | datetime) -> str:
    """`星期一`, `Monday`."""
    there = _local(value)
    if there is None:
        return ""
    return WEEKDAYS_EN[there.weekday()] if _english() else f"星期{WEEKDAYS_ZH[there.weekday()]}"


@register.filter(expects_localtime=False)
def iso(value: datetime | date | None) -> str:
    """For the `datetime` attribute of `<time>`."""
    return "" if value is None else value.isoformat()


@register.filter
def num(value: float | None, places: int = 0) -> str:
    """`18,204` in both languages; a dash where nothing was reported."""
    if value is None or value == "":
        return "—"
    return f"{value:,.{int(places)}f}" if isinstance(value, float) or places else f"{int(value):,}"


@register.filter
def volume(size: int | None) -> str:
    """Bytes as people read them: `132 kB`, `1.4 MB`."""
    if size is None:
        return "—"
    amount, unit = float(size), "B"
    for bigger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, bigger
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"


# --------------------------------------------------------- two languages
def _choose(zh: str, en: str) -> tuple[str, str | None]:
    """The text and, where it is not of the page's language, the language it is in."""
    if _english():
        return (en, None) if en else (zh, "zh-Hans")
    return (zh, None) if zh else (en, "en")


@register.simple_tag
def local(zh: str, en: str = "") -> SafeString:
    """The text of the page's language; where it is missing, the other one, marked with its `lang`."""
    text, lang = _choose(zh or "", en or "")
    return format_html('<span lang="{}">{}</span>', lang, text) if lang and text else own_languages(text)


@register.simple_tag
def local_plain(zh: str, en: str = "") -> str:
    """The same without the mark: for titles of windows and attributes."""
    return _choose(zh or "", en or "")[0]


@register.filter
def called(thing: Mapping[str, str]) -> SafeString:
    """The name of a thing: `en` to whoever reads English, where it has one; else `name`, marked with the language it is in."""
    return escape(thing["en"]) if _english() and thing.get("en") else own_language(thing["name"])


@register.filter
def here(url: str) -> str:
    """An address of this house in the reader's language."""
    if not url or not _english():
        return url
    with override("zh-hans"):
        return translate_url(url, "en")


HAN = re.compile(r"[㐀-鿿豈-﫿]")
HAN_PIECE = re.compile(r"([㐀-鿿豈-﫿][、。《》（）·㐀-鿿豈-﫿]*)")


@register.filter
def event_words(kind: str) -> str:
    """A kind of the log in words: `放行回答`."""
    return events.words(kind, english=_english())


@register.filter
def outcome_words(code: str) -> str:
    """A result of the log in words: `放行`."""
    return events.outcome(code, english=_english())


@register.filter
def own_language(text: object) -> SafeString:
    """Data are in the language they are in: Chinese text on an English page is marked with its `lang`."""
    written = str(text)
    if _english() and HAN.search(written):
        return format_html('<span lang="zh-Hans">{}</span>', written)
    return escape(written)


@register.filter
def own_languages(text: object) -> SafeString:
    """A sentence of the page that quotes data: on an English page each Chinese piece is marked with its `lang`."""
    written = str(text)
    if not _english():
        return escape(written)
    parts = HAN_PIECE.split(written)
    return format_html_join(
        "", "{}", ((own_language(part) if place % 2 else escape(part),) for place, part in enumerate(parts))
    )


@register.filter
def marked(text: str, hits: Iterable[str]) -> SafeString:
    """The text with every hit in `<mark>`, longest hits first, letters of either case."""
    words = sorted({hit for hit in hits if hit}, key=len, reverse=True)
    if not words:
        return escape(text)
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    parts, end = [], 0
    for found in pattern.finditer(text):
        parts += [escape(text[end : found.start()]), format_html("<mark>{}</mark>", found.group())]
        end = found.end()
    return mark_safe("".join([*parts, escape(text[end:])]))  # noqa: S308 - every part was escaped


# -------------------------------------------------------------------- forms
@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, cls: str = "") -> dict[str, object]:
    """One field of a Django form: label, hint, error between hint and field. Groups of choices become a fieldset."""
    widget = bound.field.widget
    group = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    single = isinstance(widget, CheckboxInput)
    described = " ".join(
        part for part in (f"{bound.auto_id}-hint" if bound.help_text else "", f"{bound.auto_id}-error" if bound.errors else "") if part
    )  # fmt: skip
    attributes: dict[str, str | bool] = {"aria-describedby": described} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if not group and not single:
        attributes["class"] = f"ds-input {widget.attrs.get('class', '')} {cls}".strip()
    return {
        "bound": bound, "group": group, "single": single, "described": described,
        "control": "" if group else bound.as_widget(attrs=attributes),
    }  # fmt: skip


@register.inclusion_tag("web/parts/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, object]:
    """What has to be changed, with the name of each place and a link to it. It takes the focus."""
    found = [
        {"place": _place(bound), "text": _placed(str(bound.label), str(text))}
        for bound in form
        for text in bound.errors
    ]
    found += [{"place": "", "text": text} for text in form.non_field_errors()]
    return {"found": found, "count": len(found), "id": f"{form.prefix or 'form'}-errors"}


def _place(bound: BoundField) -> str:
    """Where one changes it: the field, or the first of a group; a group with nothing to choose takes the focus itself."""
    if isinstance(bound.field.widget, (RadioSelect, CheckboxSelectMultiple)):
        return next((str(option.id_for_label) for option in bound), str(bound.auto_id))
    return str(bound.id_for_label or bound.auto_id)


def _placed(label: str, text: str) -> str:
    """A list of “Fill this in.” says nothing: each line names its field."""
    if not label or label in text:
        return text
    return f"{label}: {text}" if _english() else f"{label}：{text}"


# ------------------------------------------------------------------- tables
@register.simple_tag
def data_table(table: Table) -> SafeString:
    """A table of data in its scroll box, with caption, scopes, hatched cells and the numbers of their reasons."""
    return draw_table(table)


# ------------------------------------------------------------------- places
@register.simple_tag(takes_context=True)
def page_url(context: template.Context, parameter: str, value: object) -> str:
    """This address with one parameter changed; all others stay."""
    request = context["request"]
    query = request.GET.copy()
    query[parameter] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def current(context: template.Context, section: str) -> SafeString:
    """`aria-current` for the navigation word whose section this page names in the context variable `section`."""
    return mark_safe(' aria-current="page"') if context.get("section") == section else mark_safe("")


@register.filter
def open_words(open_type: int, share_type: int | None = None) -> str:
    """For lists: open type in words; where it is not open, how bodies share it."""
    if int(open_type) != 3 or share_type is None:
        return gate_words(open_type)
    return {1: _("Shared with every public body"), 2: _("Shared on conditions"), 3: _("Not shared")}[int(share_type)]


def offer(entry: PublishedEntry, *, kind: str) -> tuple[str, str]:
    """The glyph's state and the one statement of what a reader can have of an entry now; `kind` is its kind in words."""
    meant, nothing_meant = (
        open_words(entry.open_type, entry.share_type),
        entry.open_type == 3 and entry.share_type in {None, 3},
    )
    if entry.has_data or nothing_meant:
        return gate_state(entry.open_type), meant
    if entry.never_has_data:
        return "shut", _("%(kind)s, no data of its own") % {"kind": kind}
    return "shut", _("No data yet; planned: %(open)s") % {"open": meant[:1].lower() + meant[1:]}
