"""The board's table of contents: which functions look after which control. Only config knows every room.

A control without a function is told as not measured; nothing passes because nobody looked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaimen.accounts import controls as accounts
from kaimen.cases import controls as cases
from kaimen.catalogue import controls as catalogue
from kaimen.compliance import controls as duties
from kaimen.compliance.services.board import Look
from kaimen.gate import controls as gate
from kaimen.lake import controls as lake
from kaimen.monitor import controls as monitor
from kaimen.opening import controls as opening
from kaimen.sharing import controls as sharing
from kaimen.trading import controls as trading
from kaimen.zones import controls as zones

CONTROLS: Mapping[str, Sequence[Look]] = {
    "BJ-06": (catalogue.specification,),
    "BJ-07": (monitor.figures,),
    "BJ-08": (sharing.regions,),
    "BJ-09": (monitor.facilities,),
    "BJ-10": (monitor.networks,),
    "BJ-11": (monitor.sensing, lake.increments),
    "BJ-12": (monitor.computing,),
    "BJ-13": (monitor.shared,),
    "BJ-16": (lake.convergence, catalogue.reviewed),
    "BJ-17": (sharing.agreements, sharing.by_hand, sharing.in_time),
    "BJ-18": (opening.plan, opening.open_data),
    "BJ-19": (zones.zones,),
    "BJ-20": (trading.dossiers,),
    "BJ-21": (trading.assets,),
    "BJ-22": (trading.contracts, trading.kept, cases.frozen, trading.alerts, trading.traces),
    "BJ-26": (sharing.enterprises, trading.enterprises),
    "BJ-27": (monitor.covered("BJ-27"), monitor.classed),
    "BJ-28": (monitor.parks,),
    "BJ-29": (duties.exports, duties.exports_assessed),
    "BJ-30": (monitor.covered("BJ-30"),),
    "BJ-31": (opening.non_public, monitor.series),
    "BJ-32": (monitor.covered("BJ-32"), catalogue.identifiers),
    "BJ-33": (trading.payments, monitor.covered("BJ-33")),
    "BJ-34": (monitor.covered("BJ-34"),),
    "BJ-35": (monitor.covered("BJ-35"), monitor.villages),
    "BJ-36": (monitor.covered("BJ-36"), gate.minors),
    "BJ-37": (lake.sources, sharing.links),
    "BJ-39": (gate.answers, sharing.archived),
    "BJ-40": (duties.emergencies, gate.emergencies),
    "BJ-41": (sharing.returned,),
    "BJ-42": (monitor.editions,),
    "BJ-43": (duties.vendors, duties.vendors_ended, accounts.expired),
    "BJ-45": (gate.shut,),
    "BJ-46": (catalogue.levels, accounts.heads, duties.posts, duties.persons, duties.declared_against_seen),
    "BJ-47": (duties.critical,),
    "BJ-48": (
        gate.assessed,
        sharing.commitments,
        duties.exports_assessed,
        duties.incidents,
        accounts.chief_data_officers,
    ),
    "BJ-49": (trading.ranking,),
    "BJ-50": (cases.channels,),
    "BJ-53": (trading.property_registrations,),
    "BJ-54": (cases.offline_ways,),
    "BJ-55": (catalogue.languages,),
    "BJ-56": (duties.export_grounds,),
    "BJ-57": (gate.replays,),
}
