"""What the tests of the readers share: the vocabulary, and small files made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from policykb.law.load import load
from policykb.law.vocabulary import read_vocabulary
from policykb.model import Vocabulary
from policykb.readers import Reading, read_records

ReadCsv = Callable[..., Reading]
ReadSheet = Callable[..., Reading]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The vocabulary of the shipped knowledge base."""
    return read_vocabulary(load(policy="szq-2020-12"))


@pytest.fixture
def read_text(tmp_path: Path, vocabulary: Vocabulary) -> Callable[..., Reading]:
    """Write a text to a file and read its records."""

    def read(text: str, name: str = "EnterpriseYear.csv", encoding: str = "utf-8", **options: Any) -> Reading:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return read_records([path], vocabulary, **options)

    return read


@pytest.fixture
def read_sheet(tmp_path: Path, vocabulary: Vocabulary) -> Callable[..., Reading]:
    """Put rows into a sheet of a workbook and read its records."""

    def read(rows: list[list[Any]], title: str = "EnterpriseYear", **options: Any) -> Reading:
        book = Workbook()
        sheet = book.active
        sheet.title = title
        for row in rows:
            sheet.append(row)
        path = tmp_path / "district.xlsx"
        book.save(path)
        return read_records([path], vocabulary, **options)

    return read
