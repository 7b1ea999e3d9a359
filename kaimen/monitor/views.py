"""Pages of this room. Empty until monitor is furnished: indicators, evaluation index, registers of infrastructure, parks, clusters, scenarios; maps."""
