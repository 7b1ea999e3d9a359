"""What a token can be narrowed to: verbs in the rooms' words. A scope never widens the hat."""

from enum import StrEnum


class Scope(StrEnum):
    """The closed list."""

    ACCOUNT_READ = "account:read"
    CATALOGUE_READ = "catalogue:read"
    ENTRIES_WRITE = "entries:write"
    LAKE_READ = "lake:read"
    LAKE_LOAD = "lake:load"
    GATE_QUERY = "gate:query"
    GATE_GRANT = "gate:grant"
    LOG_READ = "log:read"
    OPENING_WRITE = "opening:write"
    CASES_READ = "cases:read"
    CASES_ACT = "cases:act"
    MONITOR_WRITE = "monitor:write"
    RULES_WRITE = "rules:write"
    SCHEDULES_READ = "schedules:read"
    SCHEDULES_WRITE = "schedules:write"
