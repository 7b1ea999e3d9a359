"""Verbs of this room. A load goes planned, landed, checked, committed, published; `advance` takes the next step, after a crash too."""

from kaimen.lake.services.advancing import advance, step, sweep
from kaimen.lake.services.deciding import refuse, release
from kaimen.lake.services.feeds import FeedForm, create_feed, create_source, feed_for_file
from kaimen.lake.services.planning import Delivery, plan_load, receive

__all__ = [
    "Delivery",
    "FeedForm",
    "advance",
    "create_feed",
    "create_source",
    "feed_for_file",
    "plan_load",
    "receive",
    "refuse",
    "release",
    "step",
    "sweep",
]
