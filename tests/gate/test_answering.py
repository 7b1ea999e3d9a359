from __future__ import annotations
import pytest
from kaimen.core.errors import KaimenError


def test_three(gate):
    q = f'SELECT * FROM "{gate.slug}" ORDER BY amount'
    print(gate.rows(q, by=gate.district, purpose="service-delivery"))
    print(gate.rows(q, by=gate.audit, purpose="audit"))
    for by, p in ((gate.stranger, "duty"), (gate.district, "research")):
        with pytest.raises(KaimenError) as e:
            gate.rows(q, by=by, purpose=p)
        print(e.value)
    from kaimen.catalogue.selectors import published

    print(gate.rows(f'SELECT * FROM "{published(gate.town.care_homes).slug}" LIMIT 2'))
