"""The library's front door: load a knowledge base once, read records, decide them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .decisions import Answer, Decider
from .engines.sparql import SparqlEngine
from .load import Knowledge, load
from .model import Record, Vocabulary
from .readers import Reading, read_records
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

    def read(self, paths: Sequence[Path], *, type: str | None = None, strict: bool = False) -> Reading:
        """Read records from files; see `readers.read_records`."""
        return read_records(paths, self.vocabulary, type=type, strict=strict)

    def apply(
        self, records: Sequence[Record] | Reading, *, as_of: date | None = None, everything: bool = False
    ) -> Answer:
        """Decide records: which clauses apply, how much, why, and what is missing.

        Args:
            records: records, or what `read` returned.
            as_of: decide as of this day; each record's own period end if None.
            everything: also list clauses of other record types, as not-applicable.
        """
        if isinstance(records, Reading):
            return self.decider.answer(records.records, day=as_of, everything=everything, findings=records.findings)
        return self.decider.answer(records, day=as_of, everything=everything)


def load_policykb(root: Path | None = None, policy: str | None = None, overlays: Sequence[str | Path] = ()) -> Policykb:
    """Load a knowledge base: the one that is installed, or the folder `root`.

    Args:
        root: a folder with ontology/, policy/, shapes/ and queries/.
        policy: slug of the policy document, where there are several.
        overlays: readings such as `R1-highest:alt`, or Turtle files.

    Raises:
        PolicykbError: the knowledge base cannot be used; the message says where and how to mend it.
    """
    knowledge = load(root, policy, overlays)
    book = read_rules(knowledge)
    vocabulary = read_vocabulary(knowledge)
    wording = read_wording(knowledge)
    decider = Decider(book, vocabulary, read_record_rules(knowledge), wording, SparqlEngine(book))
    return Policykb(knowledge, book, vocabulary, wording, decider)
