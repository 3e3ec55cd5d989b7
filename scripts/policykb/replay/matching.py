"""Which of the files that are named is which of the files that a receipt is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..doors.files import check_ordinary
from ..doors.incoming import path_text
from ..errors import CallError
from ..law.fingerprint import JOINED, sha256
from ..law.overlays import Named, Source, decides, overlay_path
from ..law.receipt import Input, Receipt

__all__ = ["Matched", "match", "sources"]


@dataclass(frozen=True, slots=True)
class Matched:
    """The files of records in the order of the receipt, and its overlays by their names."""

    inputs: tuple[Path, ...]
    overlays: dict[str, Path]


def sources(receipt: Receipt, overlays: Mapping[str, Path]) -> list[Source]:
    """The overlays of a receipt as they are loaded: readings by their ids, files by the names that they had."""
    named = [name for name in receipt.overlays if name in overlays]
    return [Named(name, overlays[name]) if name.endswith(".ttl") else name for name in named]


def match(
    receipt: Receipt,
    files: Sequence[Path],
    overlays: Sequence[Path],
    root: Path,
    beside: Path,
    hash_of: Callable[[Path], str],
) -> Matched:
    """Find the files of records and the overlays that a receipt is about.

    A file is known by its bytes, else by its name, else by its place among the others, so that a changed one is found
    and told as changed.

    Args:
        receipt: the receipt.
        files: the files that were named: those of records, and overlays among them.
        overlays: the overlays that were named as such.
        root: the folder of the knowledge base, for readings and amendments.
        beside: the folder of the receipt, where an overlay is looked for as well.
        hash_of: the checksum of a file of records, as the receipt has it.

    Raises:
        InputError: a file cannot be read.
        CallError: there are too few files or too many, or an overlay is nowhere.
    """
    hashes = {file: hash_of(file) for file in files}
    for file in overlays:
        check_ordinary(file)
        hashes[file] = sha256(decides(root, receipt.policy, file))
    left = list(files)
    offered = [*overlays, *_overlays_among(receipt, left, hashes)]
    found = {
        name: _overlay(receipt, name, hash, offered, hashes, [root, beside, Path(), *(file.parent for file in left)])
        for name, hash in zip(receipt.overlays, receipt.parts.overlays, strict=True)
    }
    if receipt.inputs and len(left) != len(receipt.inputs):
        names = [one.name for one in receipt.inputs]
        raise CallError("replay-files", count=len(names), names=names, given=len(left))
    return Matched(_inputs(receipt.inputs, left, hashes) if receipt.inputs else tuple(left), found)


def _overlays_among(receipt: Receipt, left: list[Path], hashes: dict[Path, str]) -> list[Path]:
    """The overlays among the files, which are taken out of these."""
    known = {one.hash for one in receipt.inputs}
    names = {Path(one.name).name for one in receipt.inputs}
    found = [
        file
        for file in left
        if hashes[file] not in known
        and (hashes[file] in receipt.parts.overlays or (file.name in receipt.overlays and file.name not in names))
    ]
    left[:] = [file for file in left if file not in found]
    return found


def _overlay(
    receipt: Receipt, name: str, hash: str, offered: Sequence[Path], hashes: dict[Path, str], folders: Sequence[Path]
) -> Path:
    root = folders[0]
    same = [file for file in offered if hashes[file] == hash] or [file for file in offered if file.name == name]
    if same:
        return same[0]
    if not name.endswith(".ttl"):
        return _reading_path(root, receipt.policy.split(JOINED), name)
    own = [root / "policy" / slug / "overlays" for slug in receipt.policy.split(JOINED)]
    for folder in (*folders[1:], *own):
        if Path(name).name == name and (folder / name).is_file():
            return folder / name
    raise CallError("replay-overlay-missing", overlay=name)


def _reading_path(root: Path, slugs: Sequence[str], name: str) -> Path:
    """The file of a reading of one of the documents.

    Raises:
        CallError: none of them has it; what the last says of that.
    """
    for slug in slugs[:-1]:
        with suppress(CallError):
            return overlay_path(root, slug, name)
    return overlay_path(root, slugs[-1], name)


def _inputs(wanted: Sequence[Input], left: list[Path], hashes: dict[Path, str]) -> tuple[Path, ...]:
    """The file for each of those of the receipt."""
    found: dict[int, Path] = {}

    def take(fits: Sequence[tuple[int, Path]]) -> None:
        for number, file in fits:
            if number not in found and file in left:
                found[number] = file
                left.remove(file)

    pairs = [(number, file) for number in range(len(wanted)) for file in left]
    names = {number: Path(one.name).name for number, one in enumerate(wanted)}
    take([(n, file) for n, file in pairs if path_text(file) == wanted[n].name and hashes[file] == wanted[n].hash])
    take([(n, file) for n, file in pairs if path_text(file.name) == names[n] and hashes[file] == wanted[n].hash])
    take([(n, file) for n, file in pairs if hashes[file] == wanted[n].hash])
    take([(n, file) for n, file in pairs if path_text(file.name) == names[n]])
    take(list(zip((n for n in range(len(wanted)) if n not in found), list(left), strict=True)))
    return tuple(found[number] for number in range(len(wanted)))
