"""What was found once is found no more, and a few new inputs of every kind are tried each day."""

from __future__ import annotations

import pytest

from .explore import explore, kept
from .kinds import KINDS

FEW = {"csv": 5, "xlsx": 3, "json": 5, "jsonld": 3, "ttl": 3, "overlay": 2, "root": 1, "query": 2, "words": 4}


def test_what_was_found_is_mended() -> None:
    """An input that once ended in a traceback or a lie ends in an answer or a message."""
    for name, path in kept():
        kind = KINDS[name]
        found = [kind.attempt(path.read_bytes(), number)[1] for number in range(len(kind.calls))]
        assert found == [None] * len(kind.calls), path


@pytest.mark.parametrize("name", KINDS)
def test_mutated_inputs_end_in_an_answer_or_a_message(name: str) -> None:
    """Whatever is put into an input, the call ends by itself, with a documented exit code, and leaves nothing."""
    assert explore(name, FEW[name], 20201) is None
