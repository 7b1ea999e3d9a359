"""What may be put on a schedule: each room says at the start which of its long jobs, what they are called, and by what they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kaimen.core.lifecycle.rhythm import Rhythm
from kaimen.core.lifecycle.rules import Words

Choices = Callable[[], Sequence[tuple[str, Words]]]
"""The values that an argument may take now, each with its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The schedule that every installation begins with; `at_once`: its first moment is the start itself."""

    code: str
    rhythm: Rhythm
    at_once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A job that operators may schedule. `argument` is the one thing by which its runs differ, where there is one."""

    job: str
    name: Words
    does: Words
    argument: str = ""
    choices: Choices | None = None
    standard: Standard | None = None


_OFFERS: dict[str, Offer] = {}


def offer(one: Offer) -> None:
    """A room says that this job may be scheduled."""
    _OFFERS[one.job] = one


def offers() -> Mapping[str, Offer]:
    """Job -> its offer."""
    return dict(_OFFERS)


def name_of(job: str, arguments: Mapping[str, object]) -> Words | None:
    """What a job with these arguments is called; None for a job that no room offers."""
    found = _OFFERS.get(job)
    if found is None:
        return None
    value = str(arguments.get(found.argument, ""))
    if not value:
        return found.name
    called = dict(found.choices()).get(value) if found.choices else None
    return Words(
        zh=f"{found.name.zh}：{called.zh if called else value}", en=f"{found.name.en}: {called.en if called else value}"
    )
