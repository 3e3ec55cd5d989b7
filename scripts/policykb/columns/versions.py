"""The versions of a document that a screening decides by: as first issued, and from the day of each amendment on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..api import Policykb
from ..errors import CallError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Version", "in_force", "knowing", "overlays_of", "refuse_several", "versions_of"]


@dataclass(frozen=True, eq=False)
class Version:
    """A version, and of which records: those decided from a day on (None: from the first) until before another."""

    kb: Policykb
    start: date | None = None
    end: date | None = None

    def of(self, records: pl.LazyFrame) -> pl.LazyFrame:
        """Those of some records that it decides, each by the last day of its period; what has none is of the first."""
        import polars as pl

        text = pl.col("period").cast(pl.String)
        day = pl.when(text.str.len_chars() == len("2020")).then(text + "-12-31").otherwise(text)
        if self.start is not None:
            records = records.filter((day >= self.start.isoformat()).fill_null(False))
        return records if self.end is None else records.filter((day < self.end.isoformat()).fill_null(True))


def in_force(documents: Sequence[Policykb], day: date | None) -> list[Policykb]:
    """The documents as amended by a day; as they are if None, since then each record is decided as of its own."""
    if day is None:
        return list(documents)
    return [kb.version(max((one for one in _days(kb) if one <= day), default=None)) for kb in documents]


def versions_of(kb: Policykb, day: date | None) -> tuple[Version, ...]:
    """The versions that records are decided by: the document itself where they are all decided as of one day.

    Raises:
        CallError: an amendment changes a group over several records, which may be of several versions.
    """
    starts = [] if day is not None else _days(kb)
    found = tuple(
        Version(kb.version(start), start, end) for start, end in zip((None, *starts), (*starts, None), strict=True)
    )
    for one in found:
        if one.kb.book.joints != kb.book.joints:
            raise CallError("screen-amended-groups", policy=kb.knowledge.policy, start=one.start)
    return found


def overlays_of(kb: Policykb, day: date | None) -> tuple[str, ...]:
    """The names of the overlays that records are decided by: those of the last version, which has all before it."""
    (document,) = in_force([kb], day)
    return versions_of(document, day)[-1].kb.book.origin.overlays


def refuse_several(documents: Sequence[Policykb], day: date | None) -> None:
    """Refuse records that may be of several versions, where all are decided by one.

    Raises:
        CallError: a document is amended, and no as-of day says by which version.
    """
    for kb in documents:
        if day is None and (days := _days(kb)):
            raise CallError("screen-amended-on-spark", policy=kb.knowledge.policy, start=days[0])


def knowing(kb: Policykb, name: str) -> Policykb:
    """The version that knows a clause or a group, which amendments may add: the document itself if it does."""
    versions = (kb, *(kb.version(day) for day in reversed(_days(kb))))
    known = (one for one in versions if name in one.book.clauses or name in (*one.book.groups, *one.book.joints))
    return next(known, kb)


def _days(kb: Policykb) -> list[date]:
    return sorted({one.valid_from for one in kb.knowledge.amendments if one.valid_from is not None})
