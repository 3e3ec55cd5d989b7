"""What the tests share: the shipped knowledge base, loaded once."""

from __future__ import annotations

import pytest

from deciders import decider_with
from policykb.api import Policykb


@pytest.fixture(scope="session")
def shipped() -> Policykb:
    """The shipped knowledge base as it is."""
    return decider_with()
