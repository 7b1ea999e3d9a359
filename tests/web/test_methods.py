"""An address of the API that does not do what was asked says so as a problem."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_method_that_the_address_does_not_know_is_a_problem_in_the_readers_language(client: Client) -> None:
    answer = client.delete("/api/v1/query", headers={"accept-language": "en"})
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"
    assert "POST" in answer["Allow"]
    assert answer.json()["code"] == "method"
    assert answer.json()["title"] == "This address does not do that."
