"""What of a folder is screened, and what is passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import InputError
from ..readers import FORMATS
from .opening import SUFFIXES

__all__ = ["files_of", "is_of_files", "passed_over"]

_KNOWN = {*FORMATS, *SUFFIXES} - {".txt"}
"""What is taken from a folder. A text there is more often a note than a table; by its own name it is read."""
_KEPT = ("thumbs.db", "desktop.ini")
"""What systems keep in folders; an editor has names that begin with ~$ for what is open, others with a point."""
_PARQUET = ".parquet"


def files_of(paths: Sequence[Path]) -> list[Path]:
    """The files that are named, and those of folders, in the order of their names.

    Raises:
        InputError: a folder holds nothing that can be read, or folders alone do.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        held = _held(path)
        if not held:
            inner = sorted(one for one in path.iterdir() if one.is_dir() and _held(one))
            if inner:
                raise InputError("folder-of-folders", where=str(path), folders=[str(one) for one in inner])
            raise InputError("folder-without-records", where=str(path), known=tuple(sorted(_KNOWN)))
        found += held
    return found


def is_of_files(path: Path) -> bool:
    """Whether it is a folder of files of their own, and not of the parts of one table."""
    if not path.is_dir():
        return False
    is_table = all(one.suffix.lower() not in FORMATS for one in _held(path)) and any(path.rglob(f"*{_PARQUET}"))
    return not is_table


def passed_over(paths: Sequence[Path]) -> list[str]:
    """What lies in the folders that are named and is not read, nor named itself."""
    named = {path.absolute() for path in paths}
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += _beside_files(path) if is_of_files(path) else _beside_parts(path)
    return [f"{one}/" if one.is_dir() else f"{one}" for one in sorted(found) if one.absolute() not in named]


def _held(folder: Path) -> list[Path]:
    """The files of a folder that can be read; a table in parts is a folder with the ending of its format."""
    return sorted(one for one in folder.iterdir() if _is_own(one) and (one.suffix == _PARQUET or not one.is_dir()))


def _is_own(one: Path) -> bool:
    name = one.name.lower()
    return one.suffix.lower() in _KNOWN and not name.startswith((".", "~$")) and name not in _KEPT


def _beside_files(folder: Path) -> Iterator[Path]:
    taken = {*_held(folder)}
    return (one for one in folder.iterdir() if one not in taken)


def _beside_parts(folder: Path) -> Iterator[Path]:
    """What is no part; those who write a table in parts leave notes whose names begin with a line or a point."""
    return (
        one
        for one in folder.rglob("*")
        if not one.is_dir() and one.suffix != _PARQUET and not one.name.startswith(("_", "."))
    )
