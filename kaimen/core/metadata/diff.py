"""What changed between two bodies: by field, and by column for the items."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from kaimen.core.metadata.canonical import Json, to_json
from kaimen.core.metadata.entry import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field, its value before and after in JSON form; None on the side where it was not said."""

    path: str
    before: Json
    after: Json


def diff(before: Body, after: Body) -> list[Change]:
    """Fields in the order of the body, then columns in the order of the newer one, gone columns last."""
    old, new = to_json(before), to_json(after)
    fields = [
        Change(path=field.name, before=old.get(field.name), after=new.get(field.name))
        for field in dataclasses.fields(Body)
        if field.name != "items" and old.get(field.name) != new.get(field.name)
    ]
    old_items = {item.column: to_json(item) for item in before.items}
    new_items = {item.column: to_json(item) for item in after.items}
    columns = [*new_items, *[column for column in old_items if column not in new_items]]
    return fields + [
        Change(path=f"items.{column}", before=old_items.get(column), after=new_items.get(column))
        for column in columns
        if old_items.get(column) != new_items.get(column)
    ]
