from __future__ import annotations

from pathlib import Path

import pytest

from demo.generate import Sources, generate


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """The tiny city's source systems, made once for all tests that only read them."""
    folder: Path = tmp_path_factory.mktemp("sources")
    return generate(folder, size="tiny")
