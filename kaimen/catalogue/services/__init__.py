"""Verbs of the catalogue. Each step of an entry is one transaction: state, act, desk, index feed and evidence, or none of it.

The order of steps and who may take them stand in `lifecycle`. A reviewer decides with coded faults; nobody edits another body's entry.
"""

from kaimen.catalogue.guards import guard_marks
from kaimen.catalogue.services.compiling import assess, check, draft
from kaimen.catalogue.services.holding import place_hold, release_hold
from kaimen.catalogue.services.indexing import (
    FEED_KEPT,
    data_came,
    feed,
    forget_indexer,
    index_tick,
    prune_feed,
    rebuild_index,
)
from kaimen.catalogue.services.recording import Fault
from kaimen.catalogue.services.reviewing import (
    Put,
    change,
    decide,
    end,
    extend_change,
    head_approve,
    head_decline,
    keep,
    publish,
    put,
    retire,
    revert,
    submit,
)

__all__ = [
    "FEED_KEPT",
    "Fault",
    "Put",
    "assess",
    "change",
    "check",
    "data_came",
    "decide",
    "draft",
    "end",
    "extend_change",
    "feed",
    "forget_indexer",
    "guard_marks",
    "head_approve",
    "head_decline",
    "index_tick",
    "keep",
    "place_hold",
    "prune_feed",
    "publish",
    "put",
    "rebuild_index",
    "release_hold",
    "retire",
    "revert",
    "submit",
]
