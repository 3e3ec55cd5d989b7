"""What the telling of an answer rests on: the answer, the wordings, and what was asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..answers.answer import Answer, EnterpriseTotal
from ..law.readings import Reading
from ..model import Decision, Entitlement, Finding, GroupDecision, JointDecision, Record
from .payments import by_record
from .phrases import Phrases
from .places import finding_told
from .told import FindingTold

__all__ = ["Teller"]


@dataclass(frozen=True)
class Teller:
    """An answer, or a portion of one, to be told in one language.

    `is_many` is whether the whole answer is about several subjects, and so told to an officer rather than to the
    applicant; `repeated` has the ids that several of its records bear; `everything` unfolds what is folded;
    `criteria` words every criterion.
    """

    answer: Answer
    phrases: Phrases
    is_many: bool
    repeated: Collection[str]
    everything: bool = False
    criteria: bool = True

    def say(self, name: str, **values: object) -> str:
        """A text that may be worded otherwise for several subjects."""
        other = f"{name}-many"
        return self.phrases.say(other if self.is_many and other in self.phrases.wording.texts else name, **values)

    @cached_property
    def owned(self) -> list[tuple[EnterpriseTotal, list[tuple[Record, list[Decision]]]]]:
        """Each subject with its records, and these with their decisions."""
        return self.answer.by_enterprise()

    def heading(self, record: Record) -> str:
        """What a record is headed: its type, its period, and its id, or the sheet and row where it has none."""
        kind, place = self.phrases.kind(record.type), record.place
        name = record.id
        if place.sheet is not None and record.id.endswith(f"#{place.sheet}!{place.row}"):
            name = self.phrases.say("told-row-of", sheet=place.sheet, row=place.row)
        text = "told-record" if record.period else "told-record-undated"
        return self.phrases.say(text, kind=kind, period=record.period, record=name)

    def findings_told(self, subject: str, record: Record, decisions: list[Decision]) -> tuple[FindingTold, ...]:
        """What was found in the data of a record of a subject, in words; what was merely noted is left out."""
        found = [one for one in self.findings_of(record, decisions) if one.severity != "info"]
        about = f"{subject} · {self.heading(record)}" if found else ""
        return tuple(finding_told(one, self.phrases, about) for one in found)

    @cached_property
    def counting(self) -> dict[tuple[str, str], bool | None]:
        """Whether what a record gets by a clause or an open group counts."""
        return self.answer.counting()

    @cached_property
    def decisions(self) -> dict[tuple[str, str], Decision]:
        """The decisions by record and clause."""
        return {(d.record, d.clause): d for d in self.answer.decisions if d.clause is not None}

    @cached_property
    def entitlements(self) -> Mapping[str, Sequence[Entitlement]]:
        """What counts, by record."""
        return by_record(self.answer.entitlements)

    @cached_property
    def groups(self) -> dict[str, list[GroupDecision]]:
        """What groups did, by record."""
        found: dict[str, list[GroupDecision]] = {}
        for one in self.answer.groups:
            found.setdefault(one.record, []).append(one)
        return found

    @cached_property
    def _joints(self) -> dict[tuple[str, str, str], JointDecision]:
        return {(one.record, one.clause, joint.how): joint for joint in self.answer.joints for one in joint.members}

    def joint_of(self, record: str, clause: str, how: str) -> JointDecision | None:
        """The widest group that did this, over several records, to a clause on one of them."""
        return self._joints.get((record, clause, how))

    @cached_property
    def binding(self) -> frozenset[str]:
        """What the groups over several records are called, which is a note on each of their clauses."""
        return frozenset(one.label.get(self.phrases.lang) for one in self.phrases.book.joints.values())

    def caps_lack(self, record: str, clause: str) -> Sequence[str]:
        """The items that caps on a clause of a record and on others together are worked out from, and nobody states."""
        return self._lacking.get((record, clause), ())

    @cached_property
    def _lacking(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for joint in self.answer.joints:
            for one in joint.members if joint.missing and joint.how == "together" else ():
                found.setdefault((one.record, one.clause), []).extend(joint.missing)
        return found

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """The readings by id, where decisions name any."""
        if not any(decision.readings for decision in self.answer.decisions):
            return {}
        return {one.id: one for one in self.phrases.book.readings}

    @cached_property
    def _found(self) -> dict[str, tuple[Finding, ...]]:
        found: dict[str, list[Finding]] = {}
        for finding in self.answer.findings:
            if finding.record is not None:
                found.setdefault(finding.record, []).append(finding)
        return {name: tuple(ones) for name, ones in found.items()}

    def findings_of(self, record: Record, decisions: list[Decision]) -> list[Finding]:
        """What was found in the data of a record, errors first; of records that share an id each has its own."""
        found = [finding for decision in decisions for finding in decision.findings]
        is_alone = record.id not in self.repeated
        found += [one for one in self._found.get(record.id, ()) if is_alone or _is_at(one, record)]
        if not is_alone and any(one.fact == "id" and _is_at(one, record) for one in found):
            # Its own place says it; that others bear the id as well is said of them.
            found = [one for one in found if one.fact != "id" or _is_at(one, record)]
        order = {"error": 0, "warning": 1, "info": 2}
        return sorted(dict.fromkeys(found), key=lambda finding: order[finding.severity])


def _is_at(finding: Finding, record: Record) -> bool:
    """Whether a finding is about what stands where the record does."""
    where, here = finding.place, record.place
    return (where.file, where.sheet, where.row) == (here.file, here.sheet, here.row)
