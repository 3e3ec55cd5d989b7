"""Elements of a part of a workbook, read a block at a time."""

from __future__ import annotations

import io
from typing import Literal
from xml.etree.ElementTree import iterparse

import pytest

from policykb.readers.elements import elements


class Counted(io.BytesIO):
    """A part that counts how often it is read."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes."""
        self.reads += 1
        return super().read(size)


@pytest.mark.parametrize("tag", ["<a b='{}'/>", "<a><!--{}--></a>", "<a><?b {}?></a>", "<a>{}</a>"])
def test_a_tag_without_end_is_looked_through_a_few_times(tag: str) -> None:
    """Forty million characters that end no element are had in ten blocks or so, not in six hundred."""
    source = Counted(tag.format(">" * 40_000_000).encode())
    assert [element.tag for _, element in elements(source)] == ["a"]
    assert source.reads < 16


@pytest.mark.parametrize("events", [("end",), ("start", "end")])
def test_elements_come_as_from_the_library(events: tuple[Literal["start", "end"], ...]) -> None:
    """The same events in the same order, with their texts, however the blocks fall."""
    rows = "".join(f"<r n='{n}'>{'t' * (n % 50)}<c/>&lt;{n}</r>" for n in range(20_000))
    text = f"<?xml version='1.0'?><s>{rows}</s>".encode()

    def told(found: object) -> list[tuple[str, str, dict[str, str]]]:
        return [(event, one.tag, dict(one.attrib)) for event, one in found]  # type: ignore[attr-defined]

    assert told(elements(io.BytesIO(text), events)) == told(iterparse(io.BytesIO(text), events))
    last = [one for _, one in elements(io.BytesIO(text))][-1]
    assert [(len(one.text or ""), one[0].tail) for one in last][49:51] == [(49, "<49"), (0, "<50")]


@pytest.mark.parametrize("text", ["<a>", "<a></b>", "", "<a>\x00</a>", "<a b='" + "x" * 200_000])
def test_broken_xml_is_told_as_it_is(text: str) -> None:
    """Whether it breaks in the middle or at its end."""
    with pytest.raises(SyntaxError):
        list(elements(io.BytesIO(text.encode())))
