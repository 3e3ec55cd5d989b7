"""Mutated records: garbage is never decided, and no command makes something else of a record than another.

`POLICYKB_MUTATED` sets how many records are tried.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from policykb.api import Policykb

from .records import Mutated, applied, checked, mutate, screened, write

COUNT = int(os.environ.get("POLICYKB_MUTATED", "300"))
DAILY = ("EnterpriseYear", "ForeignCapitalProject")
"""The types that are tried where there are few records; otherwise all are."""
MOST = 500  # records of one file


@pytest.mark.proof
def test_mutated_records_are_decided_alike(shipped: Policykb, tmp_path: Path) -> None:
    """`apply` and `screen` decide the same records in the same way, `check` calls wrong those that they do not decide,
    and a record with garbage among its facts is one of those."""
    pytest.importorskip("polars")
    source = random.Random(COUNT)
    kinds = DAILY if COUNT < 1000 else tuple(shipped.vocabulary.record_types)
    left, tried = COUNT, 0
    while left > 0:
        for kind in kinds:
            count = min(MOST, -(-COUNT // len(kinds)))
            folder = tmp_path / f"{kind}-{left}"
            folder.mkdir()
            records = mutate(shipped, kind, count, source)
            compare(records, folder / f"{kind}.csv")
            left, tried = left - count, tried + count
    assert tried >= COUNT


def compare(records: Sequence[Mutated], path: Path) -> None:
    """All commands make the same of these records, and nothing of garbage."""
    write(records, path)
    decided, wrong = applied(path)
    other, refused = screened(path, path.parent / "out")
    found = checked(path)
    faults = []
    for one in records:
        id = one.row["id"]
        said = [id in wrong, id in found, id in refused]
        if one.garbage and id in decided:
            faults.append(f"garbage in {one.garbage} is decided: {_shown(one)}")
        if len(set(said)) > 1:
            faults.append(f"wrong for apply, check, screen: {said}: {_shown(one)}")
        elif decided.get(id) != other.get(id):
            mine, its = decided.get(id, {}), other.get(id, {})
            unlike = {name: (mine.get(name), its.get(name)) for name in mine.keys() | its.keys()
                      if mine.get(name) != its.get(name)}  # fmt: skip
            faults.append(f"apply and screen decide {unlike}: {_shown(one)}")
    assert not faults, "\n".join(faults[:5])


def _shown(one: Mutated) -> str:
    return str({name: text for name, text in one.row.items() if text})
