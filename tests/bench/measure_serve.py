"""Measure `policykb serve` under a load of calls with one record each, and write it into docs/reference/benchmarks.md.

Clients in processes of their own keep a connection each and call again as soon as they are answered. Beside how many
calls a second were answered stand the time of the processor that the service took for a call, which says what it would
be where nothing else runs, and the median and the 99th percentile of how long a call took.

    python tests/bench/measure_serve.py [--seconds 10] [--clients 1,8,32] [--workers 0,2]
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "benchmarks.md"
TITLE = "## 服务 · The service"
ONE = (ROOT / "docs" / "examples" / "one-enterprise.json").read_bytes()
WARM = 1.0  # seconds before anything is counted
ABOUT = """
由 `make bench` 生成。每次调用一条记录；客户端各占一个进程和一个连接，与服务同在一台机器上。
CPU 毫秒是服务自己（连同各常驻进程）每答一次用去的处理器时间；
两核每秒共有 2000 毫秒，除以它，就是没有别的任务时最多能答多少次。

Written by `make bench`. Each call has one record; each client is a process with a connection, on the same machine as
the service. CPU ms is what the service, its processes included, takes of a processor for an answer: two cores have
2000 ms a second, and that divided by it is how many answers there can be at most where nothing else runs.
"""
BOUND = """
限制它的是测算本身：同时在等的一起算，查询的解析和规划每批一次；
每条记录的求值、组成答案、写成 JSON 共几毫秒。在等的越多，每次越省。

What bounds it is the deciding. Those that wait are decided together, so that queries are parsed and planned once for
all of them; evaluation, answer and JSON take some milliseconds a record. The more wait, the less each costs.
"""


def client(port: int, end: float, counted: float, found: multiprocessing.Queue[list[float]]) -> None:
    """Call until the end; what is counted begins a little later."""
    connection, spent = http.client.HTTPConnection("127.0.0.1", port, timeout=120), []
    while (start := time.monotonic()) < end:
        connection.request("POST", "/api/decide", ONE, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        if start >= counted:
            spent.append(time.monotonic() - start)
    found.put(spent)


def processor(pid: int) -> float:
    """Seconds of a processor that a process and its children took so far."""
    pids, spent = [pid], 0.0
    with contextlib.suppress(OSError):
        pids += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    for one in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            spent += sum(map(int, fields[11:15] if one == pid else fields[11:13])) / os.sysconf("SC_CLK_TCK")
    return spent


def measured(workers: int, clients: int, seconds: float) -> list[str]:
    """A row of the table."""
    words = ["serve", "--port", "0", "--lang", "en", "--workers", str(workers)]
    command = [sys.executable, "-c", "from policykb.cli import main; main()", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = re.search(r"127\.0\.0\.1:(\d+)", server.stdout.readline())
        assert port is not None
        found: multiprocessing.Queue[list[float]] = multiprocessing.Queue()
        counted = time.monotonic() + WARM
        given = (int(port[1]), counted + seconds, counted, found)
        running = [multiprocessing.Process(target=client, args=given) for _ in range(clients)]
        for one in running:
            one.start()
        time.sleep(max(counted - time.monotonic(), 0))
        before = processor(server.pid)
        time.sleep(seconds)
        spent = processor(server.pid) - before
        times = sorted(one for _ in running for one in found.get(timeout=120))
        server.send_signal(signal.SIGTERM)
        server.stdout.read()
    cost = spent / len(times) * 1000
    half, most = times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000
    row = [workers, clients, f"{len(times) / seconds:.0f}", f"{half:.0f}", f"{most:.0f}", f"{cost:.1f}"]
    return [*map(str, row), f"{2000 / cost:.0f}"]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", default="1,8,32")
    parser.add_argument("--workers", default="0,2")
    given = parser.parse_args()
    names = ["常驻进程 workers", "客户端 clients", "每秒 per s", "p50 ms", "p99 ms", "CPU ms", "两核可达 at most"]
    lines = [names, ["---:"] * len(names)]
    lines += [
        measured(int(workers), int(clients), given.seconds)
        for workers in given.workers.split(",")
        for clients in given.clients.split(",")
    ]
    load = os.getloadavg()[1]
    head = f"{date.today()} · {os.cpu_count()} 核 cores · 五分钟平均负载 load average over five minutes {load:.1f}"
    table = "\n".join(f"| {' | '.join(row)} |" for row in lines)
    section = f"{TITLE}\n{ABOUT}\n{head}\n\n{table}\n{BOUND}"
    kept = PAGE.read_text(encoding="utf-8").partition(f"\n{TITLE}")[0].rstrip("\n")
    PAGE.write_text(f"{kept}\n\n{section}", encoding="utf-8")
    print(section)


if __name__ == "__main__":
    main()
