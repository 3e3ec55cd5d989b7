"""What each subject gets over all tables of a screening: who each record is about, and what counts of it."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..law.subjects import NameForms, Subjects, normal_name
from .engines import PolarsEngine
from .outputs import AMOUNTS, Rows
from .summary import Sums

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Owed", "add_up_subjects", "owed"]

_OWNERS, _COUNTED = "owners", "counted"
_DIGITS = 38


def owed(engine: PolarsEngine, taken: Any, rows: Rows | None, folder: Path, number: int) -> list[Any]:
    """Plans that write the owners of a portion of records, and the sums that count.

    Args:
        engine: carries them out.
        taken: the typed records, wrong ones included.
        rows: what was decided of the valid ones, a row for each record and clause; None where nothing was.
        folder: where they write.
        number: of the portion.
    """
    import polars as pl

    folder.mkdir(parents=True, exist_ok=True)
    there = taken.collect_schema().names()
    texts = [
        (pl.col(one) if one in there else pl.lit(None)).cast(pl.String).alias(one) for one in ("name", "creditCode")
    ]
    plans = {_OWNERS: taken.select("record", *texts)}
    if rows is not None:
        plans[_COUNTED] = engine.finish(rows).filter(pl.col("counted")).select("record", "currency", *AMOUNTS)
    return [plan.sink_parquet(folder / f"{name}-{number:05d}.parquet", lazy=True) for name, plan in plans.items()]


@dataclass(frozen=True)
class Owed:
    """How many subjects there are, what all of them get by currency, and a row for each subject and currency."""

    subjects: int
    totals: Mapping[str, Sums]
    rows: pl.DataFrame


def add_up_subjects(folders: Sequence[Path], forms: NameForms) -> Owed:
    """What each subject gets over several tables.

    Args:
        folders: one for each table, see `owed`.
        forms: the words for a company's form, in which the names of one subject may differ.
    """
    import polars as pl

    subjects = Subjects(forms, hash)
    owners = [_read(folder, _OWNERS) for folder in folders]
    handles = [array("q", (subjects.number(*_named(forms, *row)) for row in _rows(one))) for one in owners]
    numbers: dict[int, int] = {}
    owners = [
        one.with_columns(
            subject=pl.Series(
                [numbers.setdefault(subjects.of(handle), len(numbers)) for handle in mine], dtype=pl.Int64
            )
        )
        for one, mine in zip(owners, handles, strict=True)
    ]
    counted = [pl.read_parquet(file) for folder in folders for file in sorted(folder.glob(f"{_COUNTED}-*.parquet"))]
    mine = [one for folder, one in zip(folders, owners, strict=True) for _ in folder.glob(f"{_COUNTED}-*.parquet")]
    kinds = [one.schema[AMOUNTS[0]] for one in counted]
    places = max((kind.scale for kind in kinds if isinstance(kind, pl.Decimal)), default=0)
    money = [pl.col(name).cast(pl.Decimal(_DIGITS, places)) for name in AMOUNTS]
    # Of an id that several records bear none is decided, so that each sum finds one record.
    found = [
        _added(sums.with_columns(*money, endless=pl.col(AMOUNTS[1]).is_null().cast(pl.Int64)).join(own, on="record"))
        for sums, own in zip(counted, mine, strict=True)
    ]
    added = _added(pl.concat(found)).sort("subject", "currency")
    coded = pl.col("creditCode").fill_null("") != ""
    first = [pl.coalesce(pl.col(one).filter(coded).first(), pl.col(one).first()) for one in ("name", "creditCode")]
    named = pl.concat(owners).group_by("subject").agg(*first, records=pl.len()).sort("subject")
    told = named.join(added, on="subject", how="left", maintain_order="left_right")
    most = pl.when(pl.col("endless") == 0).then(pl.col(AMOUNTS[1])).alias(AMOUNTS[1])
    rows = told.select("name", "creditCode", "records", "currency", AMOUNTS[0], most, "endless")
    whole = _added(added.with_columns(subject=0)).sort("currency").drop("subject")
    return Owed(len(numbers), {currency: Sums(*sums) for currency, *sums in whole.iter_rows()}, rows)


def _read(folder: Path, name: str) -> pl.DataFrame:
    import polars as pl

    return pl.read_parquet(sorted(folder.glob(f"{name}-*.parquet")), glob=False)


def _rows(owners: pl.DataFrame) -> Iterator[tuple[str | None, str | None]]:
    return owners.select("name", "creditCode").iter_rows()


def _named(forms: NameForms, name: str | None, code: str | None) -> tuple[str, str | None]:
    """A name in its one form, and a code."""
    return forms.one(normal_name(name)) if name else "", code or None


def _added(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return rows.group_by("subject", "currency").agg(pl.col(*AMOUNTS).sum(), pl.col("endless").sum())
