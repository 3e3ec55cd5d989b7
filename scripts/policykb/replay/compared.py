"""Compare again, from the two receipts of a comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ..answers.scenarios import scenarios
from ..api import Policykb
from ..engines.choice import named_in
from ..law.overlays import Source
from ..law.receipt import Receipt
from ..shelf import load_documents
from .differences import Difference, answer_differences
from .found import Found

__all__ = ["compared", "held_by_files"]


def _settings(receipt: Receipt) -> list[str]:
    """What was supposed by --set: the name of the overlay says it."""
    return [part for name in receipt.overlays if _is_setting(name) for part in name.split(", ")]


def held_by_files(receipts: Sequence[Receipt]) -> Receipt:
    """The first receipt, with the overlays of all of them that a file holds."""
    pairs = [pair for one in receipts for pair in zip(one.overlays, one.parts.overlays, strict=True)]
    held = {name: hash for name, hash in pairs if not _is_setting(name)}
    parts = replace(receipts[0].parts, overlays=tuple(held.values()))
    return replace(receipts[0], overlays=tuple(held), parts=parts)


def compared(
    found: Found,
    left: tuple[Receipt, Sequence[Source]],
    right: tuple[Receipt, Sequence[Source]],
    inputs: Sequence[Path],
    root: Path,
) -> Iterator[Difference]:
    """Decide the records twice again, and compare both answers and the comparison with what the file says.

    Args:
        found: the comparison as JSON.
        left, right: the receipt of each side, with those of its overlays that a file holds.
        inputs: the files of records.
        root: the folder of the knowledge base.
    """
    from ..reports.as_comparison import to_json

    sides = [_side(receipt, held, root) for receipt, held in (left, right)]
    before, after = left[0], right[0]
    kind = next((word.removeprefix("type=") for word in before.options if word.startswith("type=")), None)
    reading = sides[0].read(inputs, type=kind, names=[one.name for one in before.inputs])
    again = sides[0].compare(reading, sides[1], as_of=before.as_of)
    for was, now in ((before, again.before), (after, again.after)):
        if was.overlays != now.overlays or was.parts.overlays != now.parts.overlays:
            yield Difference("overlays", ", ".join(was.overlays) or "—", ", ".join(now.overlays) or "—")
        for name in ("records", "answer"):
            if getattr(was, name) != getattr(now, name):
                yield Difference(name, f"sha256:{getattr(was, name)}", f"sha256:{getattr(now, name)}")
    text = to_json(replace(again, before=before, after=after)).encode()
    yield from answer_differences("json", found.data, text)


def _side(receipt: Receipt, held: Sequence[Source], root: Path) -> Policykb:
    sources = list(held)
    if supposed := _settings(receipt):
        sources += scenarios(load_documents(root, receipt.policy, sources, as_of=receipt.as_of).knowledge, supposed)
    return load_documents(root, receipt.policy, sources, engine=named_in(receipt.engine))


def _is_setting(name: str) -> bool:
    return "=" in name and not name.endswith(".ttl")
