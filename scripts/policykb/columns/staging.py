"""Find what is not plain in a file, and stage a copy in which it has been read, on one machine.

Where all values are plain, nothing is copied. Otherwise the file is taken in pieces, so that the different odd texts of
a piece fit into memory, also where every text of the file is odd.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from ..engines.columns.truth import all_of, any_of, column
from ..law.data_rules import FactRule
from .engines import PolarsEngine
from .intake import ODD, Intake, take_in
from .plain import Plain, read_plain
from .sources import Source
from .texts import REFUSED, Readers, Texts

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Survey", "read_odd", "read_source", "survey"]

_TEXTS = 1_000_000
"""Values that are looked at in one piece, at most: rows by odd columns."""
_FEWEST = 10_000
_PLAIN, _VALUE, _KEY, _BROKEN, _UNUSUAL = "plain:", "value:", "key:", "broken:", "unusual:"


@dataclass(frozen=True)
class Survey:
    """What a pass over the texts of a file found.

    `odd` are the columns with values that are not surely plain; `unbroken` the numbers of the checks about columns
    that every record has which nothing breaks, where all is plain; `is_ordered` says whether the ids ascend.
    """

    odd: frozenset[str]
    unbroken: frozenset[int]
    is_ordered: bool


def survey(
    engine: PolarsEngine, intake: Intake, source: Source, readers: Readers, usual: Mapping[str, Sequence[str]]
) -> Callable[[], Survey]:
    """What looks at the texts of a file: a function that may be called in another thread.

    Args:
        engine: carries it out.
        intake: what is made of the file.
        source: the file.
        readers: the readers.
        usual: texts that are frequent in a column. It only makes the work faster.
    """
    import polars as pl

    table = intake.surveyed
    flags = {name: table[name] for name in table.columns if name.startswith(ODD)}
    if "record" in source.titles:  # an id is made up for a row without one
        flags[ODD + "record"] = column(any_of((flags.get(ODD + "record", False), table.record.isnull())))
    broken = {f"{_BROKEN}{number}": is_broken for number, (_, is_broken) in intake.about_own().items()}
    about = {f"{_BROKEN}{number}": item for number, (item, _) in intake.about_own().items()}
    # Where a column holds nothing but frequent texts that are right, its values need no closer look.
    right = {name: [text for text in usual.get(name, ()) if _is_right(name, text, source, readers)] for name in usual}
    unusual = {_UNUSUAL + name: _differs(name, table[name], texts, readers) for name, texts in right.items() if texts}
    later = {ODD + name for name in right if right[name]} | {flag for flag, item in about.items() if right.get(item)}
    asked = {**flags, **broken}
    soon = {name: flag for name, flag in asked.items() if name not in later}
    ids = pl.col("record")
    # Most files are in the order of their ids, in which none can stand twice.
    ordered = ((ids > ids.shift(1)).sum() + 1 >= pl.len()).alias("is ordered")
    first = engine.frame(table.select(record=table.record, **soon, **unusual))
    first = first.select(ordered, *(pl.col(flag).any() for flag in (*soon, *unusual)))
    rest = {name: flag for name, flag in asked.items() if name in later}
    second = engine.frame(table.select(**rest)).select(pl.all().any()) if rest else None

    def look() -> Survey:
        row = first.collect(engine="streaming").row(0, named=True)
        if second is not None:
            is_unusual = any(row[flag] for flag in unusual)
            more = second.collect(engine="streaming").row(0, named=True) if is_unusual else dict.fromkeys(rest, False)
            row |= more
        odd = {name.removeprefix(ODD) for name in flags if row[name]}
        unbroken = {int(name.removeprefix(_BROKEN)) for name in broken if not row[name]}
        return Survey(frozenset(odd), frozenset(unbroken), bool(row["is ordered"]))

    return look


def _rules(name: str, readers: Readers) -> list[FactRule]:
    """The data rules about a column that is no fact which keep a record from being decided."""
    about = (*readers.rules.subject, *readers.rules.types[readers.kind.id].record)
    return [rule for rule in about if rule.path == name and rule.severity == "error"]


def _is_right(name: str, text: str, source: Source, readers: Readers) -> bool:
    """Whether a text is plain, and breaks no rule of the data."""
    rules = _rules(name, readers)
    is_plain = readers.words.is_plain(source.header.items[name], text)
    return is_plain and all(rule.relation is None and rule.admits(text) for rule in rules)


def _differs(name: str, value: ir.Value, texts: Sequence[str], readers: Readers) -> ir.BooleanValue:
    """Whether a value is none of some texts, or is missing where it must not be."""
    other = column(all_of(value != text for text in texts))
    return other | value.isnull() if any(rule.min_count for rule in _rules(name, readers)) else other


def read_source(
    engine: PolarsEngine, source: Source, readers: Readers, folder: Path
) -> tuple[Source, dict[str, Texts]]:
    """A file in which what is not plain has been read, and the readers of the columns in which there was any.

    Args:
        engine: looks for what is plain.
        source: the file.
        readers: read what is not.
        folder: where a copy is written if need be.

    Raises:
        InputError: a column has a type that its item cannot be read from.
    """
    intake = take_in(engine, engine.table("surveyed", source.scan()), source.header.items, readers)
    found = survey(engine, intake, source, readers, {})()
    return read_odd(engine, source, readers, found.odd, folder) if found.odd else (source, {})


def read_odd(
    engine: PolarsEngine, source: Source, readers: Readers, odd: frozenset[str], folder: Path
) -> tuple[Source, dict[str, Texts]]:
    """The same records with the values of the odd columns read and beside each the texts refused, and their readers.

    Args:
        engine: looks for what is plain.
        source: the file.
        readers: read what is not.
        odd: the columns to be read.
        folder: where the copy is written.
    """
    import polars as pl

    folder.mkdir()
    names = [name for name in source.titles if name in odd]
    size = max(_FEWEST, _TEXTS // len(names))
    texts: dict[str, Texts] = {}
    paths = []
    for number, piece in enumerate(_pieces(source, size)):
        raw = engine.table("piece", piece.lazy())
        plain = _plain(raw, source, readers)
        looked: dict[str, ir.Value] = {}
        for name in names:
            one = plain[name]
            looked |= {_VALUE + name: one.value, _KEY + name: one.key, _PLAIN + name: ~_flag(one)}
            if name not in texts:
                item = source.header.items[name]
                texts[name] = Texts(readers, item, one.written, one.value.type())
        frame = engine.frame(raw.mutate(**looked)).collect()
        for name in names:
            frame = _with_read(frame, name, texts[name])
        if "record" in odd:
            frame = frame.with_columns(pl.coalesce("record", "made up"))
        path = folder / f"part-{number:05d}.parquet"
        frame.select(pl.exclude("made up", "^(key|plain|value):.*$")).write_parquet(
            path, compression="zstd", compression_level=1
        )
        paths.append(path)
    titles = {name: name for name in pl.scan_parquet(paths, glob=False).collect_schema()}
    return replace(source, paths=tuple(paths), titles=titles, number=None), texts


def _plain(raw: ir.Table, source: Source, readers: Readers) -> dict[str, Plain]:
    return {name: read_plain(item, raw[name], readers.words) for name, item in source.header.items.items()}


def _flag(plain: Plain) -> ir.BooleanValue:
    is_odd = plain.is_odd
    return ibis.literal(is_odd) if isinstance(is_odd, bool) else is_odd


def _pieces(source: Source, size: int) -> Iterator[pl.DataFrame]:
    """The recognised columns, so many rows at a time, with the ids that would be made up."""
    import polars as pl

    frame = source.numbered()
    wanted = [pl.col(title).alias(name) for name, title in source.titles.items()]
    made_up = source.made_up()
    ids = [made_up.alias("made up"), *([] if "record" in source.titles else [made_up.alias("record")])]
    for start in range(0, source.rows, size):
        yield frame.slice(start, size).select(*ids, *wanted).collect(engine="streaming")


def _with_read(frame: pl.DataFrame, name: str, texts: Texts) -> pl.DataFrame:
    """A piece with the odd texts of a column read."""
    import polars as pl

    key, is_plain = pl.col(_KEY + name), pl.col(_PLAIN + name)
    odd = frame.filter(~is_plain)[_KEY + name].unique()
    found = pl.from_arrow(texts.table(odd.to_list()))
    assert isinstance(found, pl.DataFrame)
    table = found.rename({"text": "odd", "value": "odd value", "refused": REFUSED + name})
    joined = frame.with_columns(odd=pl.when(~is_plain).then(key)).join(
        table, on="odd", how="left", maintain_order="left"
    )
    value = pl.when(is_plain).then(pl.col(_VALUE + name)).otherwise(pl.col("odd value"))
    return joined.with_columns(value.alias(name)).drop("odd", "odd value")
