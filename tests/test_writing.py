"""What a command writes: never over what it reads, never silently over anything else, and a folder as a whole."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from policykb import cli
from policykb.doors.unfinished import PREFIX
from policykb.doors.writing import new_folder, write_bytes
from policykb.errors import CallError
from policykb.exports import write_files

ROOT = Path(__file__).parents[1]
Call = Callable[..., tuple[int, str]]
FILES = {"readme.txt": b"something else", "policy.ttl": b"# an old graph\n"}
# Every option that names a file to write, in a call that is quick; the file comes last.
WRITERS = [
    ("apply", "records.json", "--format", "json", "--out"),
    ("check", "records.json", "--format", "json", "--out"),
    ("check", "Exhibition.csv", "--annotate"),
    ("compare", "records.json", "--with", "R1-highest:alt", "--chart"),
    ("template", "--types", "Exhibition"),
]
NAMES = {"--out": "old.json", "--annotate": "old.xlsx", "--chart": "old.svg", "Exhibition": "old.xlsx"}


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Run the command line in a folder with a few records; returns exit code and standard error."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "docs/examples/one-enterprise.json", "records.json")
    Path("Exhibition.csv").write_text("name,period,boothFeeCNY\n甲公司,2020-11-05,500\n", encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["policykb", *arguments])
        try:
            cli.main()
        except SystemExit as stop:
            return int(stop.code or 0), capfd.readouterr().err
        return 0, capfd.readouterr().err

    return run


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: " ".join((writer[0], writer[-1])))
def test_a_file_that_is_there_is_kept_unless_it_may_be_overwritten(writer: tuple[str, ...], call: Call) -> None:
    """Without --force the call ends with 2 before any work, names the file, and leaves it; with it, it is replaced."""
    if "--chart" in writer:
        pytest.importorskip("matplotlib")
    target = Path(NAMES[writer[-1]])
    target.write_text("somebody's work", encoding="utf-8")
    code, err = call(*writer, str(target), "--lang", "en")

    assert (code, target.read_text(encoding="utf-8")) == (2, "somebody's work")
    assert f"“{target}” already exists." in err and "--force" in err
    assert call(*writer, str(target), "--force") == (0, "")
    assert target.read_bytes()[:2] in (b"{\n", b"PK", b"<?")


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        (("apply", "records.json", "--format", "json", "--out", "./records.json"), "records.json"),
        (("check", "Exhibition.csv", "--format", "json", "--out", "link.json"), "Exhibition.csv"),
        (("apply", "records.json", "--with", "own.ttl", "--out", "own.ttl"), "own.ttl"),
        (("compare", "records.json", "--against", "own.svg", "--set", "art-02-exhibition.cap=1", "--chart", "own.svg"),
         "own.svg"),
        (("check", "Exhibition.csv", "--out", "new.xlsx", "--annotate", "new.xlsx"), "Exhibition.csv"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_what_is_read_is_never_overwritten(arguments: tuple[str, ...], kept: str, call: Call) -> None:
    """Not even with --force, under another spelling of its name, through a link, or twice in one call."""
    for name in ("own.ttl", "own.svg"):
        Path(name).write_text("an overlay", encoding="utf-8")
    Path("link.json").symlink_to("Exhibition.csv")
    before = {path.name: path.read_bytes() for path in Path().iterdir()}
    code, err = call(*arguments, "--force", "--lang", "en")

    said = "Two results would be written to" if "--annotate" in arguments else "is itself read and would be overwritten"
    assert code == 2 and said in err, err
    assert {path.name: path.read_bytes() for path in Path().iterdir()} == before
    assert kept in before


def test_an_empty_file_is_no_loss(call: Call) -> None:
    """What mktemp makes can be written to."""
    Path("made.json").touch()

    assert call("apply", "records.json", "--format", "json", "--out", "made.json") == (0, "")
    assert Path("made.json").stat().st_size > 1000


@pytest.mark.parametrize("force", [(), ("--force",)], ids=["", "--force"])
def test_a_pipe_is_neither_written_to_nor_replaced(force: tuple[str, ...], call: Call) -> None:
    """A pipe that nobody reads would hold the call for ever, and a renamed file would take its place."""
    os.mkfifo("pipe.json")
    code, err = call("apply", "records.json", "--out", "pipe.json", *force, "--lang", "en")

    assert (code, "not an ordinary file" in err) == (2, True)
    assert Path("pipe.json").is_fifo()


def test_a_link_is_followed(tmp_path: Path) -> None:
    """The file that a link points to is replaced, and the link stays one."""
    (tmp_path / "real.json").write_text("old", encoding="utf-8")
    (tmp_path / "link.json").symlink_to("real.json")
    write_bytes(tmp_path / "link.json", b"new")

    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_bytes() == b"new"


def test_an_earlier_export_is_replaced_as_a_whole(call: Call) -> None:
    """Decisions and formats of an earlier export do not stay beside those of the next one."""
    assert call("export", "out", "--format", "csv", "--data", "records.json") == (0, "")
    before = {path.relative_to("out").as_posix() for path in Path("out").rglob("*.*")}
    assert call("export", "out", "--format", "nq") == (0, "")
    after = {path.relative_to("out").as_posix() for path in Path("out").rglob("*.*")}

    assert "tables/decisions.csv" in before
    assert after == {"policykb.nq", "void.ttl"}
    assert sorted(path.name for path in Path().iterdir()) == ["Exhibition.csv", "out", "records.json"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export, as the command leaves it."""
    folder = tmp_path_factory.mktemp("exported") / "out"
    subprocess.run([sys.executable, "-c", "from policykb.cli import main; main()", "export", folder, "--format", "nq"])
    return folder


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda: Path("out/notes.md").write_text("mine", encoding="utf-8"), id="a file of one's own"),
        pytest.param(lambda: Path("out/policykb.nq").write_text("", encoding="utf-8"), id="a changed file"),
        pytest.param(lambda: Path("out/void.ttl").unlink(), id="no description"),
        pytest.param(lambda: Path("out/void.ttl").write_text("@prefix", encoding="utf-8"), id="a broken description"),
        pytest.param(lambda: Path("out/gone").symlink_to("nowhere"), id="a link to nowhere"),
        pytest.param(lambda: Path("out/linked").symlink_to(Path.cwd()), id="a link to a folder"),
    ],
)
def test_a_folder_with_anything_else_is_refused(change: Callable[[], object], call: Call, exported: Path) -> None:
    """A file that no earlier export wrote, or one that was changed since, is named and everything stays as it is."""
    shutil.copytree(exported, "out")
    change()
    before = {path.name: path.lstat().st_mtime_ns for path in Path("out").rglob("*")}
    code, err = call("export", "out", "--format", "csv", "--lang", "en")

    assert code == 2
    assert (
        "out: This folder holds files that no earlier call of this command wrote, or that were changed since: " in err
    )
    assert any(name in err for name in ("notes.md", "policykb.nq", "gone", "linked"))
    assert {path.name: path.lstat().st_mtime_ns for path in Path("out").rglob("*")} == before


