"""`bench evidence`: what the log costs, each as a ratio taken in one run.

Bare hashing is the standard's own way from entries to a root (RFC 9162 section 2.1.2, a stack) with the house's two hash functions
and nothing else: nothing compared, counted or signed. `kaimen verify --full` (every tile compared, every lane counted) stands against
it over the same published files, which both read; further figures take the leaves from memory, where reading is free for the bare
side only. The integrator, 1,000 a batch on an SQLite that syncs every commit, stands against bare hashing from memory. The business
transaction is one step of a case as the rooms take it: the case is locked, read and saved in its next state, its item leaves one desk
and another is put on the next, a row is posted; with and without `evidence.record`, in turn. Two inserts alone, which no room does, are
told beside it as the least that a transaction can be.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from hashlib import sha256
from io import StringIO
from pathlib import Path

from bench.figures import Figure, cpu_of, paired
from kaimen.core.tlog import tiles
from kaimen.core.tlog.hashing import leaf_hash, node_hash

BATCH = 1000


def bare(leaves: Iterable[bytes]) -> list[bytes]:
    """RFC 9162 section 2.1.2, steps 1 and 2: what stays on the stack are the complete subtrees."""
    stack = list[bytes]()
    for index, leaf in enumerate(leaves):
        stack.append(leaf_hash(leaf))
        merge = index
        while merge & 1:
            right, left = stack.pop(), stack.pop()
            stack.append(node_hash(left, right))
            merge >>= 1
    return stack


def published(log: Path, size: int) -> Iterator[bytes]:
    """The entries of a published log, one after the other, as they stand in its files."""
    for address in tiles.touched_bundles(0, size):
        data = (log / address.path()).read_bytes()
        at = 0
        while at < len(data):
            start = at + 2
            at = start + int.from_bytes(data[at:start], "big")
            yield data[start:at]


def tightest(leaves: list[bytes]) -> bytes:
    """The fastest loop found for a tree whose size is a power of two: lists of hashes, nothing called that could be written out."""
    layer = [sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(layer) > 1:
        layer = [sha256(b"\1" + layer[at] + layer[at + 1]).digest() for at in range(0, len(layer), 2)]
    return layer[0]


def run(*, quick: bool) -> list[Figure]:
    with tempfile.TemporaryDirectory() as home:
        _house(home)
        return [
            *_business(rounds=15, each=40 if quick else 200),
            *_log(entries=1 << (16 if quick else 18), rounds=4),
            *_proofs(),
        ]


def _house(home: str) -> None:
    """An installation of its own on SQLite with full durability."""
    os.environ |= {
        "KAIMEN_HOME": home,
        "KAIMEN_SQLITE_SYNCHRONOUS": "FULL",
        "DJANGO_SETTINGS_MODULE": "kaimen.config.settings",
    }
    os.environ.pop("KAIMEN_DATABASE", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


# ------------------------------------------------------- business transaction
def _business(*, rounds: int, each: int) -> list[Figure]:
    from django.db import transaction

    from kaimen.core.policy.party import ANYBODY, InstitutionId, Role
    from kaimen.evidence import services as evidence
    from kaimen.office import services as office
    from kaimen.office.models import Run
    from kaimen.web.now import now

    moment = now()
    made = (Run(job="bench", key=f"case {number}", arguments={}, due_at=moment) for number in range(3000))
    Run.objects.bulk_create(made, batch_size=500)
    cases = list(Run.objects.filter(job="bench").values_list("pk", flat=True))

    def transact(number: int, *, proved: bool, step: bool) -> None:
        moment = now()
        with transaction.atomic():
            if step:
                case = Run.objects.select_for_update().get(pk=cases[number % len(cases)])
                case.done, case.beat_at = case.done + 1, moment
                case.save(update_fields=["done", "beat_at"])
                office.close_desk_items(kind="bench", ref=f"{case.pk}", now=moment)
            office.post("bench.done", key=f"{number}", body={"load": "L1", "rows": 1200}, now=moment)
            office.open_desk_item(
                kind="bench", ref=f"{cases[number % len(cases)]}", url="/desk", institution=InstitutionId("11110000000000000X"),
                role=Role("steward"), title_en="A load waits", title_zh="有一批数据等着", now=moment,
            )  # fmt: skip
            if proved:
                evidence.record(
                    evidence.Kind.LOAD_REFUSED,
                    at=moment,
                    public={"inst": "11110000000000000X", "ds": "01JD0000000000000000000000", "out": "refused"},
                    private={"load": "L1", "reason": "three districts are missing", **evidence.who(ANYBODY)},
                )

    numbers = iter(range(10**9))

    def many(*, proved: bool, step: bool = True) -> Callable[[], None]:
        return lambda: [transact(next(numbers), proved=proved, step=step) for _ in range(each)] and None

    many(proved=True)()
    cpu = [(cpu_of(many(proved=False)), cpu_of(many(proved=True))) for _ in range(rounds)]
    wall = [(_wall(many(proved=False)), _wall(many(proved=True))) for _ in range(rounds)]
    least = [(cpu_of(many(proved=False, step=False)), cpu_of(many(proved=True, step=False))) for _ in range(rounds)]
    cost = statistics.median(with_ - without for without, with_ in cpu) / each * 1e6
    return [
        Figure(figure="business transaction with evidence ÷ without, rate (CPU)", value=_rate(cpu), unit="ratio", asked=">= 0.7", note=f"{cost:.0f} µs an entry"),
        Figure(figure="the same by the clock, with the disk's sync", value=_rate(wall), unit="ratio"),
        Figure(figure="the same for two inserts alone, the least a transaction can be", value=_rate(least), unit="ratio"),
    ]  # fmt: skip


def _rate(pairs: list[tuple[float, float]]) -> float:
    return statistics.median(without / with_ for without, with_ in pairs)


def _wall(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


# ------------------------------------------------------------ order and verify
def _fill(entries: int) -> None:
    """So many entries at once, as writers would have left them."""
    from django.db import connection, transaction

    from kaimen.core.tlog import leaf
    from kaimen.core.tlog.encoding import b64url
    from kaimen.core.tlog.kinds import Kind

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select n from evidence_lane where node = 'lane-01'")
        (first,) = cursor.fetchone()
        rows, pol = [], b64url(os.urandom(32))
        for n in range(first + 1, first + entries + 1):
            entry = os.urandom(16)
            public = {
                "inst": "11110000000000000X",
                "ds": "01JD0000000000000000000000",
                "pol": pol,
                "out": "permit.masked",
            }
            made = leaf.build(
                Kind.GATE_ANSWERED,
                entry=entry,
                node="lane-01",
                n=n,
                t=1_795_400_000_000 + n,
                commitment=os.urandom(32),
                public=public,
            )
            rows.append((entry, made, "lane-01", n))
        cursor.executemany("insert into evidence (entry, leaf, node, n) values (%s, %s, %s, %s)", rows)
        cursor.execute("update evidence_lane set n = %s where node = 'lane-01'", [first + entries])


def _log(*, entries: int, rounds: int) -> list[Figure]:
    from kaimen.engines.verifying import VERIFIED, main
    from kaimen.evidence import keys, outside
    from kaimen.evidence import services as evidence
    from kaimen.evidence.models import Head
    from kaimen.evidence.services.publishing import leaves
    from kaimen.web.now import now

    while evidence.integrate(now=now()):
        pass
    held = Head.objects.get().size
    integrating: list[tuple[float, float, float]] = []
    part = entries // rounds
    for _ in range(rounds):
        _fill(part)
        data = leaves_waiting(part)
        cpu, begun = time.process_time(), time.perf_counter()
        while evidence.integrate(now=now(), limit=BATCH):
            pass
        cpu, wall = time.process_time() - cpu, time.perf_counter() - begun
        hashing = cpu_of(lambda data=data: bare(data))
        integrating.append((hashing / cpu, hashing / wall, part / cpu))
    evidence.publish(now=now())
    place = outside.folder().path
    (place / "keys").write_text(keys.log().verifier.vkey() + "\n")
    size = Head.objects.get().size
    everything = leaves(0, size)

    def verify() -> None:
        with redirect_stdout(StringIO()):
            assert main([str(place), "--full"]) == VERIFIED

    hashed, verified, ratio = paired(lambda: bare(published(place, size)), verify, rounds=rounds * 3)
    from_memory = [(cpu_of(lambda: bare(everything)), cpu_of(verify)) for _ in range(rounds)]
    power = 1 << (size.bit_length() - 1)
    tight = cpu_of(lambda: tightest(everything[:power])) * size / power
    assert size == held + part * rounds
    return [
        Figure(figure="verify log --full ÷ bare hashing, rate (CPU, one core)", value=ratio, unit="ratio", asked=">= 0.9",
               note=f"{size / verified:,.0f} entries/s against {size / hashed:,.0f}"),
        Figure(figure="the same, bare side from memory", value=statistics.median(one / other for one, other in from_memory), unit="ratio",
               note=f"{size / statistics.median(one for one, _ in from_memory):,.0f} hashed/s"),
        Figure(figure="the same, bare side from memory in the tightest loop found", value=tight / verified, unit="ratio", note=f"{size / tight:,.0f} hashed/s"),
        Figure(figure="integrate, 1,000 a batch ÷ bare hashing, rate (CPU)", value=statistics.median(one[0] for one in integrating), unit="ratio",
               asked=">= 0.1", note=f"{statistics.median(one[2] for one in integrating):,.0f} entries/s"),
        Figure(figure="the same by the clock, with the disk's sync", value=statistics.median(one[1] for one in integrating), unit="ratio"),
        Figure(figure="tiles an entry", value=sum(path.stat().st_size for level in place.glob("tile/[0-9]") for path in level.rglob("*") if path.is_file()) / size,
               unit="bytes", asked="<= 33"),
    ]  # fmt: skip


def leaves_waiting(count: int) -> list[bytes]:
    """The newest entries, from memory."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select leaf from evidence order by id desc limit %s", [count])
        return [bytes(leaf) for (leaf,) in cursor.fetchall()]


