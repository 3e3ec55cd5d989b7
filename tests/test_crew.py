"""Several processes that work on one answer: the same bytes in the same order, whatever becomes of one of them.

Each case is a program of its own: the threads of a library that another test used would keep it from being copied.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def ran(program: str, folder: Path) -> list[str]:
    """The lines that a program prints, run beside these tests."""
    path = folder / "program.py"
    path.write_text(program, encoding="utf-8")
    paths = os.pathsep.join([str(TESTS), str(TESTS.parent / "scripts")])
    surroundings = {**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, env=surroundings, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


HEAD = """
import os, signal, sys, time
from policykb.doors.crew import in_order

def alone():
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one process works")
@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "found = list(in_order(lambda n: (n * n, os.getpid()), range(7), 3))\n"
            "print([one for one, _ in found], len({who for _, who in found}), os.getpid() in dict(found).values())",
            "[0, 1, 4, 9, 16, 25, 36] 3 False",
        ),
        # What is slower comes where it belongs.
        ("print(list(in_order(lambda n: time.sleep((4 - n) / 20) or n, range(5), 4)))", "[0, 1, 2, 3, 4]"),
        ("print(list(in_order(lambda n: n, [], 4)), list(in_order(lambda n: n, [5], 4)))", "[] [5]"),
        (
            "def work(n):\n    if n == 3: raise ValueError('three')\n    return n\n"
            "found = []\n"
            "try:\n    found.extend(in_order(work, range(9), 2))\nexcept ValueError as fault:\n    print(fault)",
            "three",
        ),
        (
            "def work(n):\n    if n == 2: os.kill(os.getpid(), signal.SIGKILL)\n    return n\n"
            "try:\n    list(in_order(work, range(9), 2))\nexcept MemoryError:\n    print('memory')",
            "memory",
        ),
        (
            "def work(n):\n    if n == 2: os._exit(7)\n    return n\n"
            "try:\n    list(in_order(work, range(9), 2))\nexcept RuntimeError as fault:\n    print(fault)",
            "a process that worked on a part ended with 7",
        ),
        # What cannot be sent is a fault, and not a wait without end.
        (
            "try:\n    list(in_order(lambda n: (lambda: n), range(4), 2))\nexcept Exception:\n    print('sent no')",
            "sent no",
        ),
        # Where there is no room for another process, all is done here.
        (
            "fork, made = os.fork, []\n"
            "def no_room():\n"
            "    if made: raise BlockingIOError(11, 'no room')\n"
            "    made.append(fork())\n"
            "    return made[0]\n"
            "os.fork = no_room\n"
            "found = list(in_order(lambda n: (n, os.getpid()), range(4), 3))\n"
            "print(found == [(n, os.getpid()) for n in range(4)])",
            "True",
        ),
        # Who asks for the first ones alone leaves no process behind.
        ("found = in_order(lambda n: n, range(100), 3)\nnext(found), found.close()\nprint(alone())", "True"),
        # The threads in which a library works do not follow into a copy: the work is done here.
        (
            "import polars as pl\n"
            "pl.DataFrame({'a': range(9)}).lazy().select(pl.col('a') + 1).collect()\n"
            "def work(n): return pl.DataFrame({'a': range(n)}).lazy().select(pl.col('a').sum()).collect().item()\n"
            "print(list(in_order(work, range(2, 5), 2)))",
            "[1, 3, 6]",
        ),
        # Loaded and not used yet it is no reason to work alone.
        (
            "import polars as pl\n"
            "def work(n): return pl.DataFrame({'a': range(n)}).lazy().select(pl.col('a').sum()).collect().item()\n"
            "print(list(in_order(lambda n: (work(n), os.getpid() != 1), range(2, 5), 2)))",
            "[(1, True), (3, True), (6, True)]",
        ),
    ],
)
def test_in_order(tmp_path: Path, body: str, told: str) -> None:
    """What is made comes in the order of the parts; a fault is raised; no process is left."""
    assert ran(f"{HEAD}\n{body}\nprint(alone())\n", tmp_path) == [told, "True"]


ANSWERS = """
import os, sys
import test_streamed as streamed
from policykb.reports.forms import written, write_folder
from policykb.reports import forms
from policykb.reports.job import Job
from policykb.reports.phrases import Phrases
from policykb.readers import Reading, Records
from policykb.api import load_policykb
from pathlib import Path

copies, fork = [], os.fork
os.fork = lambda: copies.append(1) or fork()
forms.IN_A_FILE = 2
kb = load_policykb(engine="sparql")
phrases = Phrases(kb.book, kb.vocabulary, kb.wording, "zh")

def answer(records, form, processes, **flags):
    run = kb.run(Reading(records, ()), day=None, tick=None, **flags)
    run.size = 3
    job = Job(run, phrases, lambda data: None, processes=processes)
    if form == "folder":
        forms.MOST_ON_A_PAGE = 1
        folder = Path(sys.argv[0]).parent / f"{len(copies)}-{processes}"
        folder.mkdir()
        write_folder(job, "html", folder)
        forms.MOST_ON_A_PAGE = 500
        return {path.name: path.read_bytes() for path in folder.iterdir()}
    return written(job, kb.near_misses, form)

for seed, form in enumerate(("json", "jsonl", "csv", "html", "table", "folder")):
    records = Records(streamed.drawn(seed), most=2 + seed % 2 * 100)
    flags = {"complete": seed % 2 == 0, "sort": seed % 3 == 0}
    alone = answer(records, form, 1, **flags)
    before = len(copies)
    print(form, answer(records, form, 3, **flags) == alone, len(copies) - before in (2, 3))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one process works")
@pytest.mark.proof
def test_the_same_answer(tmp_path: Path) -> None:
    """An answer that three processes decide and word is the same to the byte, its checksum and its summary included."""
    assert ran(ANSWERS, tmp_path) == [
        f"{form} True True" for form in ("json", "jsonl", "csv", "html", "table", "folder")
    ]
