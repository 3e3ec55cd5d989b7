"""The library's front door: load a knowledge base once, read records, decide them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from . import arguments as given
from .answers.alternatives import alternatives
from .answers.answer import Answer
from .answers.comparison import Comparison, compare, resources
from .answers.decisions import Decider
from .answers.held import Held
from .answers.history import with_derived
from .answers.joint import combined
from .answers.ranks import note_derived
from .answers.run import Run, Tick
from .answers.versions import day_of_version, one_hash, refuse_future
from .arguments import Day, Parameter, Paths, Records, Stated
from .engines.choice import engine_of
from .engines.near import NearMiss, near_misses
from .law.knowledge import Knowledge
from .law.load import cache_sound, load
from .law.overlays import Source
from .law.rules import RuleBook, read_rules
from .law.wordings import read_wording
from .model import Lang, Record, Vocabulary
from .readers import Reading, read_records
from .records.parts import added_up
from .wording.texts import Wording

if TYPE_CHECKING:
    from .ask.kept import Kept
    from .ask.result import Result

__all__ = ["Policykb", "load_policykb"]

_PATIENCE = 60  # seconds that a query may take


@dataclass(frozen=True)
class Policykb:
    """A knowledge base ready to answer: what was loaded, and the decider over it.

    `knowledge` is the text as first issued, or as amended up to `day`; `overlays` and `engine` are what was asked for.
    Where there are amendments, `apply` decides each record by the version of its as-of day.

    >>> import policykb
    >>> kb = policykb.load()
    >>> fee = {"overseas": True, "filedWithBureau": True, "boothFeeCNY": 50000}
    >>> answer = kb.apply([kb.record("Exhibition", "2020-11-05", name="示例企业", **fee)])
    >>> [(d.clause, d.status, str(d.amount.max)) for d in answer.decisions if d.amount]
    [('art-02-exhibition', 'undetermined', '15000.00')]
    >>> [row["factId"] for row in kb.ask("questions", answer=answer)]
    ['recognisedByGovernment']
    """

    knowledge: Knowledge
    book: RuleBook
    vocabulary: Vocabulary
    wording: Wording
    decider: Decider
    overlays: tuple[Source, ...] = ()
    engine: str | None = None
    day: date | None = None
    _versions: dict[date, Policykb] = field(default_factory=dict, compare=False, repr=False)

    def read(
        self,
        paths: Paths,
        *,
        type: str | None = None,
        strict: bool = False,
        names: Sequence[str] = (),
        tick: Callable[[int], None] | None = None,
    ) -> Reading:
        """Read records from a file or several, named by text or path; see `readers.read_records`."""
        kind = None if type is None else given.text_of("type", type, 'type="EnterpriseYear"')
        sure = given.flag("strict", strict)
        return read_records(given.paths_of(paths), self.vocabulary, type=kind, strict=sure, names=names, tick=tick)

    def reading_of(self, records: Records, type: str | None = None) -> Reading:
        """What is to be decided, however it is held: see `apply`."""
        return given.records_of(records, lambda paths, names: self.read(paths, type=type, names=names))

    def record(
        self,
        type: str,
        period: str | int | date,
        *,
        id: str | int = "1",
        name: str | None = None,
        credit_code: str | None = None,
        division: str | None = None,
        **facts: Stated,
    ) -> Record:
        """A record made in a program.

        Args:
            type: the record type, such as `EnterpriseYear`.
            period: a year, or the day of an event.
            id: its id, unique among the records of one call.
            name, credit_code, division: about its subject.
            facts: what it states, in the unit of `vocabulary.facts`: Decimal, int or text for numbers (float cannot
                hold them exactly), True or False, a date or ISO text, codes as text; None where it is not known.

        Raises:
            CallError: there is no such record type, it cannot state such a fact, or a value does not fit its fact.
        """
        subject = {"name": name, "credit_code": credit_code, "division": division}
        return given.stated_record(self.vocabulary, type, period, id=id, subject=subject, facts=facts)

    def apply(
        self,
        records: Records,
        *,
        as_of: Day = None,
        everything: bool = False,
        readings: bool = False,
        complete: bool = False,
        add_up: bool = False,
        type: str | None = None,
    ) -> Answer:
        """Decide records: which clauses apply, how much, why, and what is missing.

        Args:
            records: what `read` returned, records, files, dictionaries as in JSON, a data frame or an Arrow table.
            as_of: decide as of this day, a date or text in ISO form; each record's own period end if None.
            everything: also list clauses of other record types, as not-applicable.
            readings: run every other reading as well, and name in each decision those that would change it.
            complete: the records are all there are, so that ranks follow from them (see `ranks`).
            add_up: rows of one subject and period are parts, to be added up where the text allows it (see `parts`).
            type: the record type of rows that do not say it.

        Raises:
            CallError: an argument is of a kind that it does not take, or an amendment was named that is not in force
                on the day.
        """
        flags = {"complete": complete, "everything": everything, "readings": readings, "add_up": add_up}
        return self.run(self.reading_of(records, type), day=as_of, tick=None, **flags).answer()

    def run(self, records: Records, *, day: Day, tick: Tick | None, **flags: bool) -> Run | Held:
        """The same for as many records as there are, decided portion by portion as it is asked for.

        Args:
            records, day, flags: those of `apply`; with `sort` the subjects with most at stake come first.
            tick: told what is being done, and how many records of how many are done.
        """
        found = self.run_apart(records, day=day, tick=tick, **flags)
        whole = Held(combined(one := found.answer(), self.last_version(one).book)) if self.book.is_summed else found
        if flags.get("sort"):
            whole.sort()
        return whole

    def last_version(self, answer: Answer) -> Policykb:
        """The last of the versions that the records of an answer were decided under."""
        return self.by_version(answer)[-1][0]

    def run_apart(self, records: Records, *, day: Day, tick: Tick | None, **flags: bool) -> Run:
        """What is decided of each record by itself, before anything is said of several together; see `run`."""
        reading, on = self.reading_of(records), given.day_of(day)
        said = [name for name in flags if given.flag(name, flags[name])]
        refuse_future(on, self.knowledge.amendments, self.overlays)
        if "add_up" in said:
            reading = added_up(reading, self.decider.record_rules, self.vocabulary)
        reading = with_derived(reading, self.book, self.decider.record_rules, is_complete="complete" in said)
        found = self._run(reading, on, "everything" in said, "complete" in said, tick)
        found.base = replace(found.base, options=(*reading.options, *said), inputs=reading.inputs)
        found.noted = lambda answer: note_derived(answer, self.vocabulary, self.wording)
        if "readings" in said:
            found.others = alternatives(self, found.records, tuple(found.deciders))
        return found

    def ask(self, query: str, *, answer: Answer | None = None, lang: Lang = "zh", **parameters: Parameter) -> Result:
        """Ask the graph: a query of the library by its name, or SPARQL of your own.

        Args:
            query: the name of a library query, or the text of a SELECT, ASK, CONSTRUCT or DESCRIBE.
            answer: what `apply` returned, to ask about decisions as well.
            lang: the language of labels, zh or en.
            parameters: the parameters of a library query; several values as a list.

        Returns:
            A result with `to_pandas()` and `to_arrow()`; iterating gives a mapping for each row.

        Raises:
            CallError: there is no such query or parameter, or the text is no query.
        """
        given.text_of("query", query, 'kb.ask("limits")')
        if answer is not None:
            given.instance("answer", answer, Answer, "kind-answer", "answer=kb.apply(records)")
        tongue = given.language_of(lang)
        from .ask.asked import asked_text
        from .ask.graphs import prefixes
        from .ask.local import ask_store

        table, kept = prefixes(self.knowledge), self._kept
        store = self.graph_store if answer is None else kept.store(self.quads, answer, self.answer_quads)
        return ask_store(store, asked_text(query, parameters, tongue, self.knowledge, table), table, seconds=_PATIENCE)

    def __reduce__(self) -> tuple[object, ...]:
        """Another process loads it anew from its files: what is loaded holds engines, which cannot be sent."""
        given = self.knowledge.root, self.knowledge.policy, self.overlays
        return partial(load_policykb, *given, as_of=self.day, engine=self.engine), ()

    @cached_property
    def _kept(self) -> Kept:
        from .ask.kept import Kept

        return Kept()

    @cached_property
    def quads(self) -> tuple[ox.Quad, ...]:
        """The knowledge base as quads of named graphs, overlays applied, with the links that queries use."""
        from .ask.graphs import knowledge_quads

        return tuple(knowledge_quads(self.knowledge, self.book))

    @cached_property
    def graph_store(self) -> ox.Store:
        """The same quads in a store; ask it with the union of the named graphs as the default graph."""
        from .ask.local import store_of

        return store_of(self.quads)

    def answer_quads(self, answer: Answer) -> list[ox.Quad]:
        """An answer as quads of the graphs of records and decisions, under the rules of its last version."""
        from .reports.as_rdf import answer_quads

        given.instance("answer", answer, Answer, "kind-answer", "kb.answer_quads(kb.apply(records))")
        return list(answer_quads(answer, self.last_version(answer).book, self.near_misses(answer)))

    def told_by(self, policy: str) -> Policykb:
        """What knows all that an answer names: this, or of several documents the one that its receipt names."""
        return self

    def near_misses(self, answer: Answer) -> list[NearMiss]:
        """The nearest single number, if any, that would make each decision eligible, under the rules of its record."""
        on, decided = answer.receipt.as_of, answer.decisions
        sides = ((kb.book, records, decided, on, kb.decider.engine) for kb, records in self.by_version(answer))
        return [miss for side in sides for miss in near_misses(*side)]

    def by_version(self, answer: Answer) -> list[tuple[Policykb, list[Record]]]:
        """The records of an answer by the version of the knowledge base that each was decided under, the last last."""
        versions: dict[date | None, list[Record]] = {} if answer.records else {None: []}
        for record in answer.records:
            versions.setdefault(self._version_day(record, answer.receipt.as_of), []).append(record)
        return [(self.version(day), versions[day]) for day in sorted(versions, key=lambda day: day or date.min)]

    def version(self, day: date | str | None) -> Policykb:
        """The knowledge base with the amendments that are in force on a day; as it was loaded if None."""
        when = None if day is None else given.day_of(day, "day") or date.min
        if when is not None and when not in self._versions:
            self._versions[when] = self.with_overlays(self.overlays, when)
        return self if when is None else self._versions[when]

    def with_overlays(self, overlays: Sequence[Source], day: date | None = None) -> Policykb:
        """The same files with other overlays, as of a day."""
        knowledge = load(self.knowledge.root, self.knowledge.policy, overlays, day, self.knowledge)
        return _of(knowledge, tuple(overlays), self.engine, day)

    def book_of(self, record: Record, as_of: Day = None) -> RuleBook:
        """The rules that a record is decided under: those of its day, where there are amendments."""
        given.instance("record", record, Record, "kind-records", "kb.book_of(record)")
        return self.version(self._version_day(record, given.day_of(as_of))).book

    def compare(self, records: Records, other: Policykb, *, as_of: Day = None) -> Comparison:
        """How the answer about records differs under another set of overlays.

        Args:
            records: a record, several, or what `read` returned.
            other: the knowledge base to compare with, loaded with other overlays or scenarios.
            as_of: decide as of this day, a date or text in ISO form; each record's own period end if None.

        Raises:
            CallError: an argument is of a kind that it does not take.
        """
        given.instance("other", other, Policykb, "kind-knowledge", given.COMPARED)
        reading = self.reading_of(records)
        before, after = self.apply(reading, as_of=as_of), other.apply(reading, as_of=as_of)
        clauses = dict.fromkeys(d.clause for d in (*before.decisions, *after.decisions) if d.clause is not None)
        loaded = [kb for side in (self, other) for kb in (side, *side._versions.values())]
        names = {name for kb in loaded for name in kb.knowledge.restated}
        made_of = {one: [entry for kb in loaded for entry in resources(kb.book, one).items()] for one in clauses}
        return compare(before, after, {one: {n: s for n, s in own if n in names} for one, own in made_of.items()})

    def _version_day(self, record: Record, as_of: date | None) -> date | None:
        return day_of_version(record, as_of, self.knowledge.amendments)

    def _run(self, reading: Reading, as_of: date | None, everything: bool, complete: bool, tick: Tick | None) -> Run:
        """Each record by the version of its day; all records are given to each version, since rules compare them."""
        records = reading.records
        used = dict.fromkeys(self._version_day(record, as_of) for record in records)
        days = sorted(day for day in used if day is not None)
        versions = {day: self.version(day) for day in (None, *days)}
        base = self.decider.receipt(records, as_of)
        if days:
            last = versions[days[-1]].knowledge
            rules = one_hash(versions[day].knowledge.rules_hash for day in used)
            base = replace(base, rules=rules, parts=last.parts, overlays=last.overlays)
        return Run(
            records,
            reading.findings,
            {day: replace(kb.decider, is_complete=complete) for day, kb in versions.items()},
            lambda record: self._version_day(record, as_of),
            base,
            day=as_of,
            everything=everything,
            tick=tick or (lambda what, done, count: None),
        )


def load_policykb(
    root: str | Path | None = None,
    policy: str | None = None,
    overlays: Source | Sequence[Source] = (),
    *,
    as_of: Day = None,
    engine: str | None = None,
) -> Policykb:
    """Load a knowledge base: the one that is installed, or the folder `root`.

    Args:
        root: a folder with ontology/, policy/, shapes/ and queries/.
        policy: slug of the policy document, where there are several.
        overlays: readings as `READING:alt`, Turtle files, or scenarios; one of them or several.
        as_of: the day whose amendments are in force, a date or text in ISO form; the text as first issued if None.
        engine: what decides, `sparql` or `columns`; if None SPARQL a handful of records, and columns many.

    Raises:
        CallError: an argument is of a kind that it does not take, or the engine is not installed.
        PolicykbError: the knowledge base cannot be used; the message says where and how to mend it.
    """
    sources = given.sources_of(overlays)
    slug = None if policy is None else given.text_of("policy", policy, 'policykb.load(policy="szq-2020-12")')
    name = None if engine is None else given.text_of("engine", engine, 'policykb.load(engine="columns")')
    return _of(load(given.folder_of(root), slug, sources, given.day_of(as_of)), sources, name, given.day_of(as_of))


def _of(knowledge: Knowledge, overlays: tuple[Source, ...], engine: str | None, day: date | None) -> Policykb:
    book, wording = read_rules(knowledge), read_wording(knowledge)
    cache_sound(knowledge)
    decider = Decider(book, book.vocabulary, book.record_rules, wording, engine_of(book, engine))
    return Policykb(knowledge, book, book.vocabulary, wording, decider, overlays, engine, day)
