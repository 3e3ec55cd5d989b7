"""Measure the screening of large files and write docs/reference/benchmarks.md.

Each measurement runs in a process of its own, so that its peak memory is its own: what is printed is wall time, CPU
time and peak memory. The yardstick, the scan floor, is DuckDB adding up the same columns of the same file.

    python tests/bench/measure_screen.py [--sizes 1000,100000,10000000] [--only NAME,…]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from peer_page import KNOWN, PLAIN, SAME, peer_section

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "benchmarks.md"
KEPT = "## 整条 apply · The whole of `apply`"  # from this section on the page stays as it is
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 60_000_000)
"""The last is about as many enterprises as the whole country has."""
MOST = {"pySHACL": 1_000, "SPARQL": 1_000, "Spark": 10_000_000} | dict.fromkeys((SAME, PLAIN, KNOWN), 10_000_000)
AGAINST, GROWN = 10_000_000, 100_000
"""The size that is set against pySHACL, and from which on growth is shown."""
ROUNDS, PATIENCE = 3, 20.0
"""Each engine is measured in turn, so often, or until it has taken so many seconds; its best round counts."""
OPENFISCA = os.environ.get("POLICYKB_OPENFISCA", "")
KIND = "EnterpriseYear"
# Those of which the peer has awards.
KINDS = (KIND, "ForeignCapitalProject", "ProjectReferral")
THREADS = 2


def make(path: Path, count: int, kind: str = KIND) -> None:
    """Records of 2020 from a seed: a tenth of the facts missing, one number in fifty exactly on a bound.

    Args:
        path: the Parquet file to write.
        count: how many records.
        kind: their type; edges.json says what its facts look like.
    """
    import duckdb

    edges = json.loads((Path(__file__).parent / "edges.json").read_text(encoding="utf-8"))[kind]
    facts = {name: _rank(top) for name, top in edges.get("rank", {}).items()}
    facts |= {name: _gap(f"random() < {share}") for name, share in edges["truth"].items()}
    facts |= {name: _drawn("exp(random() * {})::DECIMAL(18,2)", *drawn) for name, drawn in edges["money"].items()}
    facts |= {name: _gap(_one_of(codes)) for name, codes in edges.get("code", {}).items()}
    for name, (first, days, *bounds) in edges.get("day", {}).items():
        facts[name] = _drawn(f"(DATE '{first}' + floor(random() * {{}})::INT)", days, *(f"DATE '{b}'" for b in bounds))
    listed = ", ".join(f'{expression} AS "{name}"' for name, expression in facts.items())
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {THREADS}")
        connection.execute("SELECT setseed(0.42)")
        connection.execute(
            f"""COPY (SELECT 'e' || lpad(i::VARCHAR, 9, '0') AS id, '2020' AS period,
            '枣庄虚构' || i || '有限公司' AS name,
            CASE WHEN random() < 0.3 THEN NULL WHEN random() < 0.95 THEN '370402' ELSE '370403' END AS division,
            {listed} FROM range({count}) t(i)) TO '{path}' (FORMAT parquet)"""
        )


def _gap(drawn: str) -> str:
    """A value that is missing in one record of ten."""
    return f"CASE WHEN random() < 0.1 THEN NULL ELSE {drawn} END"


def _rank(top: int) -> str:
    """A place that half of the records state."""
    return f"CASE WHEN random() < 0.5 THEN NULL ELSE 1 + floor(random() * {top})::BIGINT END"


def _drawn(expression: str, size: int, *bounds: str) -> str:
    """A number or day, one in fifty exactly on a bound."""
    on_bound = bounds[0] if len(bounds) == 1 else f"([{', '.join(bounds)}])[1 + floor(random() * {len(bounds)})::INT]"
    return f"CASE WHEN random() < 0.1 THEN NULL WHEN random() < 0.02 THEN {on_bound} ELSE {expression.format(size)} END"


def _one_of(codes: list[str]) -> str:
    return f"({codes})[1 + floor(random() * {len(codes)})::INT]"


def _kb() -> Any:
    from policykb.api import load_policykb

    return load_policykb()


def _used(kb: Any, path: Path) -> list[str]:
    """The columns of the file that the rules read."""
    import polars as pl

    from policykb.engines.program import clause_criteria

    wanted = {"period", "division"}
    for clause in kb.book.by_type[KIND]:
        paths = [p for c in clause_criteria(clause) for a in c.atoms for p in (a.path, a.other) if p]
        paths += [fact for option in clause.options for fact in option.facts()]
        for name in paths:
            derived = kb.book.derived.get(name)
            wanted |= set(derived.inputs if derived else (name,))
    return [name for name in pl.scan_parquet(path).collect_schema().names() if name in wanted]


def floor(path: Path) -> None:
    """DuckDB adds up the same columns; text is counted."""
    import duckdb
    import polars as pl

    kb = _kb()
    schema = pl.scan_parquet(path).collect_schema()
    sums = []
    for name in _used(kb, path):
        kind = schema[name]
        value = f'count("{name}")' if kind == pl.String else f'sum("{name}"{"::INT" if kind == pl.Boolean else ""})'
        sums.append(value)
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {THREADS}")
        sql = f"SELECT {', '.join(sums)} FROM '{path}'"
        _timed(lambda: connection.execute(sql).fetchall())


def decide(path: Path) -> None:
    """Statuses, amounts and groups of all clauses, down to the totals, on Polars; the data rules not applied."""
    import polars as pl

    from policykb.columns.engines import PolarsEngine, decide_on
    from policykb.columns.summary import summary_columns

    kb, engine, frame = _kb(), PolarsEngine(), pl.scan_parquet(path)
    decided = decide_on(engine, kb, KIND, frame)
    plan = engine.frame(summary_columns(decided, frame.select(pl.len()).collect().item()))
    _timed(lambda: plan.collect(engine="streaming"))


def write_wide(path: Path) -> None:
    """The same decisions, written as one row for each record."""
    import polars as pl

    from policykb.columns.engines import PolarsEngine, decide_on
    from policykb.columns.outputs import wide

    kb, engine, frame = _kb(), PolarsEngine(), pl.scan_parquet(path).rename({"id": "record"})
    rows = engine.finish(wide(decide_on(engine, kb, KIND, frame)))
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        target = Path(folder) / "wide.parquet"
        _timed(lambda: rows.sink_parquet(target, compression="zstd", compression_level=1, statistics=False))


def _screen(rows: str) -> Callable[[Path], None]:
    def run(path: Path) -> None:
        from policykb.columns.screen import Screening, screen

        kb = _kb()
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            targets = (Path(folder) / str(run) for run in itertools.count())
            kind = kb.vocabulary.record_types[KIND]
            _timed(lambda: screen(kb, path, Screening(kind, next(targets), rows=rows)))

    return run


def _command(option: str) -> Callable[[Path], None]:
    """The command as a user gives it, from the start of its process to the end."""

    def run(path: Path) -> None:
        tool = Path(sys.executable).with_name("policykb")
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            call = [str(tool), "screen", str(path), "--type", KIND, option, "--out", str(Path(folder) / "out")]
            _timed(lambda: subprocess.run(call, capture_output=True, check=True), again=False)

    return run


def spark(path: Path) -> None:
    """The same totals on Spark, local[2], the session started beforehand; data rules included."""
    from policykb.columns.screen import Screening
    from policykb.columns.spark import connect, screen_on_spark

    kb = _kb()
    session = connect(f"local[{THREADS}]")
    session.range(10).count()
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        job = Screening(kb.vocabulary.record_types[KIND], Path(folder) / "out", rows="none")
        _timed(lambda: screen_on_spark(kb, str(path), job, "", session=session), again=False)


def _records(kb: Any, path: Path) -> list[Any]:
    import polars as pl

    from policykb.model import Place, Record

    facts = set(kb.vocabulary.record_types[KIND].facts)
    rows = pl.read_parquet(path).rows(named=True)
    return [
        Record(
            r["id"],
            KIND,
            r["period"],
            r["name"],
            None,
            r["division"],
            {n: v for n, v in r.items() if n in facts and v is not None},
            Place("bench"),
        )
        for r in rows
    ]


def sparql(path: Path) -> None:
    """The SPARQL queries on the embedded store."""
    kb = _kb()
    records = _records(kb, path)
    _timed(lambda: kb.decider.engine.decide(records), again=False)


def pyshacl(path: Path) -> None:
    """pySHACL, statuses alone."""
    from policykb.engines.shacl import ShaclEngine

    kb = _kb()
    records, engine = _records(kb, path), ShaclEngine(kb.book)
    _timed(lambda: engine.statuses(records), again=False)


def _peer() -> dict[str, Any]:
    """The awards that are written for the peer as well, by name."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "awards.json").read_text(encoding="utf-8"))
    return found


