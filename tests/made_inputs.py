"""Read and build the inputs of `tests/invalid`, one mistake each, and of `tests/valid`, which are right."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook

from cases_runner import LOADER
from made_containers import container

__all__ = ["Case", "read_inputs"]

PREFIXES = (
    "@prefix pkb: <https://w3id.org/policykb/ns#> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    "@prefix ex: <http://example.org/> .\n"
)


class _Loader(LOADER):  # type: ignore[misc, valid-type]
    """YAML that leaves days as the texts they are: 2020-02-30 is an input here."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (the base class declares it so)
        key: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True)
class Case:
    """One input: how it is built, and the severity, rule, place and value of its finding, or why it is refused."""

    group: str
    title: str
    given: Mapping[str, Any]

    @property
    def expected(self) -> tuple[str, str, str | None, str | None] | None:
        """Severity, rule, place (a cell, `row N`, or the name of an item), and the value shown."""
        found = self.given.get("expect")
        return None if found is None else tuple(found)

    @property
    def refused(self) -> tuple[str, str, str] | None:
        """The error that refuses the file as a whole: its id, and words of its message in Chinese and English."""
        found = self.given.get("refused")
        return None if found is None else tuple(found)

    @property
    def name(self) -> str:
        """The file's name."""
        given = self.given
        if "file" in given:
            return str(given["file"])
        if "row" in given:
            return f"{given['type']}.csv"
        return "records." + ("json" if "facts" in given else "ttl" if "items" in given else "xlsx")

    @property
    def suffix(self) -> str:
        """The suffix of the file's name."""
        return Path(self.name).suffix

    def build(self, folder: Path) -> Path:
        """Write the input into a folder."""
        given = self.given
        path = folder / self.name
        if "rows" in given:
            _workbook(given).save(path)
            if given.get("entities") or given.get("bomb"):
                _tamper(path, bomb=bool(given.get("bomb")))
            if "cut" in given:
                path.write_bytes(path.read_bytes()[: given["cut"]])
        elif "streams" in given:
            path.write_bytes(container(dict.fromkeys(given["streams"], b"")))
        elif "hex" in given:
            path.write_bytes(bytes.fromhex(given["hex"]))
        else:
            path.write_text(_text(given), encoding="utf-8")
        return path


def read_inputs(folder: str = "invalid") -> list[Case]:
    """All cases of a folder beside this file, file by file."""
    found = []
    for path in sorted((Path(__file__).parent / folder).glob("*.yaml")):
        for given in yaml.load(path.read_text(encoding="utf-8"), _Loader):
            found.append(Case(path.stem, given["case"], given))
    return found


def _text(given: Mapping[str, Any]) -> str:
    if "text" in given:
        return str(given["text"])
    if "row" in given:
        return f"{given['header']}\n{given['row']}\n"
    if "items" in given:
        head = f'{PREFIXES}ex:r1 a pkb:{given["type"]} ; pkb:period "2020" ; pkb:subject [ pkb:name "甲" ]'
        return f"{head} ; {given['items']} .\n"
    record = {"id": "r1", "type": given["type"], "period": "2020", "subject": {"name": "甲"}, **given["facts"]}
    return json.dumps({"records": [record]}, ensure_ascii=False)


def _workbook(given: Mapping[str, Any]) -> Workbook:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = given["sheet"]
    for row in given["rows"]:
        sheet.append([_value(cell) for cell in row])
    for area in given.get("merged", ()):
        sheet.merge_cells(area)
    for cell, form in given.get("formats", {}).items():
        sheet[cell].number_format = form
    for name, rows in given.get("second", {}).items():
        other = book.create_sheet(name)
        for row in rows:
            other.append(row)
        if given.get("hidden") == name:
            other.sheet_state = "hidden"
    return book


def _tamper(path: Path, *, bomb: bool) -> None:
    """Add a part of 513 MB of zeros, or an entity to the sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            if name == "xl/worksheets/sheet1.xml" and not bomb:
                data = b'<!DOCTYPE worksheet [<!ENTITY a "b">]>' + data
            archive.writestr(name, data)
        if bomb:
            with archive.open("xl/media/image1.png", "w", force_zip64=True) as part:
                for _ in range(513):
                    part.write(bytes(2**20))


def _value(cell: Any) -> Any:
    if isinstance(cell, dict):
        return date.fromisoformat(str(cell["day"]))
    return cell
