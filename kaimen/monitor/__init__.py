"""Monitor: indicators, evaluation index, registers of infrastructure, parks, clusters, scenarios; maps.

Not furnished yet: nothing here answers, and no address leads here.
"""