def test_a_folder_of_everything_is_not_looked_through(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody names the folder of all folders: what is found first is told, and the rest is left alone."""
    for name in "abcdefgh":
        Path("all", name).mkdir(parents=True)
        Path("all", name, "own.txt").write_text("own", encoding="utf-8")
    looked: list[str] = []
    scan = os.scandir
    monkeypatch.setattr(os, "scandir", lambda place: looked.append(os.fspath(place)) or scan(place))  # type: ignore[func-returns-value]
    code, err = call("export", "all")

    assert code == 2 and "since: a/own.txt, b/own.txt, c/own.txt, d/own.txt, e/own.txt, ….\n" in err, err
    assert not {"all/g", "all/h"} & set(looked)


def test_the_folder_one_stands_in_is_not_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Replacing it would leave the terminal in a folder that is gone."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CallError, match="working in"):
        write_files(Path(), {"void.ttl": b""})

    assert list(tmp_path.iterdir()) == []


def test_what_fails_leaves_the_old_folder(tmp_path: Path) -> None:
    """Where the work ends in an error, the old folder stands as it was, and nothing unfinished lies beside it."""
    target = tmp_path / "out"
    write_files(target, FILES)
    with pytest.raises(RuntimeError, match="in the middle"), new_folder(target, replaces=lambda _: True) as folder:
        (folder / "half").write_bytes(b"")
        raise RuntimeError("in the middle")

    assert {path.name: path.read_bytes() for path in target.iterdir()} == FILES
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_takes_no_more_is_told_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that finds no room names no file: it is the folder that is written, unless that takes more."""
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    for place, told in ((full, CallError), (None, OSError)):
        monkeypatch.setattr("policykb.doors.writing.place_fault", lambda _, found=place: found)
        with pytest.raises(told) as refused, new_folder(tmp_path / "out"):
            raise full

        assert told is OSError or f"{tmp_path / 'out'}: This cannot be written: No space left" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_what_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    """A file that only its owner may read stays so; a new one is as readable as any other."""
    (tmp_path / "old.json").write_text("old", encoding="utf-8")
    (tmp_path / "old.json").chmod(0o600)
    for name in ("old.json", "new.json"):
        write_bytes(tmp_path / name, b"new")
    mask = os.umask(0)
    os.umask(mask)

    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("old.json", "new.json")]
    assert modes == [0o600, 0o666 & ~mask]


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    """What is written beside the target has a short name of its own."""
    target = tmp_path / ("x" * 250 + ".json")
    write_bytes(target, b"new")

    assert target.read_bytes() == b"new"


def test_what_a_killed_run_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    """Files and folders that no living process holds are removed; those that one holds stay."""
    (tmp_path / f"{PREFIX}file").write_bytes(b"half")
    (tmp_path / f"{PREFIX}folder").mkdir()
    (tmp_path / f"{PREFIX}folder" / "part").write_bytes(b"half")
    with new_folder(tmp_path / "out") as held:
        write_bytes(tmp_path / "a.json", b"new")

        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([held.name, "a.json"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "out"]


def test_a_link_to_nowhere_is_no_target_for_a_folder(tmp_path: Path) -> None:
    """A folder does not take the place of a link, even where that leads nowhere."""
    (tmp_path / "out").symlink_to("nowhere")
    with pytest.raises(CallError, match="already exists"), new_folder(tmp_path / "out"):
        raise AssertionError("reached")

    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["", ".", "..", "../here", "in"])
def test_no_mend_has_a_folder_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What is in the way may hold what is read, or be where one works: another folder is asked for."""
    (tmp_path / "here" / "in").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(CallError) as refused, new_folder(Path(name)):
        pass

    assert refused.value.id == ("target-exists" if name == "in" else "target-is-here")
    assert "Name another folder" in refused.value.say("en") and "remove" not in refused.value.say("en")