# ------------------------------------------------------------------- a proof
def _proofs() -> list[Figure]:
    """Cold: tiles come from the database each time, as on a first visit."""
    from kaimen.core.policy.party import ANYBODY
    from kaimen.core.tlog import notes, proof_text
    from kaimen.core.tlog.hashing import leaf_hash
    from kaimen.core.tlog.verify import includes
    from kaimen.evidence import selectors

    told = selectors.latest(50, reader=ANYBODY)
    texts = [selectors.proved(one.id, reader=ANYBODY).proof.text() for one in told]
    parsed = [proof_text.parse(text) for text in texts]
    head = notes.parse_checkpoint(notes.parse(parsed[0].note).text)

    def make() -> None:
        for one in told:
            selectors.proved(one.id, reader=ANYBODY)

    def check() -> None:
        for one in parsed:
            assert includes(head.root, head.size, leaf=leaf_hash(one.extra), index=one.index, path=one.path)

    made, checked, _ = paired(make, check, rounds=5)
    return [
        Figure(figure="making a proof, cold", value=made / len(told) * 1000, unit="CPU-ms", note=f"checking it {checked / len(told) * 1e6:.0f} µs"),
        Figure(figure="a proof file, without its entry", value=statistics.median(len(text) - len(one.extra) * 4 / 3 for text, one in zip(texts, parsed, strict=True)),
               unit="bytes", asked="<= 1300"),
    ]  # fmt: skip
