"""Screen a file again from the receipt of its totals."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..doors.incoming import path_text
from ..errors import CallError
from ..law.fingerprint import JOINED, SHA256, sha256_of_file
from ..law.overlays import Source
from ..law.receipt import Json, Receipt
from ..shelf import each, load_documents
from .differences import Difference, answer_differences
from .found import Found

if TYPE_CHECKING:
    from ..columns.screen import Screening

__all__ = ["screened"]

_FLAGS = {"complete", "everything"}
_SAID = ("input", "type", "complete", "rows", "all")


def screened(
    found: Found, receipt: Receipt, file: Path, overlays: Sequence[Source], root: Path
) -> tuple[list[Difference], bool]:
    """Screen the file again, and compare the totals and the rows.

    Args:
        found: the summary.json, beside which the rows lie.
        receipt: its receipt.
        file: the file of records, or the folder.
        overlays: its overlays.
        root: the folder of the knowledge base.

    Returns:
        what differs, and whether rows were compared as well, where there are any.
    """
    from ..columns.screen import screen_by_each
    from ..columns.summary_file import SUMMARY, summary_text
    from ..extras import need

    need("screen")
    kb = load_documents(root, receipt.policy, overlays)
    with tempfile.TemporaryDirectory(prefix="policykb-replay-") as held:
        job, document = _job(receipt, kb.vocabulary.record_types, Path(held) / "out")
        path = _under_its_name(file, receipt.inputs[0].name, Path(held))
        if receipt.engine == "spark":
            from ..columns.spark import screen_on_spark_by_each

            screen_on_spark_by_each(each(kb), str(path), job, "local[*]")
        else:
            screen_by_each(each(kb), path, job)
        now = json.loads((job.out / document / SUMMARY).read_text(encoding="utf-8"))
        again = now.pop("receipt")
        differences = list(_receipts(found.stated, again))
        text = summary_text(found.stated, now).encode()
        differences += answer_differences("json", found.data, text)
        rows = list(_rows(found, again))
    files = found.stated.get("files")
    # A cluster writes its rows in as many files as it has workers, and states none of them.
    beside = [] if receipt.engine == "spark" or not (found.in_folder or rows) else _beside(found)
    return [*differences, *(one for one in rows if one is not None), *beside], bool(rows) or not files


def _job(receipt: Receipt, kinds: Mapping[str, object], out: Path) -> tuple[Screening, str]:
    """What was asked for, from the words of the receipt, and the document that it is about where it names several."""
    from ..columns.screen import Screening

    said = dict(word.split("=", 1) for word in receipt.options if "=" in word)
    flags = {word for word in receipt.options if "=" not in word}
    kind, document = kinds.get(said.get("type", "")), said.pop("document", "")
    several = receipt.policy.split(JOINED) if JOINED in receipt.policy else [""]
    if document not in several:
        raise CallError("receipt-entry", entry="receipt.options")
    if set(said) != {"type", "rows", "format"} or not flags <= _FLAGS or kind is None or len(receipt.inputs) != 1:
        raise CallError("receipt-entry", entry="receipt.options")
    job = Screening(
        kind,  # type: ignore[arg-type]
        out,
        receipt.as_of,
        said["rows"],
        "everything" in flags,
        "complete" in flags,
        said["format"],
    )
    return job, document


def _under_its_name(file: Path, name: str, held: Path) -> Path:
    """The file by the name that the receipt gives it, from which ids and messages follow; with its table, if any."""
    plain, colons, table = name.partition("::")
    if Path(plain).name != plain:
        raise CallError("receipt-entry", entry="receipt.inputs")
    file = Path(str(file).partition("::")[0])
    if file.name != plain:
        link = held / plain
        link.symlink_to(file.absolute())
        file = link
    return Path(f"{file}{colons}{table}")


def _receipts(was: Mapping[str, Json], now: Mapping[str, Json]) -> Iterator[Difference]:
    """What the receipt says besides what every receipt says."""
    for name in _SAID:
        if was.get(name) != now.get(name):
            yield Difference("options", json.dumps(was.get(name)), json.dumps(now.get(name)))
    if was.get("answer") != now.get("answer"):
        yield Difference("answer", str(was.get("answer")), str(now.get("answer")))


def _rows(found: Found, again: Mapping[str, Json]) -> Iterator[Difference | None]:
    """Each file of rows that lies beside the totals: None where it is the same, else the difference."""
    was, now = found.stated.get("files"), again.get("files")
    if not isinstance(was, dict) or not isinstance(now, dict):
        raise CallError("receipt-entry", entry="receipt.files")
    folder = found.path.parent
    there = {name: folder / name for name in was if (folder / name).is_file() and ".." not in Path(name).parts}
    for name in dict.fromkeys((*was, *now)):
        stated, made = str(was.get(name, "—")), str(now.get(name, "—"))
        if stated != made:
            yield Difference("answer", stated, made, name)
        elif there:
            written = SHA256 + sha256_of_file(there[name]) if name in there else "—"
            yield None if written == made else Difference("text", written, made, name)


def _beside(found: Found) -> Iterator[Difference]:
    """What lies in the folder and is none of the files that its totals state; nothing is opened for it."""
    stated = found.stated.get("files")
    files = {PurePosixPath(name) for name in stated} if isinstance(stated, dict) else set()
    folders = {folder for file in files for folder in file.parents}
    waiting = [PurePosixPath(".")]
    while waiting:
        folder = waiting.pop()
        for entry in sorted((found.path.parent / folder).iterdir()):
            name = folder / entry.name
            if name in folders and entry.is_dir():
                waiting.append(name)
            elif name not in files and name != PurePosixPath(found.path.name):
                yield Difference("beside", "", "", path_text(f"{name}"))
