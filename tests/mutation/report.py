"""Tell what came of the mutants: a table by article, one by kind of change, and the survivors with their reasons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from policykb.model import Text

from .mutants import KINDS
from .run import Row

__all__ = ["counts", "page", "section", "sections", "table"]


def _by_reason(rows: list[Row], known: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        reason = known.get(row.mutant.name)
        if reason:
            key = (reason["zh"], reason["en"])
        elif row.verdict.proof:
            key = ("只有数字与字句的核对察觉。", "Noticed by the proof of the numbers alone.")
        else:
            key = ("尚无说明。", "Not explained.")
        found.setdefault(key, []).append(row.mutant.name)
    return found


def table(rows: Iterable[Row]) -> list[tuple[int, int, int, int, int]]:
    """By article (0: the whole document): mutants, noticed by a scenario, of the rest by the proof, survivors."""
    keyed: dict[int, list[Row]] = {}
    for row in rows:
        keyed.setdefault(row.mutant.article, []).append(row)
    return [(article, *counts(found)) for article, found in sorted(keyed.items())]


def counts(rows: list[Row]) -> tuple[int, int, int, int]:
    """(mutants, noticed by a scenario, of the rest noticed by the proof, survivors)."""
    killed = sum(row.verdict.killed for row in rows)
    proof = sum(row.verdict.proof and not row.verdict.killed for row in rows)
    return len(rows), killed, proof, len(rows) - killed - proof


def _article(number: int) -> str:
    return f"第{number}条 | {number}" if number else "全文 | whole document"


def page(parts: Iterable[str]) -> str:
    """The page of the site: what is done, then each document."""
    lines = [
        "# 变异测试 · Mutation test",
        "",
        "把规则逐一改错，看情景用例是否察觉：每一处界限、金额、条件和合并规则都改一次；"
        "用例未察觉的，再看数字与字句的核对（`policykb verify`）是否察觉。此页由 `make mutate` 生成。",
        "",
        "Every rule is made wrong once, one at a time, to see whether a scenario notices; where none does, the proof "
        "of the numbers against their words (`policykb verify`) may. `make mutate` writes this page.",
        "",
    ]
    return "\n".join(lines) + "".join(f"\n{part}" for part in parts)


def sections(text: str) -> dict[str, str]:
    """The parts of a page that was written before, by the document that each is about."""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    named = {re.search(r"`([^`\n]+)`$", part.partition("\n")[0]): part.rstrip("\n") + "\n" for part in parts}
    return {match[1]: part for match, part in named.items() if match is not None}


def same_line(left: int, same: int) -> str:
    """How many of the survivors change nothing."""
    return (
        f"未察觉的 {left} 处里，{same} 处改与不改没有差别：每个情景，以及少填其中任何一两项事实，结果都与未改时相同。"
        f" · Of the {left} survivors {same} change nothing: every scenario, also without any one or two of its facts, "
        "is decided as before."
    )


def section(slug: str, title: Text, rows: list[Row], known: Mapping[str, Mapping[str, str]], same: int) -> str:
    """A document: the table by article, the kinds of change, and the survivors with their reasons."""
    lines = [
        f"## {title.zh} · {title.en} `{slug}`",
        "",
        "| 条 | article | 变异 mutants | 用例察觉 by a scenario | 仅核对察觉 by the proof | 未察觉 survivors |",
        "|---|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {_article(name)} | {total} | {killed} | {proof} | {left} |"
        for name, total, killed, proof, left in table(rows)
    ]
    total, killed, proof, left = counts(rows)
    lines += [f"| **合计** | **total** | **{total}** | **{killed}** | **{proof}** | **{left}** |", ""]
    lines += [same_line(left, same), ""]
    lines += ["| 改法 | change | 变异 mutants | 用例察觉 by a scenario |", "|---|---|---:|---:|"]
    made = Counter(row.mutant.kind for row in rows)
    noticed = Counter(row.mutant.kind for row in rows if row.verdict.killed)
    lines += [f"| {zh} | {en} | {made[kind]} | {noticed[kind]} |" for kind, (zh, en) in KINDS.items() if made[kind]]
    unnoticed = [row for row in rows if not row.verdict.killed]
    if unnoticed:
        lines += ["", "### 用例未察觉的 · What no scenario notices"]
        for (zh, en), names in _by_reason(unnoticed, known).items():
            lines += ["", zh, "", en, "", *(f"- `{name}`" for name in names)]
    return "\n".join(lines) + "\n"
