"""Work an answer out again from its receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from ..answers.held import Held
from ..answers.run import Portion, Run
from ..api import Policykb
from ..doors.crew import processors
from ..edge import unforeseen
from ..engines.choice import named_in
from ..errors import CallError, PolicykbError
from ..law.fingerprint import JOINED, SHA256, fingerprint, sha256_of_file, versions
from ..law.load import find_root, named, policies
from ..law.overlays import Source, decides
from ..law.receipt import Input, Receipt, Shown, call_hash
from ..model import Lang
from ..readers.sources import format_of
from ..shelf import load_documents, told_book
from .compared import compared, held_by_files
from .differences import (
    Difference,
    answer_differences,
    input_differences,
    part_differences,
    version_differences,
)
from .found import COMPARE, SCREEN, Found
from .matching import Matched, match, sources
from .screened import screened

__all__ = ["Outcome", "rerun"]

_SAID = ("complete", "everything", "readings", "add_up", "sort")
_FLAGS = ("strict", *_SAID)
_TYPE = "type="


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the differences, and what kept the answer from being worked out again.

    `is_whole` is whether the answer itself was compared, and not only its receipt.
    """

    differences: tuple[Difference, ...] = ()
    fault: PolicykbError | None = field(default=None, compare=False)
    is_whole: bool = False


def rerun(
    found: Found,
    files: Sequence[Path],
    overlays: Sequence[Path] = (),
    root: Path | None = None,
    policy: str | None = None,
) -> Outcome:
    """Work an answer out again, and compare it with its receipt and, where there is more, with itself.

    What can be compared without deciding (versions, rules, queries, text, overlays, files) is compared in any case, so
    that a fault in one of them is told as what it is.

    Args:
        found: the receipt, and the answer that it was found in.
        files: the files of records, and overlays.
        overlays: further overlays.
        root: the folder of the knowledge base; the installed one if None.
        policy: the policy document, where the receipt is expected to name this one.

    Raises:
        CallError: the receipt is none, or the files are not those that it is about.
        InputError: a file cannot be read.
        PolicykbError: the answer cannot be worked out, and nothing differs that tells why.
    """
    stated, folder = found.read(), find_root(root)
    receipt = held_by_files([one for one, _, _ in stated])
    if policy is not None and JOINED.join(named(policy)) != receipt.policy:
        raise CallError("replay-policy", policy=policy, stated=receipt.policy)
    if not set(receipt.policy.split(JOINED)) <= set(policies(folder)):
        raise CallError("unknown-policy", policy=receipt.policy, known=policies(folder))
    hash_of = _digest_of_screened if found.form == SCREEN else _digest_of_records
    matched = match(receipt, files, overlays, folder, found.path.parent, hash_of)
    differences = list(_before(receipt, matched, folder, hash_of))
    for one, shown, call in stated:
        if (now := call_hash(one, shown)) != call:
            # The words of the call are not those that the answer was made with, so that no run would repeat it.
            return Outcome((*differences, Difference("options", SHA256 + call, SHA256 + now)))
    try:
        more, is_whole = _again(found, stated, matched, folder, differences)
    except Exception as fault:
        # A changed rule or query can break whatever reads it; that it was changed is known already.
        if not differences:
            raise
        return Outcome(tuple(differences), fault if isinstance(fault, PolicykbError) else unforeseen(fault))
    return Outcome((*differences, *more), is_whole=is_whole)


def _again(
    found: Found,
    stated: Sequence[tuple[Receipt, Shown | None, str]],
    matched: Matched,
    root: Path,
    before: Sequence[Difference],
) -> tuple[list[Difference], bool]:
    """What differs once it is worked out again, and whether more than a receipt was compared."""
    receipts = [one for one, _, _ in stated]
    held = [sources(one, matched.overlays) for one in receipts]
    if found.form == SCREEN:
        return screened(found, receipts[0], matched.inputs[0], held[0], root)
    if found.form == COMPARE:
        sides = list(zip(receipts, held, strict=True))
        return list(compared(found, sides[0], sides[1], matched.inputs, root)), True
    kb, run = _decided(receipts[0], matched.inputs, held[0], root)
    told = list(_text(found, kb, run, *stated[0][:2])) if found.form is not None else []
    if found.form is None:
        for _ in run.each(_nothing, processors()):
            pass
    return [*_after(receipts[0], run.receipt(), before), *told], found.form is not None


