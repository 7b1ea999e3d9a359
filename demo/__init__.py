"""The demo city 示范市: what it is made of, and nothing that knows how Kaimen works inside.

`data` holds real geography and calendars, `city` the people, bodies and catalogue entries in words, `generate` makes their
source systems from one seed. `kaimen.config.demo` then builds the city through the services of the rooms.
"""
