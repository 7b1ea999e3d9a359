"""Verbs of this room. A load goes planned, landed, checked, committed, published; `advance` takes the next step, after a crash too."""

from kaimen.lake.services.advancing import advance, step, sweep
from kaimen.lake.services.deciding import refuse, release
from kaimen.lake.services.erasing import Held, erase, erase_rows, held, plan_erasure
from kaimen.lake.services.feeds import FeedForm, create_feed, create_source, feed_for_file
from kaimen.lake.services.opening import open_quarantine
from kaimen.lake.services.planning import Delivery, plan_load, receive, start
from kaimen.lake.services.rehearsing import Rehearsal, rehearse

__all__ = [
    "Delivery",
    "FeedForm",
    "Held",
    "Rehearsal",
    "advance",
    "create_feed",
    "create_source",
    "erase",
    "erase_rows",
    "feed_for_file",
    "held",
    "open_quarantine",
    "plan_erasure",
    "plan_load",
    "receive",
    "refuse",
    "rehearse",
    "release",
    "start",
    "step",
    "sweep",
]
