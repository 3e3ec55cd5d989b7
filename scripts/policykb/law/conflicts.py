"""Which overlays cannot stand together, and which say what nothing reads.

Of two overlays, neither of them a dated amendment,

- none may state or replace what the other does, and
- every way in which a resource that one states bears alone must be left when the other is added.

So whoever restates a clause and leaves its options where they are goes together with whoever restates one of these;
whoever makes bands of them, or no longer names them, does not. `ways` says what a way is. An overlay that replaces
what only an earlier one says is made on top of that, and a scenario is made on top of all before it. Two amendments of
one day are held against each other in the same way, and each other overlay against the amendments in force. What bears
in no way at all has no effect, and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import pyoxigraph as ox

from ..errors import Faults, KnowledgeError, OverlayConflict
from ..names import PKB, RDF, SH
from .overlays import Overlay, local_name
from .ways import View

__all__ = ["check_overlays", "conflict_of", "still_unread"]

_READ = frozenset((PKB.Option, PKB.Notice, SH.PropertyShape, SH.NodeShape))
"""What has no effect where it bears in no way; a fact may wait for a rule."""


def check_overlays(
    store: ox.Store, amendments: Sequence[Overlay], overlays: Sequence[Overlay]
) -> tuple[tuple[ox.NamedNode, KnowledgeError], ...]:
    """Refuse overlays that say what is not theirs to say, or cannot stand together.

    Args:
        store: the graph without overlays.
        amendments: those in force, in their order.
        overlays: the others, in their order.

    Returns:
        What they state and nothing reads as it is written, each with the fault of it: see `still_unread`.

    Raises:
        OverlayConflict: two of them touch one thing.
        KnowledgeError: one replaces what does not exist, says something about what it does not replace, or touches
            what an amendment has changed.
    """
    applied = (*amendments, *overlays)
    faults = Faults()
    for number, overlay in enumerate(applied):
        faults.add(_misplaced(View(store, applied[:number]), overlay))
    faults.refuse()
    drawn = [overlay for overlay in overlays if not overlay.is_scenario]
    same_day = [(one, other) for one, other in combinations(amendments, 2) if one.valid_from == other.valid_from]
    for one, other in (*same_day, *combinations(drawn, 2)):
        below = [amendment for amendment in amendments if amendment not in (one, other)]
        if conflict := conflict_of(store, one, other, below):
            raise conflict
    for overlay in drawn:
        faults.add(_amended(store, overlay, amendments))
    faults.refuse()
    applied = (*amendments, *drawn)
    return tuple(
        found
        for number, overlay in enumerate(applied, 1)
        for found in _without_effect(View(store, applied[:number]), overlay)
    )


def still_unread(store: ox.Store, found: Sequence[tuple[ox.NamedNode, KnowledgeError]]) -> tuple[KnowledgeError, ...]:
    """The faults of what nothing reads once it is worked out what belongs to what by its name.

    Each is a fault that may come from others, and is said where there are none.

    Args:
        store: the graph with the overlays, completed.
        found: what `check_overlays` returned.
    """
    view = View(store, ())
    return tuple(fault for subject, fault in found if next(view.ways(subject), None) is None)


def conflict_of(store: ox.Store, one: Overlay, other: Overlay, below: Sequence[Overlay] = ()) -> OverlayConflict | None:
    """Why two overlays cannot stand together, in whatever order; None where they can.

    Args:
        store: the graph without overlays.
        one, other: the overlays.
        below: those that are applied before them.
    """
    if _is_made_on(store, one, other) or _is_made_on(store, other, one):
        return None
    shared = one.subjects & other.subjects
    if shared:
        subject = min(shared, key=str)
        return OverlayConflict(
            "overlay-conflict",
            where=other.place(subject),
            overlay=other.name,
            other=one.name,
            resource=local_name(subject),
        )
    for mine, theirs in ((one, other), (other, one)):
        lost = _lost(store, mine, below, (*below, one, other))
        if lost is not None:
            return OverlayConflict(
                "overlay-conflict-through",
                where=mine.place(lost),
                overlay=mine.name,
                other=theirs.name,
                resource=local_name(lost),
                replaced=[local_name(subject) for subject in sorted(theirs.replaces, key=str)],
            )
    return None


def _misplaced(view: View, overlay: Overlay) -> Iterator[KnowledgeError]:
    """What an overlay says about resources that it does not replace, or replaces without there being any."""
    for subject in sorted(overlay.stated - overlay.replaces, key=str):
        if view.describes(subject):
            yield KnowledgeError(
                "overlay-not-replaced",
                where=overlay.place(subject),
                resource=local_name(subject),
                iri=subject.value,
            )
    for subject in sorted(overlay.replaces, key=str):
        if not view.describes(subject):
            yield KnowledgeError(
                "overlay-replaces-nothing", where=overlay.place(None, subject), resource=local_name(subject)
            )


def _is_made_on(store: ox.Store, below: Overlay, above: Overlay) -> bool:
    """Whether an overlay replaces what only the other says."""
    base = View(store, ())
    return any(not base.describes(subject) for subject in above.replaces & below.stated)


def _lost(
    store: ox.Store, overlay: Overlay, alone: Sequence[Overlay], together: Sequence[Overlay]
) -> ox.NamedNode | None:
    """A resource that an overlay states, which no longer bears as it does with that overlay alone."""
    before, after = View(store, (*alone, overlay)), View(store, together)
    for subject in sorted(overlay.stated, key=str):
        if set(before.ways(subject)) - set(after.ways(subject)):
            return subject
    return None


def _amended(store: ox.Store, overlay: Overlay, amendments: Sequence[Overlay]) -> Iterator[KnowledgeError]:
    """Where a reading undoes an amendment, or an overlay bears on what an amendment has changed."""
    for amendment in amendments:
        touched = overlay.replaces & amendment.replaces if overlay.reads else frozenset()
        subject = min(touched, key=str) if touched else None
        if subject is None and not _is_made_on(store, amendment, overlay):
            subject = _lost(store, overlay, (), (amendment, overlay))
        if subject is not None:
            yield KnowledgeError(
                "overlay-amended",
                where=overlay.place(subject),
                overlay=overlay.name,
                resource=local_name(subject),
                amendment=amendment.name,
                day=amendment.valid_from,
            )


def _without_effect(view: View, overlay: Overlay) -> Iterator[tuple[ox.NamedNode, KnowledgeError]]:
    """What an overlay, the last one of a view, states and nothing reads."""
    for subject in sorted(overlay.stated, key=str):
        if view.values(subject, RDF.type) & _READ and next(view.ways(subject), None) is None:
            where = overlay.place(subject)
            yield subject, KnowledgeError("overlay-unread", where=where, resource=local_name(subject))