def _nothing(portion: Portion) -> None:
    """That it was decided is enough."""


def _digest_of_records(file: Path) -> str:
    """The SHA-256 of a file that `apply` reads."""
    format_of(file)
    return sha256_of_file(file)


def _digest_of_screened(file: Path) -> str:
    """The SHA-256 of a file, or of a folder, that `screen` reads."""
    from ..columns.summary_file import digest

    return digest(file)


def _before(receipt: Receipt, matched: Matched, root: Path, hash_of: Callable[[Path], str]) -> Iterator[Difference]:
    """What differs before anything is decided."""
    yield from version_differences(receipt, versions([name for name in receipt.versions if name not in versions(())]))
    said = [decides(root, receipt.policy, path) for path in matched.overlays.values()]
    yield from part_differences(receipt, fingerprint(root, receipt.policy, said))
    if receipt.inputs:
        names = [one.name for one in receipt.inputs]
        now = [Input(name, hash_of(path)) for name, path in zip(names, matched.inputs, strict=True)]
        yield from input_differences(receipt.inputs, now)


def _decided(
    receipt: Receipt, inputs: Sequence[Path], overlays: Sequence[Source], root: Path
) -> tuple[Policykb, Run | Held]:
    """What is worked out again, with the names and options of the receipt."""
    kind, flags = _options(receipt.options)
    kb = load_documents(root, receipt.policy, overlays, engine=named_in(receipt.engine))
    names = [one.name for one in receipt.inputs]
    reading = kb.read(inputs, type=kind, strict="strict" in flags, names=names)
    return kb, kb.run(reading, day=receipt.as_of, tick=None, **{name: name in flags for name in _SAID})


def _options(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """The record type that the call named, and its flags."""
    kinds = [word.removeprefix(_TYPE) for word in words if word.startswith(_TYPE)]
    flags = [word for word in words if not word.startswith(_TYPE)]
    if len(kinds) > 1 or not set(flags) <= set(_FLAGS):
        raise CallError("receipt-entry", entry="receipt.options")
    return (kinds[0] if kinds else None), flags


def _after(was: Receipt, now: Receipt, before: Sequence[Difference]) -> Iterator[Difference]:
    """What differs of what was decided."""
    if was.overlays != now.overlays:
        yield Difference("overlays", ", ".join(was.overlays) or "—", ", ".join(now.overlays) or "—")
    known = {one.field for one in before} & {"rules", "queries", "source", "overlay"}
    if was.rules != now.rules and not known and was.overlays == now.overlays:
        yield Difference("whole", SHA256 + was.rules, SHA256 + now.rules)
    for name in ("records", "answer"):
        if getattr(was, name) != getattr(now, name):
            yield Difference(name, SHA256 + getattr(was, name), SHA256 + getattr(now, name))


def _text(found: Found, kb: Policykb, run: Run | Held, receipt: Receipt, shown: Shown | None) -> Iterator[Difference]:
    """The answer in the words of its format; the receipt, which was compared already, is left as it was."""
    from ..reports.forms import written
    from ..reports.job import Job
    from ..reports.phrases import Phrases

    form, lang = found.form or "", cast(Lang, shown.lang if shown is not None else "zh")
    if lang not in ("zh", "en"):
        raise CallError("unknown-language", language=lang)
    explain = shown is not None and shown.explain
    kb = kb.told_by(run.base.policy)
    phrases = Phrases(told_book(kb), kb.vocabulary, kb.wording, lang)
    everything = "everything" in receipt.options
    job = Job(run, phrases, lambda data: None, explain=explain, everything=everything, receipt=receipt)
    job.processes = processors()
    yield from answer_differences(form, found.data, written(job, kb.near_misses, form))
