"""What of an entry the public may see: a projection that names what passes. What is not named here is in no public byte."""

from __future__ import annotations

from dataclasses import replace

from kaimen.core.metadata.entry import Body, Item, Visibility

NOT_OPEN = 3

PUBLIC_FIELDS = (
    "kind", "title", "description", "provider", "provider_name", "provider_code", "contact", "class_path", "format_class", "formats",
    "share_type", "share_methods", "open_type", "open_conditions", "licence", "update_frequency", "category", "themes", "data_themes",
    "level", "visibility", "keywords_zh", "keywords_en", "spatial", "area_level", "temporal", "related", "synthetic", "scenario_field",
    "infrastructure_kind", "endpoint",
)  # fmt: skip
PUBLIC_ITEM_FIELDS = (
    "column", "name_zh", "name_en", "meaning", "data_type", "length", "precision", "unit", "standard_ref", "code_list", "is_key",
    "nullable", "level", "mask_rule",
)  # fmt: skip


def has_public_face(body: Body) -> bool:
    """Public visibility, and at least conditionally open."""
    return body.visibility is Visibility.PUBLIC and body.open_type in {1, 2}


def public_view(body: Body) -> Body:
    """The body with nothing in it that is not on the lists above; columns that are not open vanish, their number too."""
    return Body(
        **{name: getattr(body, name) for name in PUBLIC_FIELDS},
        items=tuple(_public_item(item) for item in body.items if item.open_type_override != NOT_OPEN),
    )


def _public_item(item: Item) -> Item:
    return replace(Item(column=item.column), **{name: getattr(item, name) for name in PUBLIC_ITEM_FIELDS})
