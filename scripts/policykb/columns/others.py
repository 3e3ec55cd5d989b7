"""The ids of records about which a document says nothing, and which stand beside those that it decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError
from ..model import Finding, Record, RecordType, Vocabulary
from ..readers import FORMATS, stream_records
from .opening import open_source
from .sources import Source, separator_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Others", "shared_ids"]


class Others:
    """Keeps the ids of records that a document does not decide: no other record may bear them.

    Args:
        vocabulary: what the document knows of data.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._types = vocabulary.record_types
        self._read: dict[str, dict[str, None]] = {}
        self._ids: list[pl.Series] = []

    def add(self, source: Source) -> None:
        """Keep the ids of a table of records of a type of which the document has no clause."""
        self._ids.append(_ids_in(source).collect(engine="streaming")["record"])

    def add_file(self, path: Path, kind: RecordType, vocabulary: Vocabulary, staging: Path) -> None:
        """Keep the ids of a file of a type that the document does not know; what is wrong in it, others say.

        Args:
            path: the file.
            kind: the type of its records.
            vocabulary: what all documents know of data.
            staging: a folder for what is made of the file.
        """
        if path.suffix.lower() not in FORMATS or separator_of(path.name) is not None:
            (held := staging / f"beside-{len(self._ids)}").mkdir()
            with suppress(InputError):
                return self.add(open_source(path, kind, vocabulary, held))
        if path.suffix.lower() in FORMATS:
            for _ in self.without(stream_records([path], vocabulary, type=kind.id, conversions=False)):
                pass

    def without(self, items: Iterable[Record | Finding]) -> Iterator[Record | Finding]:
        """What was read, but the records of types that the document does not know; their ids are kept."""
        for one in items:
            if isinstance(one, Finding) or one.type in self._types:
                yield one
            else:
                self._read.setdefault(one.type, {})[one.id] = None

    def ids(self) -> list[pl.Series]:
        """The ids in each table, each once."""
        import polars as pl

        return [*self._ids, *(pl.Series(list(ids), dtype=pl.String) for ids in self._read.values())]


def shared_ids(sources: Sequence[Source], beside: Sequence[pl.Series] = ()) -> list[str]:
    """The ids that stand in several tables.

    Args:
        sources: the tables.
        beside: the ids in further ones.
    """
    import polars as pl

    ids = [*map(_ids_in, sources), *(one.rename("record").to_frame().lazy() for one in beside)]
    if len(ids) < 2:
        return []
    twice = pl.concat(ids).group_by("record").len().filter(pl.col("len") > 1)
    return twice.collect(engine="streaming")["record"].drop_nulls().to_list()


def _ids_in(source: Source) -> pl.LazyFrame:
    """The ids of a table, each once."""
    import polars as pl

    return source.scan().select(pl.col("record").cast(pl.String).str.strip_chars()).unique()
