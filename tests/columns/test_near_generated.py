"""Near misses under generated rules: those that trying every number finds, whatever the conditions.

Trying costs much more than deciding, so that one in ten of the rule sets of `test_generated` is tried.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_generated import EXAMPLES, as_records, loaded

from generated_rules import RuleSet, rule_sets
from generated_worlds import WORLDS, Drawn, drawn_records, in_places
from near_by_trial import within_reach
from policykb.answers.run import Run
from policykb.engines.near import near_misses

FOUND: list[int] = []


@settings(
    max_examples=max(1, EXAMPLES // 10),
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)
@given(st.data())
def trial(data: st.DataObject) -> None:
    """One rule set: the same pairs of record and clause, and no value that is nearer."""
    rules: RuleSet = data.draw(rule_sets())
    drawn: list[Drawn] = data.draw(drawn_records(WORLDS[rules.world], 12))
    kb = loaded(rules)
    made = as_records(rules, [replace(one, facts=in_places(one.facts, 2)) for one in drawn])
    answer = Run.by(kb.decider, made).answer()
    found = {(near.record, near.clause): near for near in near_misses(kb.book, made, answer.decisions, None)}
    tried = within_reach(kb, made)
    FOUND.append(len(found))

    assert set(tried) <= set(found), set(tried) - set(found)


def test_generated_rules() -> None:
    """Over AND, OR and NOT, bounds of every kind, codes, differences and comparisons, none is left out."""
    FOUND.clear()
    trial()

    assert len(FOUND) >= 1
