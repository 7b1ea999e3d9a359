"""`advance` looks where a load is and takes the next step until it is published, held or refused.

Success and recovery run this code: each step can be taken again after a crash, and nothing is remembered in memory only.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from kaimen.catalogue import services as catalogue
from kaimen.core.errors import Invalid, KaimenError, Refused, Unavailable
from kaimen.core.lifecycle import step as taken
from kaimen.core.quality import stored
from kaimen.engines import delta, parsing
from kaimen.engines.storage import sweep_parts
from kaimen.evidence import services as evidence
from kaimen.lake import places
from kaimen.lake.lifecycle import LIFECYCLE, NEXT
from kaimen.lake.models import Feed, LandedFile, Load, Snapshot, Table
from kaimen.lake.services import contracts, leases, quarantine, reading
from kaimen.lake.services.actors import from_json, inst
from kaimen.lake.services.closing import close_refused
from kaimen.lake.services.findings import findings_of
from kaimen.office import services as office

Progress = Callable[[int, int], None]
FORGOTTEN = timedelta(days=1)
WORTH_TELLING = frozenset({"source_unreachable", "storage_full", "storage_unreachable"})
"""Why a load may stand still for long: its page says so until a step is taken. Other reasons pass within seconds."""


def advance(load_id: str, *, now: datetime, progress: Progress | None = None) -> Load:
    """Take every step that is open; earlier loads of the feed go first. Returns the load as it stands then.

    What the delivery itself is to blame for closes the load as refused, with its code. Raises `Unavailable` when it may be tried
    again, `Refused("load_waits")` while an earlier load of the feed is held.
    """
    while step(load_id, now=now, progress=progress):
        pass
    return Load.objects.select_related("feed").get(pk=load_id)


def step(load_id: str, *, now: datetime, progress: Progress | None = None) -> bool:
    """Take one step; False when there is none to take."""
    load = Load.objects.select_related("feed__table", "feed__source", "contract").get(pk=load_id)
    verb = NEXT.get(load.state)
    if verb is None:
        return False
    try:
        if verb == "land":
            _land(load, now=now)
        elif verb == "check":
            _check(load, now=now, progress=progress)
        elif verb == "commit":
            _earlier_first(load, now=now)
            _commit(load, now=now)
        else:
            _publish(load.pk, now=now)
    except (Invalid, Refused) as error:
        if error.code in {"load_waits", "lifecycle"} or load.state == Load.State.COMMITTED:
            raise
        close_refused(load.pk, code=error.code, facts=error.details, by=from_json(load.asked_by), now=now)
    except Unavailable as error:
        if error.code in WORTH_TELLING:
            Load.objects.filter(pk=load.pk, state=load.state).update(code=error.code)
        raise
    return True


def _move(load: Load, verb: str, *, now: datetime, **values: object) -> None:
    """The next state with what the step found, unless somebody else has moved the load meanwhile. Raises `Refused("lifecycle")`."""
    state = taken(LIFECYCLE, load.state, verb)
    if not Load.objects.filter(pk=load.pk, state=load.state).update(state=state, changed_at=now, code="", **values):
        raise Refused("lifecycle", state=load.state, verb=verb)


def _land(load: Load, *, now: datetime) -> None:
    contract = stored.from_text(load.contract.body)
    file = reading.prepare(load, LandedFile.objects.filter(load=load, n=1).first(), contract)
    file.save()
    _move(load, "land", now=now, records=file.parsed["records"])


def _check(load: Load, *, now: datetime, progress: Progress | None) -> None:
    file = LandedFile.objects.get(load=load, n=1)
    source, contract = reading.reading_of(file, stored.from_text(load.contract.body))
    total, folder = load.records or 0, places.table(load.feed.table_id)
    parsed = parsing.check_and_write(
        source,
        contract,
        folder,
        stem=f"load-{load.pk.lower()}",
        quarantine=quarantine.writer(load, source, contract, now=now),
        progress=(lambda done: progress(done, total)) if progress else None,
    )
    records = parsed.accepted + parsed.quarantined
    findings, facts = findings_of(parsed, contract, load, written=folder)
    values = {
        "records": records,
        "accepted": parsed.accepted,
        "faulty": parsed.faulty,
        "broken": parsed.broken,
        "files": [[one.name, one.size, one.rows] for one in parsed.files],
        "findings": findings,
        "facts": facts,
        "scores": _scores(parsed),
        "quarantine": places.relative(quarantine.path_of(load)) if parsed.quarantined else "",
    }
    if not findings:
        _move(load, "check", now=now, **values)
        return
    with transaction.atomic():
        _move(load, "hold", now=now, **values)
        by, entry, ref = from_json(load.asked_by), load.feed.table_id, load.pk
        for role in ("steward", "office_head"):
            office.open_desk_item(
                kind="load.held", ref=ref, url=f"/lake/loads/{ref}", institution=load.feed.institution, role=role, now=now,
                title_zh=f"{load.feed.name} 第 {load.seq} 次入湖没有通过检查", title_en=f"Load {load.seq} of {load.feed.name} did not pass its checks",
            )  # fmt: skip
        evidence.record(
            evidence.Kind.LOAD_HELD,
            at=now,
            public={"inst": inst(by, load.feed.institution), "ds": entry, "out": "held"},
            private={
                "load": ref,
                "rows": parsed.accepted,
                "quarantined": parsed.quarantined,
                "findings": list(findings),
                **evidence.who(by),
            },
        )


def _scores(parsed: parsing.Parsed) -> dict[str, list[int]]:
    """Numerator and denominator of each group."""
    rows = parsed.accepted + parsed.quarantined
    return {"accurate": [parsed.accepted, rows], "complete": [rows - parsed.broken, rows]}


def _earlier_first(load: Load, *, now: datetime) -> None:
    earlier = Load.objects.filter(feed=load.feed, seq__lt=load.seq, state__in=Load.OPEN).order_by("seq").first()
    if earlier is None:
        return
    if earlier.state == Load.State.HELD:
        raise Refused("load_waits", seq=earlier.seq, load=earlier.pk)
    advance(earlier.pk, now=now)
    _earlier_first(load, now=now)


def _commit(load: Load, *, now: datetime) -> None:
    contract = stored.from_text(load.contract.body)
    folder = places.table(load.feed.table_id)
    files = [parsing.DataFile(name=name, size=size, rows=rows) for name, size, rows in load.files]
    if (
        any(not (folder / one.name).is_file() for one in files)
        and delta.committed_as(folder, load.feed_id, load.seq) is None
    ):
        if load.base is not None:
            raise Refused("load_base_moved", base=load.base)
        Load.objects.filter(pk=load.pk, state=load.state).update(state=Load.State.LANDED, changed_at=now)
        return
    token = leases.take(load.feed.table, now=now)
    _nothing_unpublished(load.feed.table)
    _upon_its_base(load)
    entry = contracts.loadable(load.feed.table_id)
    delta.create(folder, contract, statistics=contracts.statistics(entry))
    version = delta.commit(
        folder, contract, files, feed=load.feed_id, seq=load.seq, fence=token,
        replace=_replaces(load),
        still_holds=lambda: leases.holds(load.feed.table, token),
        pause=lambda attempt: time.sleep(0.05 * 2**attempt),
    )  # fmt: skip
    _move(load, "commit", now=now, delta_version=version)


def _replaces(load: Load) -> bool:
    return load.base is not None or load.feed.mode == Feed.Mode.REPLACE


def _upon_its_base(load: Load) -> None:
    """A rewrite is of one version; upon another it would undo what came between."""
    if load.base is None or delta.committed_as(places.table(load.feed.table_id), load.feed_id, load.seq) is not None:
        return
    last = Snapshot.objects.filter(table=load.feed.table_id).order_by("-number").first()
    if last is None or last.number != load.base:
        raise Refused("load_base_moved", base=load.base)


def _nothing_unpublished(table: Table) -> None:
    """The lease is held from commit to publish: otherwise the next version would carry rows that nobody has published."""
    other = Load.objects.filter(feed__table=table, state=Load.State.COMMITTED).first()
    if other is not None:
        raise Unavailable("table_busy", retry_after_s=1)


def _publish(load_id: str, *, now: datetime) -> None:
    """One transaction: the pointer, the load, the post and the evidence; or nothing of it."""
    with transaction.atomic():
        load = Load.objects.select_for_update().select_related("feed").get(pk=load_id)
        table = Table.objects.select_for_update().get(pk=load.feed.table_id)
        if load.state != Load.State.COMMITTED:
            return
        last = Snapshot.objects.filter(table=table).order_by("-number").first()
        version = delta.version(places.table(table.pk), load.delta_version or 0)
        before = last.rows if last is not None and not _replaces(load) else 0
        snapshot = Snapshot.objects.create(
            table=table,
            number=1 + (last.number if last else 0),
            load=load,
            delta_version=version.number,
            rows=before + (load.accepted or 0),
            bytes=version.bytes,
            published_at=now,
        )
        table.published = snapshot
        table.save(update_fields=["published"])
        _move(load, "publish", now=now)
        body = {"entry": table.pk, "snapshot": snapshot.number, "load": load.pk}
        office.post("lake.published", key=f"{table.pk}/{snapshot.number}", body=body, now=now)
        office.close_desk_items(kind="load.held", ref=load.pk, now=now)
        catalogue.data_came(table.pk, now=now)
        by = from_json(load.asked_by)
        quarantined = (load.faulty or 0) + (load.broken or 0)
        receipt = evidence.record(
            evidence.Kind.LOAD_PUBLISHED,
            at=now,
            public={
                "inst": inst(by, load.feed.institution),
                "ds": table.pk,
                "out": "published.with_quarantine" if quarantined else "published",
            },
            private={
                "load": load.pk,
                "snapshot": snapshot.number,
                "rows": snapshot.rows,
                "quarantined": quarantined,
                "digest": _digest(load, version),
                **evidence.who(by),
            },
        )
        Snapshot.objects.filter(pk=snapshot.pk).update(receipt=receipt.entry)
    leases.end(load.feed.table_id, now=now)


def _digest(load: Load, version: delta.Version) -> str:
    """What was published, in one hash: the deliveries, the contract, the version's files."""
    facts = {
        "landed": list(LandedFile.objects.filter(load=load).order_by("n").values_list("sha256", flat=True)),
        "contract": load.contract.digest,
        "files": sorted(load.files),
        "version": version.number,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def sweep(*, now: datetime) -> None:
    """Ask for a run of every load that stands still, and clear away part files that nobody writes any more."""
    forgotten = Load.objects.filter(
        ~Q(state=Load.State.HELD), state__in=Load.OPEN, changed_at__lt=now - timedelta(minutes=10)
    )
    for load in forgotten.order_by("changed_at")[:20]:
        office.start_run("lake.load", arguments={"load": load.pk}, key=f"{load.pk}/{now:%Y%m%d%H%M}"[:-1], now=now)
    if places.root().is_dir():
        sweep_parts(places.root(), older_than_s=FORGOTTEN.total_seconds(), now_s=now.timestamp())


__all__ = ["KaimenError", "advance", "step", "sweep"]
