"""Writing is interrupted: by signals at any moment, full disks, folders that cannot be written to, lost output.

`POLICYKB_FAULTS` sets how many faults are injected, `POLICYKB_FIRST` the number that they are drawn from.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from documentation import ROOT
from fuzz.calls import Running
from policykb.doors.unfinished import PREFIX

COUNT = int(os.environ.get("POLICYKB_FAULTS", "12"))
FIRST = int(os.environ.get("POLICYKB_FIRST", str(COUNT)))
PACKAGE = ROOT / "scripts" / "policykb"
FILES = ("json", "csv", "md", "html", "ttl", "xlsx")
WRITERS: dict[str, tuple[str, ...]] = {
    **{f"o.{end}": ("apply", "good.json", "--out", f"o.{end}", "--force") for end in FILES},
    "note.xlsx": ("check", "good.csv", "--type", "EnterpriseYear", "--annotate", "note.xlsx"),
    "check.html": ("check", "good.csv", "--type", "EnterpriseYear", "--out", "check.html"),
    "chart.svg": ("compare", "good.json", "--with", "R1-highest:alt", "--chart", "chart.svg"),
    "form.xlsx": ("template", "form.xlsx", "--force"),
    "line.svg": ("sweep", "tradeCNY=1000000..9000000:4000000", "--data", "good.json", "--chart", "line.svg"),
    "graph": ("export", "graph"),
    "slips": ("papers", "good.json", "--out", "slips", "--format", "html", "--format", "docx"),
    "rules.xlsx": ("new", "qitang-2024", "--sheet", "rules.xlsx"),
    "kb/policy/drafted": ("new", "drafted", "--from", "text.txt", "--root", "kb"),
}
if len(WRITERS) <= COUNT:
    WRITERS["rows"] = ("screen", "good.csv", "--type", "EnterpriseYear", "--out", "rows", "--all")
    WRITERS["sums"] = ("screen", "good.json", "good.csv", "--type", "EnterpriseYear", "--out", "sums", "--wide")
"""By what each writes: the calls."""
ENDINGS = {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGINT: 130}
"""The exit code by the signal that ended the call; a negative one where the program cannot say it itself."""


STARTING = ("Fatal Python error: init_", "Exception ignored in", "Traceback")
"""How Python begins what it says of a signal that comes before the program has begun."""
MESSAGE = 500
"""Bytes that no message is longer than."""


@dataclass(frozen=True)
class Written:
    """What a call writes when nothing happens to it, and how many seconds that takes."""

    contents: dict[str, bytes]
    seconds: float


def inputs(folder: Path) -> Path:
    """A folder with a few records."""
    folder.mkdir()
    shutil.copy(ROOT / "docs/examples/one-enterprise.json", folder / "good.json")
    shutil.copy(ROOT / "docs/examples/district-2020-csv/EnterpriseYear.csv", folder / "good.csv")
    shutil.copy(ROOT / "policy/szq-2020-12/source.txt", folder / "text.txt")
    (folder / "kb/policy").mkdir(parents=True)
    for part in ("ontology", "shapes", "queries"):
        (folder / "kb" / part).symlink_to(ROOT / part)
    return folder


def start(name: str, folder: Path, place: Path | None = None, prepare: Callable[[], None] | None = None) -> Running:
    """Start a call that writes into the folder with the inputs, or into another place."""
    words = [str(place / word) if place and word == name else word for word in WRITERS[name]]
    return Running([*words, "--lang", "en"], folder, 120, prepare, is_new=True)


def contents(target: Path) -> dict[str, bytes]:
    """The file, or the files of the folder, by their names."""
    if target.is_dir():
        return {
            str(path.relative_to(target)): path.read_bytes() for path in sorted(target.rglob("*")) if path.is_file()
        }
    return {target.name: target.read_bytes()} if target.exists() else {}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Written]:
    """What each call writes by itself, worked out once."""
    known: dict[str, Written] = {}

    def find(name: str) -> Written:
        if name not in known:
            folder = inputs(tmp_path_factory.mktemp("whole") / "in")
            begun = time.monotonic()
            done = start(name, folder).done()
            assert done.code in (0, 1), done.err
            known[name] = Written(contents(folder / name), time.monotonic() - begun)
        return known[name]

    return find


def check_whole(target: Path, whole: Written, before: bytes | None) -> bool:
    """Whether the target is new; it is whole, or what it was before, or is not there."""
    found = contents(target)
    if found == ({target.name: before} if before is not None else {}):
        return False
    assert found.keys() == whole.contents.keys(), target
    for name, data in found.items():
        if name.endswith(".xlsx"):
            assert zipfile.ZipFile(target).testzip() is None
        elif name.endswith(".json"):
            json.loads(data)
        elif not name.endswith(".parquet"):
            assert data == whole.contents[name], name
    return True


def others(folder: Path, name: str) -> list[str]:
    """What lies in the folder of the target besides the inputs and the target."""
    found = {path.name for path in (folder / name).parent.iterdir()}
    return sorted(found - {"good.json", "good.csv", "text.txt", "kb", Path(name).name})


def faults(kinds: int) -> Iterator[int]:
    """So many numbers that faults of one kind among so many are drawn from."""
    return iter(range(max(COUNT // kinds, 1)))


@pytest.mark.proof
def test_a_signal_leaves_nothing_half_written(written: Callable[[str], Written], tmp_path: Path) -> None:
    """The target is as it was or whole, only SIGKILL leaves anything unfinished, and the exit code says what ended."""
    source = random.Random(FIRST)
    names = source.sample(sorted(WRITERS), len(WRITERS))
    for number in faults(2):
        name, ending = names[number % len(names)], source.choice(sorted(ENDINGS))
        whole, folder = written(name), inputs(tmp_path / str(number))
        target, before = folder / name, None
        if "--force" in WRITERS[name] and source.random() < 0.5:
            before = b"policykb 0.0"
            target.write_bytes(before)
        running = start(name, folder)
        wait(folder, name, source, whole.seconds, running)
        os.kill(running.process, ending)
        done = running.done()
        is_new = check_whole(target, whole, before)

        if is_starting(done.err):
            # A signal that comes while Python throws something away is lost, and the call goes on.
            assert done.code in ({0, 1} if is_new else {1, -ending}) and others(folder, name) == []
            continue
        # As long as it starts, the program has not said yet what it does with a signal.
        stopped = {ENDINGS[ending], -ending}
        assert done.code in (stopped | {0, 1} if is_new else stopped), (name, ending, done.err)
        assert "Traceback" not in done.err, done.err
        left = others(folder, name)
        if ending != signal.SIGKILL:
            assert left == [], (name, ending)
        assert all(one.startswith(PREFIX) for one in left)
        if left:
            start(name if "/" in name else "o.md", folder).done()
            assert others(folder, name) in ([], ["o.md"])


def is_starting(said: str) -> bool:
    """Whether it is Python that speaks, since no line of the program had been reached but those that load it."""
    files = [Path(file) for file in re.findall(r'File "([^"]+)"', said)]
    first = {PACKAGE / "__init__.py", PACKAGE / "__main__.py"}
    own = [file for file in files if file.is_relative_to(PACKAGE) and file not in first]
    return said.startswith(STARTING) and not own


def wait(folder: Path, name: str, source: random.Random, seconds: float, running: Running) -> None:
    """Wait until some moment of a call: any, or just when it writes."""
    end = time.monotonic() + source.random() * seconds
    is_writing = source.random() < 0.7
    while not running.ends(0.001) and time.monotonic() < end + (300 if is_writing else 0):
        if is_writing and (others(folder, name) or (folder / name).exists()):
            time.sleep(source.random() * 0.02)
            return


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path | None]]:
    """Make a folder on a disk of its own that is full or cannot be written to, where this user may."""
    mounted: list[Path] = []

    def make(state: str) -> Path | None:
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", "size=16k" if state == "full" else "ro", "tmpfs", str(folder)]
        if shutil.which("mount") is None or subprocess.run(words, capture_output=True).returncode:
            return None
        mounted.append(folder)
        if state == "full":
            free = os.statvfs(folder)
            (folder / "filler").write_bytes(bytes(free.f_bavail * free.f_bsize))
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.proof
def test_a_place_that_takes_nothing_is_blamed(
    written: Callable[[str], Written], disk: Callable[[str], Path | None], tmp_path: Path
) -> None:
    """A full disk, a folder that cannot be written to, a limit of the system: nothing is left, and one message says
    which target could not be written, with exit code 2."""
    source = random.Random(FIRST + 1)
    names = source.sample(sorted(WRITERS), len(WRITERS))
    for number in faults(2):
        name, state = names[number % len(names)], ("full", "limit", "read-only")[number % 3]
        folder = inputs(tmp_path / str(number))
        if "/" in name:
            state = "limit"  # what it is written beside would have to lie on the full disk, too
        place = None if state == "limit" else disk(state)
        # The message itself, which is caught in a file, has to find room.
        most = source.randrange(MESSAGE, max(map(len, written(name).contents.values())))
        done = start(name, folder, place, None if place else _limited(most)).done()

        assert (done.code, "Traceback" in done.err) == (2, False), (name, state, done.err)
        said = done.err.splitlines()
        # A limit on the size of every file meets those first that the libraries of workbooks put aside.
        aside = f"policykb: {tempfile.gettempdir()}: "
        assert name in said[0] or (state == "limit" and said[0].startswith(aside)), (state, done.err)
        assert PREFIX not in said[0] and len(said) == 2, (state, done.err)
        place = place or folder
        assert not (place / name).exists() and set(others(place, name)) <= {"filler"}, (name, state)


def _limited(most: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


@pytest.mark.proof
@pytest.mark.parametrize("name", ["o.json", "o.xlsx", "graph", "form.xlsx"])
def test_lost_output_is_no_lost_answer(name: str, written: Callable[[str], Written], tmp_path: Path) -> None:
    """Where nothing can be printed, the target is whole or not there; what cannot be said ends in exit code 2."""
    whole = written(name)
    for number, lost in enumerate((_full, lambda: os.close(1))):
        folder = inputs(tmp_path / str(number))
        done = start(name, folder, None, lost).done()
        check_whole(folder / name, whole, None)
        assert done.code in (0, 2) and others(folder, name) == [], done.err
        assert (done.code == 2) == ("Standard output" in done.err) and "Traceback" not in done.err


def test_ctrl_c_is_quiet_while_the_program_is_loaded(tmp_path: Path) -> None:
    """From its first own line on, whatever module is being loaded."""
    folder = inputs(tmp_path / "in")
    for number in range(max(COUNT // 3, 5)):
        running = start("o.md", folder)
        running.ends(0.15 + number % 20 / 20)
        os.kill(running.process, signal.SIGINT)
        done = running.done()
        # Before that, Python itself says that it was stopped.
        is_own = "policykb/" in done.err or done.code in (0, 130)
        assert not is_own or ("Traceback" not in done.err and done.code in (0, 130)), done.err


@pytest.mark.parametrize("is_done", [True, False])
def test_a_site_is_whole_or_what_it_was(is_done: bool, tmp_path: Path) -> None:
    """Pages are written beside the folder of the site, which is replaced when all are there."""
    hook = pytest.importorskip("policykb.site.hook")
    site = tmp_path / "site"
    site.mkdir()
    (site / "old.html").write_text("old", encoding="utf-8")
    config = SimpleNamespace(site_dir=str(site))
    hook.begin_whole(config)
    (Path(config.site_dir) / "new.html").write_text("new", encoding="utf-8")
    if is_done:
        hook.OTHER.pop("whole").close()
    else:
        hook.on_build_error()

    assert contents(site) == ({"new.html": b"new"} if is_done else {"old.html": b"old"})
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def _full() -> None:
    os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
