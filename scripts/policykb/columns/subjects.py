"""Whose each record is, over columns: the same subjects as `law.subjects.Subjects` tells, on whatever engine."""

from __future__ import annotations

import re
from collections.abc import Callable

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from ..engines.columns.truth import choose
from ..law.subjects import NameForms, normal_name
from .engines import Engine

__all__ = ["subjects"]

_PLAIN = "^[0-9A-Za-z\u4e00-\u9fff]+$"
"""Names that their normal form leaves as they are but for the case of Latin letters."""


def subjects(engine: Engine, owners: ir.Table, forms: NameForms, keep: Callable[[ir.Table], ir.Table]) -> ir.Table:
    """The records with the column `subject`: the number of the first record of the same subject.

    A record is of the subject of its credit code; without one, of the single code that stands beside its name, or
    else of its name, or else it is alone.

    Args:
        engine: carries it out.
        owners: the columns row, name and code of each record.
        forms: the words for a company's form, in which the names of one subject may differ.
        keep: has a table worked out once.
    """
    owners = owners.mutate(name=owners["name"].nullif(""), code=owners.code.nullif(""))
    key = ibis.literal("c").concat(owners.code)
    is_named = owners.code.isnull() & owners["name"].notnull()
    if bool(owners.aggregate(any=is_named.cast("int64").max()).to_pyarrow()["any"][0].as_py()):
        owners = keep(_with_normal(engine, owners, forms, keep))
        bare = owners.filter(owners.code.isnull() & owners.normal.notnull()).select("normal").distinct()
        coded = owners.filter(owners.code.notnull()).semi_join(bare, "normal")
        codes = coded.group_by("normal").aggregate(one=coded.code.min(), other=coded.code.max())
        codes = codes.filter(codes.one == codes.other).select("normal", one="one")
        owners = owners.left_join(codes, "normal").drop("normal_right")
        by_name = choose(
            owners.one.notnull(), ibis.literal("c").concat(owners.one), ibis.literal("n").concat(owners.normal)
        )
        key = choose(owners.code.notnull(), ibis.literal("c").concat(owners.code), by_name)
    keyed = keep(owners.mutate(key=key.fill_null(ibis.literal("r").concat(owners.row.cast("string")))))
    first = keyed.group_by("key").aggregate(subject=keyed.row.min())
    return keep(keyed.inner_join(first, "key").drop("key", "name", "code", *({"normal", "one"} & {*keyed.columns})))


def _with_normal(engine: Engine, owners: ir.Table, forms: NameForms, keep: Callable[[ir.Table], ir.Table]) -> ir.Table:
    """The records with the normal form of their names; most names are plain, and the others are read one by one."""
    found = owners.filter(owners["name"].notnull()).select("name").distinct()
    words, plain = forms.words, found["name"].lower()
    is_plain = found["name"].re_search(_PLAIN)
    if words:
        text, listed = plain, "|".join(map(re.escape, words))
        head = text.re_replace(f"({listed})$", "")
        # Where no word begins within what stands before the last one, the last one is all there is to be replaced.
        begun = "|".join(sorted({re.escape(word[:size]) for word in words for size in range(1, len(word))}))
        is_plain = is_plain & ~head.re_search(f"{listed}|({begun})$")
        ends = [(text.endswith(word), head.concat(stands)) for word, stands in words.items()]
        plain = ibis.cases(*ends, else_=text)
    found = keep(found.mutate(normal=choose(is_plain, plain, ibis.literal(None, "string"))))
    odd = found.filter(found.normal.isnull()).to_pyarrow()["name"].to_pylist()
    if odd:
        read = pa.table({"odd": odd, "read": [forms.one(normal_name(name)) for name in odd]})
        joined = found.left_join(engine.listed("names", read), [("name", "odd")])
        found = keep(joined.select("name", normal=joined.normal.coalesce(joined["read"].nullif(""))))
    return owners.left_join(found, "name").drop("name_right")
