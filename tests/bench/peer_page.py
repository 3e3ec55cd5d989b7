"""The part of the benchmark page that sets policykb beside OpenFisca: speed by type of record, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["KNOWN", "PLAIN", "SAME", "peer_section"]

SAME, PLAIN, KNOWN = "decide same awards", "OpenFisca", "OpenFisca known-flags"
TOTALS = "screen --totals"

Results = Mapping[tuple[str, str, int], Mapping[str, float]]
"""What was measured, by type of record, engine and size."""

NOTES = (
    "## 与 OpenFisca 对照 · Beside OpenFisca",
    "",
    "同样的奖励另为 OpenFisca-core 手写两遍，从同一个 Parquet 文件读入，直到汇总，每批一百万条。"
    "“OpenFisca”是通常写法，没有填报的数当作零，没有填报的是否当作否，只得出数额。"
    "“OpenFisca known-flags”给每项事实另设“是否已知”，手写三值逻辑，得出三种结果、数额下限和上限；"
    "其各项条数与 policykb 一致，否则这次测量作废。",
    "The same awards were written by hand for OpenFisca-core, twice, from the same Parquet file down to the totals, a "
    "million records at a time. “OpenFisca” is how one writes it: a number that is not stated reads as zero, a truth "
    "value as no, and all that comes out is an amount. “OpenFisca known-flags” has a known-flag for every fact and "
    "three-valued logic by hand, and gives the three outcomes with the least and the most; its counts are those of "
    "policykb, or else the measurement fails.",
    "",
    "“decide same awards”只判定这些条款：三种结果，精确小数的上下限，从文件到汇总，不含数据规则。"
    "policykb 的其他各行判定该类记录的全部条款。",
    "“decide same awards” decides these clauses alone: three outcomes, the least and the most in exact decimals, from "
    "the file to the totals, without data rules. The other rows of policykb decide all clauses of the type of record.",
    "",
)
SPEED_HEAD = (
    "| 记录类型 type | 记录 records | decide same awards 条/秒 per s | OpenFisca 条/秒 per s "
    "| known-flags 条/秒 per s | decide same awards ÷ OpenFisca, wall · CPU "
    "| decide same awards ÷ known-flags, wall · CPU | screen --totals ÷ OpenFisca, wall · CPU |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
)
DIFFERENCES_HEAD = (
    "### 答案的差别 · Where the answers differ",
    "",
    "逐条与精确答案比较；精确答案的汇总与 `policykb screen` 分毫不差。“待定”指缺少的数足以改变答案，policykb 不下结论。"
    "条款组的“结果”指哪一项胜出。"
    "差一分指舍入之前相差一分或以上，来自 32 位浮点数；known-flags 连同下限和上限一起比较，待定的也算。",
    "Compared record by record with exact answers, whose totals are those of `policykb screen` to the fen. “Open”: a "
    "value that is missing decides, and policykb leaves the answer open. The status of a group is which member wins. "
    "Off by a fen: a fen or more before rounding, "
    "from 32-bit floats; of known-flags both the least and the most are compared, open answers included.",
    "",
    "| 条款或条款组 clause or group | 记录 records | 待定而给出数额 open, an amount given "
    "| 待定而答没有 open, answered with none | 结果不同 other status | 差一分以上 off by a fen "
    "| known-flags：结果不同 other status | known-flags：差一分以上 off by a fen |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
)
COUNTED = ("open, answered with an amount", "open, answered with none", "other status", "off by a fen")


def peer_section(results: Results, kind: str, peer: Mapping[str, Any]) -> list[str]:
    """The section as Markdown lines in both languages; empty where the peer was not measured.

    Args:
        results: all measurements.
        kind: the type of record that the other engines were measured with.
        peer: the awards written for the peer, as in awards.json.
    """
    measured = sorted({(of, size) for of, name, size in results if name == PLAIN}, key=lambda x: (x[0] != kind, *x))
    if not measured:
        return []
    lines = ["", *NOTES, *SPEED_HEAD]
    for of, size in measured:
        same, plain, known = (results.get((of, name, size)) for name in (SAME, PLAIN, KNOWN))
        speeds = [f"{size / found['wall']:,.0f}" if found else "" for found in (same, plain, known)]
        ratios = [_ratio(found, same) for found in (plain, known)]
        ratios.append(_ratio(plain, results.get((of, TOTALS, size))))
        lines.append(f"| {of} | {size:,} | {' | '.join([*speeds, *ratios])} |")
    return [*lines, "", *_verdicts(results, kind), "", *DIFFERENCES_HEAD, *_differences(results, peer, measured)]


def _ratio(slower: Mapping[str, float] | None, faster: Mapping[str, float] | None) -> str:
    """How many times the records per second; below one where the first is the faster one after all."""
    if not slower or not faster:
        return ""
    return " · ".join(f"{slower[clock] / faster[clock]:.2f}" for clock in ("wall", "cpu"))


def _verdicts(results: Results, kind: str) -> list[str]:
    """For the largest file: how policykb and the peer compare, whichever way it falls; where another size differs."""
    sizes = sorted((size for of, name, size in results if name == PLAIN and of == kind), reverse=True)
    found = []
    for mine, zh, en in (
        (SAME, "同样的奖励", "the same awards"),
        ("decide", "全部条款", "all clauses"),
        (TOTALS, "全部条款，另加读取、编号查重和数据规则", "all clauses, with intake, ids and data rules"),
    ):
        for theirs in (PLAIN, KNOWN):
            pairs = [(size, results.get((kind, mine, size)), results.get((kind, theirs, size))) for size in sizes]
            both = [(size, ours, other) for size, ours, other in pairs if ours and other]
            if both:
                ratios = [
                    (size, other["wall"] / ours["wall"], other["cpu"] / ours["cpu"]) for size, ours, other in both
                ]
                found.append(_verdict(f"{kind}，policykb {mine}", (zh, en), theirs, ratios))
    return found


def _verdict(mine: str, what: tuple[str, str], theirs: str, ratios: list[tuple[int, float, float]]) -> str:
    """One sentence in both languages; `ratios` are size, ratio by the clock and by CPU time, the largest size first."""
    size, wall, cpu = ratios[0]
    winner = "policykb" if cpu >= 1 else theirs
    others = [f"{few:,}" for few, _, ratio in ratios[1:] if (ratio >= 1) != (cpu >= 1)]
    zh = f"按 CPU 时间 {winner} 较快" + (f"，{'、'.join(others)} 条时相反" if others else "")
    en = f"by CPU time {winner} is faster" + (f", the other way round at {'; '.join(others)} records" if others else "")
    return (
        f"- {size:,}，{mine}（{what[0]}）每秒条数为 {theirs} 的 {wall:.2f} 倍，按 CPU 时间 {cpu:.2f} 倍；{zh}。"
        f"{what[1].capitalize()}: {wall:.2f} times the records per second of {theirs}, "
        f"{cpu:.2f} times by CPU time; {en}."
    )


def _differences(results: Results, peer: Mapping[str, Any], measured: list[tuple[str, int]]) -> list[str]:
    """What was counted in the largest file of each type, one row for each clause or group."""
    largest: dict[str, int] = {}
    for of, size in measured:
        largest[of] = max(size, largest.get(of, 0))
    ids = [(rule["clause"], rule["type"]) for rule in peer["awards"].values()]
    ids += [(rule["group"], rule["type"]) for rule in peer["groups"].values()]
    lines = []
    for shown, of in sorted(ids):
        if of not in largest:
            continue
        plain = results.get((of, PLAIN, largest[of]), {})
        known = results.get((of, KNOWN, largest[of]), {})
        counts = [plain.get(f"{shown}: {word}") for word in COUNTED]
        counts += [known.get(f"{shown}: {word}") for word in COUNTED[2:]]
        cells = [f"{int(count):,}" if count is not None else "" for count in counts]
        lines.append(f"| {shown} | {largest[of]:,} | {' | '.join(cells)} |")
    return lines
