"""A corpus of small sheets, each named, with what it means written down by hand.

A case is drawn in text (see `clerk.sheet_of`): whole layouts stand in `layouts.yaml`, the ways to write one thing in
`wordings.yaml`. What it means is told by row: the figures in the unit of their fact, or "error" where they cannot be
known; a row that is not told of is no record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from cases_runner import LOADER

__all__ = ["CASES", "Case", "Told"]

Told: TypeAlias = Mapping[str, int] | str


@dataclass(frozen=True)
class Case:
    """A small sheet: its name, what is written in it, and what each of its records means, by row."""

    name: str
    text: str
    told: Mapping[int, Told] = field(default_factory=dict)
    sheet: str = "企业年度情况"


def _now(value: int) -> dict[str, int]:
    return {"tradeCNY": value}


E = "error"


def _families() -> Iterator[Case]:
    words = _load("wordings.yaml")
    for line, factor in words["lines"].items():
        told: Told = E if isinstance(factor, str) else _now(12 * factor)
        yield Case(f"line {line}", f"{line}\n企业名称|年度|进出口总额\n甲公司|2020|12", {3: told})
    for title, one in words["titles"].items():
        told = E if isinstance(one, str) else {} if one is None else _now(12 * one)
        yield Case(f"title {title}", f"企业名称|年度|生产型企业|{title}\n甲公司|2020|是|12", {2: told})
    for name, kind in ((name, kind) for kind, some in words["names"].items() for name in some):
        rows: dict[int, Told] = {2: _now(60_000), 4: _now(70_000)}
        if kind != "none":
            rows[3] = E if kind == E else _now(50_000)
        yield Case(
            f"name {name}",
            f"企业名称|年度|进出口总额（万元）\n枣庄子公司|2020|6\n{name}|2020|5\n枣庄丑公司|2020|7",
            rows,
        )
    for written, value in words["figures"].items():
        told = E if isinstance(value, str) else {} if value is None else _now(value)
        yield Case(f"figure {written}", f"企业名称|年度|进出口总额（万元）\n甲公司|2020|'{written}", {2: told})
    for written, period in words["periods"].items():
        told = E if period == E else _now(60_000)
        yield Case(f"period {written}", f"企业名称|年度|进出口总额（万元）\n甲公司|'{written}|6", {2: told})


def _load(name: str) -> Any:
    return yaml.load(Path(__file__).with_name(name).read_text(encoding="utf-8"), LOADER)


def _layouts() -> Iterator[Case]:
    for one in _load("layouts.yaml"):
        yield Case(one["name"], one["text"].rstrip("\n"), one["told"], one.get("sheet", "企业年度情况"))


CASES = (*_families(), *_layouts())
"""All cases; their names are unlike each other."""
