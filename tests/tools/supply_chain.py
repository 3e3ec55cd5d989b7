"""What is published, accounted for: bills of materials with licences, licences held against a list, and checksums.

`python -m tools.supply_chain sbom FILE.json … --out DIR` completes what the generators of CycloneDX wrote, and
`python -m tools.supply_chain checksums FOLDER …` prints the SHA-256 of every file below some folders.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

__all__ = ["checksums", "completed", "licence_of", "locked", "refused", "tidied"]

ROOT = Path(__file__).parents[2]
LICENCES: Mapping[str, Any] = tomllib.loads((ROOT / "docs/reference/licences.toml").read_text(encoding="utf-8"))
_ID = re.compile(r"[\w.+-]+")


def locked(lock: Path) -> dict[str, str]:
    """The packages of a lock file of pip, or of npm, with their versions."""
    text = lock.read_text(encoding="utf-8")
    if lock.suffix == ".json":
        packages = json.loads(text)["packages"]
        return {name.rpartition("node_modules/")[2]: one["version"] for name, one in packages.items() if name}
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE))


def licence_of(name: str) -> str | None:
    """The licence of a Python package as SPDX writes it, from the list or from its own metadata; None if unknown."""
    if name in LICENCES["stated"]:
        return str(LICENCES["stated"][name])
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    for said in (about.get("License-Expression"), about.get("License"), *classifiers):
        spelled = LICENCES["spelled"].get(said, said)
        if spelled and is_expression(spelled):
            return str(spelled)
    return None


def is_expression(text: str) -> bool:
    """Whether a text is built of identifiers of the list, AND, OR and parentheses alone."""
    words = set(_ID.findall(text)) - {"AND", "OR"}
    return bool(words) and words <= _allowed("develop") and not re.search(r"[^\w.+()\s-]", text)


def refused(licence: str | None, use: str = "run") -> bool:
    """Whether a licence is not on the list: every part joined by AND has to be, and one of those joined by OR.

    Args:
        licence: an SPDX expression; one that is not known is refused.
        use: "run" for what is given to others, "develop" for what is not.
    """
    if licence is None or not is_expression(licence):
        return True
    allowed = _allowed(use)
    # Of identifiers nothing is left but whether they are on the list.
    text = _ID.sub(lambda found: found[0].lower() if found[0] in ("AND", "OR") else str(found[0] in allowed), licence)
    return not _holds(text)


def completed(bill: dict[str, Any], use: str) -> dict[str, Any]:
    """A bill of Python packages with their licences, without what differs from run to run.

    Raises:
        SystemExit: the licence of a package is not on the list.
    """
    for component in bill["components"]:
        licence = licence_of(component["name"].lower())
        if refused(licence, use):
            raise SystemExit(f"{component['name']}: {licence} is not in docs/reference/licences.toml")
        # What the generator wrote is the line of the lock file, all hashes included.
        component.pop("description", None)
        component["licenses"] = [{"expression": licence}]
    return tidied(bill)


def tidied(bill: dict[str, Any]) -> dict[str, Any]:
    """A bill without the time and the random number of its making."""
    bill.pop("serialNumber", None)
    bill.get("metadata", {}).pop("timestamp", None)
    return bill


def checksums(folders: list[Path]) -> Iterator[str]:
    """A line of `sha256sum` for each file below some folders, in the order of their paths; earlier sums left out."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("SHA256SUMS"):
                yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.as_posix()}"


def _allowed(use: str) -> set[str]:
    return set(LICENCES["allowed"]["run"]) | (set(LICENCES["allowed"]["develop"]) if use == "develop" else set())


def _holds(text: str) -> bool:
    """Whether an expression of True, False, and, or and parentheses holds; AND binds closer than OR."""
    while (inner := re.search(r"\(([^()]*)\)", text)) is not None:
        text = f"{text[: inner.start()]}{_holds(inner[1])}{text[inner.end() :]}"
    return any(all(word.strip() == "True" for word in part.split(" and ")) for part in text.split(" or "))


def main(words: list[str]) -> None:
    """Run one of the two jobs."""
    if words[:1] == ["checksums"]:
        print("\n".join(checksums([Path(word) for word in words[1:]])))
        return
    _, *files, _, out = words
    for file in map(Path, files):
        bill = json.loads(file.read_text(encoding="utf-8"))
        use = "develop" if "development" in file.name else "run"
        done = tidied(bill) if "browser" in file.name else completed(bill, use)
        target = Path(out) / file.name
        target.write_text(json.dumps(done, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