def _kind_of(path: Path) -> str:
    """The type of the records in a file of `make`, by its name: SIZE.parquet or SIZE-TYPE.parquet."""
    return path.stem.partition("-")[2] or KIND


def same_awards(path: Path) -> None:
    """Like `decide`, only the clauses that the peer has as well."""
    from dataclasses import replace

    import polars as pl

    from policykb.columns.engines import PolarsEngine, decide_on
    from policykb.columns.summary import summary_columns

    kb, peer, engine, frame = _kb(), _peer(), PolarsEngine(), pl.scan_parquet(path)
    decided = decide_on(engine, kb, _kind_of(path), frame)
    wanted = {award["clause"] for award in peer["awards"].values()}
    decided = replace(decided, clauses=tuple(column for column in decided.clauses if column.clause.id in wanted))
    plan = engine.frame(summary_columns(decided, frame.select(pl.len()).collect().item()))
    _timed(lambda: plan.collect(engine="streaming"))


def _openfisca(way: str) -> Callable[[Path], None]:
    def run(path: Path) -> None:
        kind, out = _kind_of(path), path.with_suffix(".totals")
        if not out.exists():
            # What the peer is compared with; not part of its time.
            tool = Path(sys.executable).with_name("policykb")
            call = [str(tool), "screen", str(path), "--type", kind, "--totals", "--out", str(out)]
            subprocess.run(call, capture_output=True, check=True)
        script = Path(__file__).parent / "openfisca_awards.py"
        call = [OPENFISCA, str(script), way, kind, str(path), str(out / "summary.json")]
        done = subprocess.run(call, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        print(done.stdout.strip().splitlines()[-1])

    return run


ENGINES: dict[str, Callable[[Path], None]] = {
    "scan floor": floor,
    "decide": decide,
    "decide and write wide": write_wide,
    "screen --totals": _screen("none"),
    "screen --wide": _screen("wide"),
    "command screen --totals": _command("--totals"),
    "command screen --wide": _command("--wide"),
    "Spark": spark,
    "SPARQL": sparql,
    "pySHACL": pyshacl,
    SAME: same_awards,
    PLAIN: _openfisca("plain"),
    KNOWN: _openfisca("known"),
}


def _timed(action: Callable[[], Any], again: bool = True) -> None:
    """Run it (twice, the second counting, where the first warms up the file cache) and print what it took."""
    if again:
        action()
    wall, cpu = time.perf_counter(), _cpu()
    action()
    taken = {"wall": time.perf_counter() - wall, "cpu": _cpu() - cpu}
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    taken["rss"] = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children) / 1024
    print(json.dumps(taken))


