"""What the control board asks of this room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kaimen.compliance import selectors
from kaimen.core.lifecycle.controls import Part, Ref, part_of
from kaimen.core.lifecycle.rules import Control, Words


def attested(asked: Control, now: datetime) -> Iterator[Part]:
    """A named person's word that counts today. Without one the control fails: it is asked for because nothing else can tell."""
    word = selectors.last_word(asked.id)
    fault = selectors.fault_of(word, asked, now=now) if word else "missing"
    yield part_of(
        Words(
            zh="有具名确认，内容没有变过，还在有效期内",
            en="A named person has given their word, on this very sentence, and it has not run out",
        ),
        [(not fault, Ref(name=f"{asked.id} {fault}".strip(), url=f"/law/{asked.article}#word"))],
        evidence=[Ref(name=word.receipt, url=f"/log/{word.receipt}")] if word else [],
    )
