"""The browser's own Python: Pyodide, the program with the libraries that it reads and writes with, the rules."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from ..api import Policykb
from ..errors import CallError
from ..readers.letters import LIBRARY, OF_LIBRARY
from .bundle import Bundle
from .frozen import freeze

__all__ = ["LIBRARIES", "python_files"]

_FOLDER = "assets/kb/python"
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
LIBRARIES = ("opencc_purepy", "openpyxl", "et_xmlfile", "xlrd", "xlsxwriter", "rapidfuzz", "rich")
"""The distributions whose Python the browser runs, at the versions that the program itself is locked to."""
_ABSENT = ("columns", "commands", "exports", "replay", "verify", "site")
_OF_SITE = ("__init__.py", "desk.py", "frozen.py")
_WORDINGS = ("errors.ttl", "reasons.ttl", "verify-texts.ttl")
_TIME = (1980, 1, 1, 0, 0, 0)


def python_files(kb: Policykb, sources: Path, packages: Path) -> Bundle:
    """The files by their path below the site's root, with the libraries that they carry.

    Args:
        kb: the knowledge base that the browser decides by.
        sources: the folder of the site's scripts.
        packages: the folder of the npm packages.

    Raises:
        CallError: a library is not as its distribution lists it.
    """
    found = {name: (packages / "pyodide" / name).read_bytes() for name in PYODIDE}
    found["policykb.zip"] = _archive(kb.knowledge.root, sources, packages)
    found["knowledge.bin"] = gzip.compress(freeze(kb), mtime=0)
    files = {f"{_FOLDER}/{name}": data for name, data in found.items()}
    libraries = [_carried(files, name, _npm(packages, "pyodide")) for name in PYODIDE[:-1]]
    libraries += [_carried(files, "policykb.zip", _distributed(name)) for name in LIBRARIES]
    return Bundle(files, libraries)


def _carried(files: dict[str, bytes], name: str, about: dict[str, str]) -> dict[str, str]:
    file = f"{_FOLDER}/{name}"
    return {"file": file, "sha256": hashlib.sha256(files[file]).hexdigest(), "notice": "", **about}


def _npm(packages: Path, name: str) -> dict[str, str]:
    stated = json.loads((packages / name / "package.json").read_text(encoding="utf-8"))
    return {"name": name, "version": stated["version"], "licence": stated["license"]}


def _distributed(name: str) -> dict[str, str]:
    about = distribution(name).metadata
    stated = {key: about[key] for key in ("License-Expression", "License", "Author") if key in about}
    licence = stated.get("License-Expression") or stated.get("License", "")
    return {"name": name, "version": about["Version"], "licence": licence, "notice": stated.get("Author", "")}


def _archive(root: Path, sources: Path, packages: Path) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in sorted({**dict(_program(root, sources, packages)), **dict(_libraries())}.items()):
            archive.writestr(zipfile.ZipInfo(name, _TIME), data, zipfile.ZIP_DEFLATED, 9)
    return stream.getvalue()


def _program(root: Path, sources: Path, packages: Path) -> Iterator[tuple[str, bytes]]:
    package = Path(__file__).parents[1]
    for path in package.rglob("*.py"):
        parts = path.relative_to(package).parts
        if parts[0] not in _ABSENT or (parts[0] == "site" and parts[1] in _OF_SITE):
            yield "/".join(("policykb", *parts)), path.read_bytes()
    for name in _WORDINGS:
        yield f"policykb/kb/ontology/wordings/{name}", (root / "ontology" / "wordings" / name).read_bytes()
    yield "pyoxigraph.py", (sources / "pyoxigraph.py").read_bytes()
    # What an answer says of the engine: the page's, not Python's own.
    stated = f"Metadata-Version: 2.1\nName: pyoxigraph\nVersion: {_npm(packages, 'oxigraph')['version']}+wasm\n"
    yield "pyoxigraph-0.dist-info/METADATA", stated.encode()


def _libraries() -> Iterator[tuple[str, bytes]]:
    """The Python of each library with what names its version and licence, held against its checksums."""
    for library in LIBRARIES:
        found = distribution(library)
        for file in found.files or ():
            name = file.as_posix()
            if name.startswith(".."):
                continue  # a command, which lies beside Python and not in it
            is_read = file.suffix == ".py" or name == f"{LIBRARY}/{OF_LIBRARY}"
            if is_read or name.endswith(".dist-info/METADATA") or "LICEN" in file.name.upper():
                data = Path(str(found.locate_file(file))).read_bytes()
                if file.hash is not None and not _is_listed(file.hash.mode, file.hash.value, data):
                    raise CallError("site-library-changed", where=name, library=_named(found))
                yield name, data


def _is_listed(mode: str, value: str, data: bytes) -> bool:
    digest = base64.urlsafe_b64encode(hashlib.new(mode, data).digest()).decode().rstrip("=")
    return digest == value


def _named(found: Distribution) -> str:
    return f"{found.metadata['Name']} {found.version}"
