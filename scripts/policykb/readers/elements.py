"""The elements of a part of a workbook as they come, in a time that grows with the part, whatever stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Literal, Protocol
from xml.etree.ElementTree import Element, XMLPullParser

__all__ = ["Source", "elements"]

_BLOCK = 2**16  # bytes


class Source(Protocol):
    """What can be read a block at a time."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; none at the end."""


def elements(
    source: Source | IO[bytes], events: Sequence[Literal["start", "end"]] = ("end",)
) -> Iterator[tuple[str, Element]]:
    """The elements of a part, each with what happened to it, like `iterparse`.

    The parser looks through a tag again from its beginning with each block, until its end is there: blocks are doubled
    where nothing ends in them, so that a tag of a hundred million characters is looked through a few times only.

    Args:
        source: the part.
        events: those of "start" and "end" that are wanted.

    Raises:
        SyntaxError: the XML is broken.
    """
    parser: XMLPullParser[Element] = XMLPullParser(events)
    size = _BLOCK
    while block := source.read(size):
        parser.feed(block)
        size *= 2
        for event in parser.read_events():
            size = _BLOCK
            yield event  # type: ignore[misc]
    parser.close()
    yield from parser.read_events()  # type: ignore[misc]
