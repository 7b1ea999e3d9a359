"""Verbs of this room: the only writers. Empty until monitor is furnished: indicators, evaluation index, registers of infrastructure, parks, clusters, scenarios; maps."""
