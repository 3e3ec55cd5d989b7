"""A line of more cells than a table has columns is refused before any engine makes columns of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from policykb.api import Policykb
from policykb.columns.opening import open_source
from policykb.errors import InputError

HEAD = "name,period,tradeCNY\n甲公司,2020,5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("rest", ["," * 5_000_000, "乙公司,2020,7\n" + ",\u3000" * 100_000 + "\n丙公司,2020,7\n"])
def test_a_line_of_many_cells_is_refused(rest: str, encoding: str, tmp_path: Path, shipped: Policykb) -> None:
    """Wherever the line stands and ends; of one without an end its number is told."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_bytes((HEAD + rest).encode(encoding))
    with pytest.raises(InputError, match="第 3 行" if rest[0] == "," else "列数不一致"):
        open_source(path, shipped.vocabulary.record_types["EnterpriseYear"], shipped.vocabulary, tmp_path)


def test_many_short_lines_are_read(tmp_path: Path, shipped: Policykb) -> None:
    """However many cells a file has in all, lines of a few are a table."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text(HEAD + "乙公司,2020,7\n" * 60_000, encoding="utf-8")
    found = open_source(path, shipped.vocabulary.record_types["EnterpriseYear"], shipped.vocabulary, tmp_path)
    assert found.rows == 60_001
