"""The demo city, built through the services of the rooms as its bodies would do it. What it is made of stands in `demo/`.

`ensure()` is what the server calls at every start: people, bodies and entries at once (seconds), the tables by runs of the worker
while visitors already look around. Each step looks first whether it is done, so a second call, or one after a crash, only goes on.
"""

from kaimen.config.demo.loading import (
    JOBS,
    ensure,
    load_big,
    load_small,
    prepare,
    prepared,
    size,
    who_can_sign_in,
)

__all__ = ["JOBS", "ensure", "load_big", "load_small", "prepare", "prepared", "size", "who_can_sign_in"]
