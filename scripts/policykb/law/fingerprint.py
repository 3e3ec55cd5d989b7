"""What decides, as checksums: one for each part, so that a changed byte is told as what it is."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ..doors.files import read_bytes
from ..version import __version__

__all__ = [
    "JOINED",
    "SHA256",
    "TRANSLATIONS",
    "Fingerprint",
    "Origin",
    "fingerprint",
    "gathered_origin",
    "is_of_translations",
    "joined",
    "knowledge_files",
    "one_hash",
    "sha256",
    "sha256_of_file",
    "versions",
]

JOINED = ","
"""What stands between the slugs of documents that answer together."""

SHA256 = "sha256:"
"""What stands before a checksum, to say how it is made."""
TRANSLATIONS = "translations"
"""The folder of a document's translations, which decide nothing."""
_LIBRARIES = ("openpyxl", "pyoxigraph", "rdflib", "rich", "xlsxwriter")
"""What reads records, decides, and writes answers, beside the program."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The SHA-256 of each part of what decides.

    `rules` covers the ontology, the policy document without its translations, and the shapes; `queries` those that
    complete and decide; `source` the official text; `overlays` each overlay that is applied, by what it says and not
    by its name.
    """

    rules: str
    queries: str
    source: str
    overlays: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """One checksum over all of them."""
        return sha256("\n".join((self.rules, self.queries, self.source, *self.overlays)).encode())


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rules come from: the folder, the slug of the document, the checksums of all that decides, the overlays."""

    root: Path
    policy: str
    parts: Fingerprint
    overlays: tuple[str, ...] = ()

    @property
    def rules_hash(self) -> str:
        """The SHA-256 over all that decides."""
        return self.parts.whole


def fingerprint(
    root: Path, slug: str, overlays: Sequence[bytes] = (), files: Sequence[Path] | None = None
) -> Fingerprint:
    """The checksums of a knowledge base, from the bytes of its files; none of them needs to be right.

    Args:
        root: the folder of the knowledge base.
        slug: the policy document, or several with commas between.
        overlays: all that each of the overlays says (`Overlay.decides`), in the order in which they apply.
        files: those of the document as `knowledge_files` gives them, where they are known.

    Raises:
        InputError: a file cannot be read.
    """
    if JOINED in slug:
        each = joined([fingerprint(root, one) for one in slug.split(JOINED)])
        return replace(each, overlays=tuple(map(sha256, overlays)))
    queries = [path for kind in ("complete", "decide", "joint") for path in (root / "queries").glob(f"{kind}-*.r[qu]")]
    mine = knowledge_files(root, slug) if files is None else files
    return Fingerprint(
        _over(root, (path for path in mine if not is_of_translations(path, root, slug))),
        _over(root, sorted(queries)),
        sha256(read_bytes(root / "policy" / slug / "source.txt")),
        tuple(map(sha256, overlays)),
    )


def gathered_origin(origins: Sequence[Origin]) -> Origin:
    """Where the rules of several documents come from."""
    return Origin(
        origins[0].root,
        JOINED.join(one.policy for one in origins),
        joined([one.parts for one in origins]),
        tuple(dict.fromkeys(name for one in origins for name in one.overlays)),
    )


def joined(parts: Sequence[Fingerprint]) -> Fingerprint:
    """The checksums of several documents as those of one."""
    overlays = tuple(dict.fromkeys(one for each in parts for one in each.overlays))
    rules, queries, source = (
        one_hash(getattr(each, name) for each in parts) for name in ("rules", "queries", "source")
    )
    return Fingerprint(rules, queries, source, overlays)


def one_hash(hashes: Iterable[str]) -> str:
    """The hash of the rules that were used: that of the one version, or over those of all."""
    used = sorted(set(hashes))
    return used[0] if len(used) == 1 else sha256("\n".join(used).encode())


def knowledge_files(root: Path, slug: str) -> tuple[Path, ...]:
    """The Turtle files of a policy document, sorted: the ontology, the document without overlays, the shapes.

    What only one document declares stands in ontology/<slug>/, and what some declare together in a folder named by
    all of them with commas between; neither is the business of the others.
    """
    overlays = root / "policy" / slug / "overlays"
    others = {path.parent.name for path in (root / "policy").glob("*/document.ttl")} - {slug}
    ontology = root / "ontology"
    found: list[Path] = []
    for path in ontology.rglob("*.ttl"):
        declaring = set(path.relative_to(ontology).parts[0].split(JOINED))
        if slug in declaring or not declaring & others:
            found.append(path)
    found += (root / "shapes").glob("*.ttl")
    found += [path for path in (root / "policy" / slug).rglob("*.ttl") if overlays not in path.parents]
    found += (root / "shapes" / slug).rglob("*.ttl")
    return tuple(sorted(found))


def is_of_translations(path: Path, root: Path, slug: str) -> bool:
    """Whether a file holds translations of a document alone, which decide nothing."""
    return TRANSLATIONS in path.parts and path.is_relative_to(root / "policy" / slug / TRANSLATIONS)


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(path: Path) -> str:
    """The SHA-256 of a file, however large it is."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class _Versions(Mapping[str, str]):
    """Versions by name, each looked up when it is asked for: a table of an answer shows none of them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(dict.fromkeys(names))

    def __getitem__(self, name: str) -> str:
        if name not in self._names:
            raise KeyError(name)
        return _version(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def versions(libraries: Sequence[str] = _LIBRARIES, more: Sequence[str] = ()) -> Mapping[str, str]:
    """The versions of the program, of Python, and of the libraries that an answer goes through; — for one not here.

    Args:
        libraries: those named before the program.
        more: those named behind it.
    """
    return _Versions((*libraries, "python", "policykb", *more))


@cache
def _version(name: str) -> str:
    if name in ("python", "policykb"):
        return platform.python_version() if name == "python" else __version__
    # What is loaded says so itself, in much less time than the description it was installed with.
    told = getattr(sys.modules.get(name), "__version__", None)
    if isinstance(told, str):
        return told
    from importlib import metadata

    try:
        return metadata.version(name)
    except (metadata.PackageNotFoundError, ValueError):
        return "—"


def _over(root: Path, files: Iterable[Path]) -> str:
    """The SHA-256 over the names and bytes of files."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(root)).encode())
        digest.update(hashlib.sha256(read_bytes(path)).digest())
    return digest.hexdigest()
