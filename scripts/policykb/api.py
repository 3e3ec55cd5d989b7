"""The library's front door: load a knowledge base once, read records, decide them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from .decisions import Answer, Decider
from .engines.sparql import SparqlEngine
from .load import Knowledge, load
from .model import Decision, Record, Vocabulary
from .readers import Reading, read_records
from .readings import read_readings
from .records import read_record_rules
from .rules import RuleBook, read_rules
from .vocabulary import read_vocabulary
from .wording import Wording, read_wording

__all__ = ["Policykb", "load_policykb"]


@dataclass(frozen=True)
class Policykb:
    """A knowledge base ready to answer: what was loaded, and the decider over it."""

    knowledge: Knowledge
    book: RuleBook
    vocabulary: Vocabulary
    wording: Wording
    decider: Decider
    overlays: tuple[str | Path, ...] = ()

    def read(self, paths: Sequence[Path], *, type: str | None = None, strict: bool = False) -> Reading:
        """Read records from files; see `readers.read_records`."""
        return read_records(paths, self.vocabulary, type=type, strict=strict)

    def apply(
        self,
        records: Sequence[Record] | Reading,
        *,
        as_of: date | None = None,
        everything: bool = False,
        readings: bool = False,
    ) -> Answer:
        """Decide records: which clauses apply, how much, why, and what is missing.

        Args:
            records: records, or what `read` returned.
            as_of: decide as of this day; each record's own period end if None.
            everything: also list clauses of other record types, as not-applicable.
            readings: run every other reading as well, and name in each decision those that would change it.
        """
        findings = records.findings if isinstance(records, Reading) else ()
        batch = records.records if isinstance(records, Reading) else records
        answer = self.decider.answer(batch, day=as_of, everything=everything, findings=findings)
        return self._with_readings(answer, batch, as_of) if readings else answer

    def _with_readings(self, answer: Answer, records: Sequence[Record], as_of: date | None) -> Answer:
        """Name in each decision the readings whose alternative, run on top of what is loaded, changes it."""
        changing: dict[tuple[str, str | None], list[str]] = {}
        before = {(d.record, d.clause): _outcome(d) for d in answer.decisions}
        for reading in read_readings(self.knowledge):
            if reading.overlay is None or reading.overlay in self.knowledge.overlays:
                continue
            names = (*self.overlays, reading.overlay)
            other = load_policykb(self.knowledge.root, self.knowledge.policy, names)
            for decision in other.decider.answer(records, day=as_of).decisions:
                key = (decision.record, decision.clause)
                if key in before and before[key] != _outcome(decision):
                    changing.setdefault(key, []).append(reading.id)
        decided = tuple(
            d if d.clause is None else replace(d, readings=tuple(changing.get((d.record, d.clause), ())))
            for d in answer.decisions
        )
        return replace(answer, decisions=decided)


def load_policykb(root: Path | None = None, policy: str | None = None, overlays: Sequence[str | Path] = ()) -> Policykb:
    """Load a knowledge base: the one that is installed, or the folder `root`.

    Args:
        root: a folder with ontology/, policy/, shapes/ and queries/.
        policy: slug of the policy document, where there are several.
        overlays: readings as `READING:alt`, or Turtle files.

    Raises:
        PolicykbError: the knowledge base cannot be used; the message says where and how to mend it.
    """
    knowledge = load(root, policy, overlays)
    book = read_rules(knowledge)
    vocabulary = read_vocabulary(knowledge)
    wording = read_wording(knowledge)
    decider = Decider(book, vocabulary, read_record_rules(knowledge), wording, SparqlEngine(book))
    return Policykb(knowledge, book, vocabulary, wording, decider, tuple(overlays))


def _outcome(decision: Decision) -> tuple[object, ...]:
    """What a reading can change: status, amount, and the place in a group."""
    if decision.status == "not-eligible":
        return (decision.status,)
    return decision.status, decision.amount, decision.selected, decision.suppressed_by