def _cpu() -> float:
    """The CPU time of this process and of those it has waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure(name: str, path: Path) -> dict[str, float] | None:
    """One measurement in a process of its own; None where it fails."""
    call = [sys.executable, "-W", "ignore", str(Path(__file__)), "--run", name, str(path)]
    environment = {**os.environ, "POLARS_MAX_THREADS": str(THREADS)}
    done = subprocess.run(call, capture_output=True, text=True, env=environment)
    if done.returncode:
        print(name, done.stderr[-800:], file=sys.stderr)
        return None
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _best(names: list[str], path: Path) -> dict[str, dict[str, float]]:
    """The best of several rounds over these engines, with the peak memory of the worst."""
    best: dict[str, dict[str, float]] = {}
    spent = dict.fromkeys(names, 0.0)
    for _ in range(ROUNDS):
        for name in names:
            if spent[name] > PATIENCE:
                continue
            started = time.monotonic()
            found = measure(name, path)
            spent[name] += time.monotonic() - started if found is not None else PATIENCE
            if found is None:
                continue
            print(f"{name:26s}{path.stem:>36s} {found}", flush=True)
            former = best.get(name, found)
            peak = max(found["rss"], former["rss"])
            best[name] = {**(found if found["wall"] < former["wall"] else former), "rss": peak}
    return best


def main() -> None:
    """Measure what is asked for and write the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", nargs=2, metavar=("NAME", "FILE"))
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--only", default=",".join(ENGINES))
    chosen = parser.parse_args()
    if chosen.run:
        ENGINES[chosen.run[0]](Path(chosen.run[1]))
        return
    names = [name for name in chosen.only.split(",") if OPENFISCA or name not in (PLAIN, KNOWN)]
    results: dict[tuple[str, str, int], dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in map(int, chosen.sizes.split(",")):
            with_peer = (PLAIN in names or KNOWN in names) and size <= MOST[PLAIN]
            for kind in KINDS if with_peer else (KIND,):
                path = Path(folder) / (f"{size}.parquet" if kind == KIND else f"{size}-{kind}.parquet")
                make(path, size, kind)
                measured = [name for name in names if size <= MOST.get(name, size)]
                measured = [name for name in measured if kind == KIND or name in (SAME, PLAIN, KNOWN)]
                for name, found in _best(measured, path).items():
                    results[kind, name, size] = found
                path.unlink()
    kept = "".join(PAGE.read_text(encoding="utf-8").partition(f"\n{KEPT}")[1:]) if PAGE.exists() else ""
    PAGE.write_text(page(results) + kept, encoding="utf-8")


HEAD = (
    "# 性能 · Benchmarks",
    "",
    "由 `make bench-screen` 生成。Written by `make bench-screen`.",
    "",
    "{day} · {cores} 核 cores · 五分钟平均负载 load average over five minutes {load:.1f}",
    "",
    "各引擎轮流测量，至多三轮，取最快的一轮。负载高于核数时，墙钟时间受其他任务干扰，应看 CPU 时间。",
    "The engines are measured in turn, up to three rounds, and the best of each counts. Where the load exceeds the "
    "cores, others disturbed the wall times: look at CPU time.",
    "",
    "| 引擎 engine | 记录 records | 墙钟 wall s | CPU s | 条/秒 per s | 内存 peak MB | × floor, CPU | × floor, wall |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
)
NOTES = (
    "- 除 Spark、SPARQL、pySHACL、OpenFisca 和 command 各行外，都在同一进程中先做一遍再计时，与 scan floor 一样。"
    "All rows but Spark, SPARQL, pySHACL, OpenFisca and command do the work once in the process before it is timed, as "
    "the scan floor does.",
    "- scan floor：DuckDB 对同一文件的同样各列求和。DuckDB adding up the same columns of the same file.",
    "- decide：全部条款的状态、金额和择一，直到汇总；不含数据规则。"
    "All clauses, amounts and groups down to the totals, without data rules.",
    "- decide and write wide：同样的判定，写成宽表。The same decisions, written as one row for each record.",
    "- screen --totals：decide 再加读取、编号查重和数据规则。decide with intake, repeated ids and data rules.",
    "- screen --wide：再写出宽表。The same, and the wide Parquet written.",
    "- command：用户敲的整条命令，从启动进程、载入知识库和各程序库到写完。"
    "The whole command as a user gives it, with the start of the process and the loading of the knowledge base and the "
    "libraries.",
    "- Spark 的 CPU 时间和内存在 Java 进程中，不计。CPU time and memory of Spark are those of Java, not counted.",
    "- decide same awards、OpenFisca：只有后面对照的几项奖励。Only the awards that are set side by side below.",
)


def page(results: dict[tuple[str, str, int], dict[str, float]]) -> str:
    """The results as a page in both languages."""
    words = {"day": time.strftime("%Y-%m-%d"), "cores": os.cpu_count(), "load": os.getloadavg()[1]}
    lines = [line.format(**words) for line in HEAD]
    mine = {(name, size): found for (kind, name, size), found in results.items() if kind == KIND}
    for (name, size), found in sorted(mine.items(), key=lambda item: (item[0][1], list(ENGINES).index(item[0][0]))):
        base = mine.get(("scan floor", size), {})
        ratios = [
            f"{found[kind] / base[kind]:.1f}" if base.get(kind) and (kind == "wall" or name != "Spark") else ""
            for kind in ("cpu", "wall")
        ]
        cells = (
            name,
            f"{size:,}",
            f"{found['wall']:.3f}",
            "" if name == "Spark" else f"{found['cpu']:.3f}",
            f"{size / found['wall']:,.0f}",
            f"{found['rss']:.0f}",
            *ratios,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", *NOTES, *_findings(mine), *peer_section(results, KIND, _peer()), ""])


def _findings(results: dict[tuple[str, int], dict[str, float]]) -> list[str]:
    """Ratios between engines, and how the time grows."""
    found = []
    slow = [(size, r) for (name, size), r in results.items() if name == "pySHACL"]
    for ours in ("decide", "screen --totals"):
        fast = {size: r for (name, size), r in results.items() if name == ours}
        if slow and fast:
            few, one = max(slow, key=lambda x: x[0])
            many = max(size for size in fast if size <= AGAINST)
            wall = (many / fast[many]["wall"]) / (few / one["wall"])
            cpu = (many / fast[many]["cpu"]) / (few / one["cpu"])
            found.append(
                f"- {ours}（{many:,}）每秒为 pySHACL（{few:,}）的 {wall:,.0f} 倍，按 CPU 时间 {cpu:,.0f} 倍。"
                f"{ours} ({many:,}) does {wall:,.0f} times the records per second of pySHACL ({few:,}), "
                f"{cpu:,.0f} times by CPU time."
            )
        grown = "，".join(f"{size:,} {fast[size]['wall']:.3f} s" for size in sorted(fast) if size >= GROWN)
        if grown:
            found.append(f"- {ours} 的耗时随记录数增长 how its time grows with the records: {grown}")
    return found


if __name__ == "__main__":
    main()
