"""Drive the self-check as a reader does: choose situations, answer questions, read the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Answer = str | bool | Sequence[str]
READY = "#pkb-check[data-ready]"


class Reader:
    """One reader at the self-check; `steps` counts the taps and fields that it took."""

    def __init__(self, visit: Any, lang: str = "", page: str = "check.html") -> None:
        self.visit, self.page, self.steps = visit, visit.page, 0
        visit.open(f"{lang}{page}", ready=READY)

    def choose(self, *situations: str) -> Reader:
        """Tick situations and go on."""
        for name in situations:
            self.page.check(f'[id="situation-{name}"]')
        self.page.click(".pkb-begin .md-button--primary")
        self.steps += len(situations) + 1
        return self.settle()

    def field(self, type: str, fact: str, index: int = 0) -> str:
        """The id of the field of a fact."""
        return f"#fact-{type}-{index}-{fact}"

    def answer(self, type: str, answers: Mapping[str, Answer], index: int = 0) -> Reader:
        """Answer questions of one entry: yes or no, the code of a choice, several codes, or a text as typed.

        Each is answered when the page has taken the one before into account, as by a reader who looks: what cannot
        matter any more is not asked then, and no test answers it by being quick.
        """
        for fact, given in answers.items():
            self.steps += 1
            place = self.field(type, fact, index)
            if isinstance(given, bool):
                self.page.check(f"{place}-{0 if given else 1}")
            elif not isinstance(given, str):
                for code in given:
                    self.page.check(f"{place}-{code}")
            elif self.page.locator(f"input{place}").count():
                self.page.fill(place, given)
                self.page.locator(place).blur()
            else:
                codes = self.page.evaluate("fact => policykb.codes(fact)", fact)
                self.page.check(f"{place}-{codes.index(given)}")
            self.settle()
        return self

    def example(self) -> Reader:
        """Fill in the example."""
        self.page.evaluate("document.querySelectorAll('.pkb-form .pkb-buttons button')[1].click()")
        return self.settle()

    def settle(self) -> Reader:
        """Wait until the answer is that of what stands in the form."""
        self.visit.until("document.querySelector('#pkb-check').dataset.at === policykb.at()")
        return self

    def sums(self) -> list[str]:
        """The lines of the headline."""
        return list(self.page.locator(".pkb-summary p").all_inner_texts())

    def clauses(self, status: str) -> dict[str, str]:
        """The clauses with money of a status, each with the amount shown."""
        cards = self.page.locator(f".pkb-card.pkb-{status}").all()
        return {c.get_attribute("data-clause"): c.locator(".pkb-card-amount").inner_text() for c in cards}

    def asked(self, type: str, index: int = 0) -> list[str]:
        """The facts whose questions are shown."""
        shown = f'.pkb-entry[data-type="{type}"][data-index="{index}"] .pkb-ask:visible'
        return [one.get_attribute("data-fact") for one in self.page.locator(shown).all()]
