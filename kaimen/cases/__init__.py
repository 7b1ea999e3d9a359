"""Cases of the law: one machine for every workflow of the pack, with its parties, steps, terms, desk, saved forms and record.

A window (sharing, opening, …) gives a workflow its hooks: what a step must check and what it does in other rooms. The states, steps
and questions themselves are data of the pack, so no window writes a state machine, a form or a timeline of its own.
"""
