"""docs/reference/permissions.md, printed from the walk over every address: for lawyers and for a test."""

from __future__ import annotations

from kaimen.accounts.permissions import Address, walk
from kaimen.accounts.roles import roles
from kaimen.web.access import PUBLIC, SIGNED_IN

HEAD = """# Who may use which address

Printed from the code (`./run docs`); a test keeps it fresh. The tag of an address says who may knock; whether *this* object is theirs
the service behind it says, and answers "not there" when it is not. A token needs the scope of the last column and can never use an
address that asks for a fresh sign-in. English pages stand under `/en/` with the same tags.
"""


def permissions_page() -> str:
    """The page."""
    rows = [
        f"| `{_shown(one)}` | {' '.join(one.methods) or 'page'} | {_who(one)} | {_fresh(one)} | {_scope(one)} |"
        for one in walk()
    ]
    known = [
        f"| `{rule.code}` | {rule.name_en} | {rule.name_zh} | {rule.nature}{f' ({rule.rule})' if rule.rule else ''} | "
        f"{rule.assurance.value.replace('_', ' ')} |"
        for rule in roles().values()
    ]
    return "\n".join(
        [
            HEAD,
            "| address | method | who | sign-in younger than | scope of a token |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
            "## Roles",
            "",
            "| code | English | Chinese | nature | sign-in |",
            "| --- | --- | --- | --- | --- |",
            *known,
            "",
        ]
    )


def _shown(one: Address) -> str:
    return "/" + one.path.lstrip("/").replace("|", "\\|")


def _who(one: Address) -> str:
    if one.tag is None:
        return "**nobody: no tag**"
    if one.tag.open_to_all:
        return "everybody"
    if SIGNED_IN in one.tag.roles:
        return "whoever signed in"
    return ", ".join(sorted(one.tag.roles - {PUBLIC, SIGNED_IN}))


def _fresh(one: Address) -> str:
    return f"{one.tag.fresh_s // 60} min" if one.tag and one.tag.fresh_s else "–"


def _scope(one: Address) -> str:
    return f"`{one.tag.scope}`" if one.tag and one.tag.scope else "–"
