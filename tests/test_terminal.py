"""Lines of a terminal end where a reader may pause: no figure is parted, and no sign stands where it may not."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from policykb.doors.terminal import Terminal, put


def lines(text: str | Text, width: int, indent: int = 0) -> list[str]:
    """What is printed, line by line."""
    stream = io.StringIO()
    put(Terminal(file=stream, width=width, highlight=False), text, indent)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize(
    ("text", "width", "indent", "wanted"),
    [
        # Thirteen letters fill a line of 26; the figure 30 would be parted behind its 3.
        ("年实际投资达到应当要达到三30万元以上", 27, 0, ["年实际投资达到应当要达到三", "30万元以上"]),
        ("海关进出口统计（美元值）；海关", 22, 0, ["海关进出口统计（美元", "值）；海关"]),
        ("参加“百展计划”", 8, 0, ["参加“百", "展计划”"]),
        ("要求 1,234.5万元", 12, 2, ["  要求", "  1,234.5万", "  元"]),
        # Where there is room for both, a number stands with its unit; else it alone is whole.
        ("合计最高48.2万元", 14, 0, ["合计最高", "48.2万元"]),
        ("合计48.2万元", 6, 0, ["合计", "48.2万", "元"]),
        ("合计48.2万元", 5, 0, ["合计", "48.2", "万元"]),
        ("a line of words", 9, 0, ["a line of", "words"]),
        ("1234567890", 4, 0, ["1234", "5678", "90"]),
        ("一\n\n二", 10, 1, [" 一", "", " 二"]),
        ("", 10, 0, [""]),
    ],
)
def test_where_lines_end(text: str, width: int, indent: int, wanted: list[str]) -> None:
    """Worked out by hand."""
    # A terminal is at least so wide as to be read; what is narrower is tried by an indent.
    more = 40 - width
    assert [line[more:] for line in lines(text, 40, indent + more)] == wanted


LETTERS = st.sampled_from(list("甲乙丙丁0123456789.,%ab （）“”，。、；《》"))


@given(st.text(LETTERS, max_size=120), st.integers(0, 30))
def test_nothing_is_lost_and_nothing_too_wide(text: str, indent: int) -> None:
    """The lines together are the text but for blanks, and none is wider than the terminal."""
    found = lines(text, 40, indent)

    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(cell_len(line) <= 40 for line in found)


@given(
    st.lists(st.sampled_from(["甲乙", "30", "1,234.56", "丙，", "（丁）", "“戊”", "己。", "km", "10%"]), max_size=40)
)
def test_no_figure_is_parted(parts: list[str]) -> None:
    """Where all words are shorter than a line, each stands whole on one, and signs stay with their words."""
    text = "庚".join(parts)
    found = lines(text, 40, 20)

    for before, after in pairwise(found):
        assert not (before[-1].isascii() and after.lstrip()[0].isascii())
        assert after.lstrip()[0] not in "，。）”%"
        assert before[-1] not in "（“"


@pytest.mark.parametrize("cell", [str, Text])
def test_cells_of_a_table(cell: type[str] | type[Text]) -> None:
    """Cells are parted as other texts are, and keep to their side."""
    table = Table(box=None, show_header=False, padding=0)
    table.add_column(width=10, justify="right")
    table.add_row(cell("一共最高109,122元（含）"))
    stream = io.StringIO()
    Terminal(file=stream, width=40, highlight=False).print(table)

    assert stream.getvalue().splitlines() == ["  一共最高", " 109,122元", "    （含）"]


def test_styles_are_kept() -> None:
    """A text with styles of its own keeps them on every line."""
    text = Text("甲" * 30)
    text.append("乙" * 30, style="bold")
    stream = io.StringIO()
    put(Terminal(file=stream, width=40, highlight=False, force_terminal=True, color_system="standard"), text, 0)

    assert stream.getvalue().count("\x1b[1m") == 2
