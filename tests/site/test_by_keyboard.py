"""The self-check field by field with the keyboard: the next question is still there, and the focus is never lost."""

from __future__ import annotations

from typing import Any

import pytest

from readers import Reader

YEAR, FAIR = "EnterpriseYear", "Exhibition"
SLOW = 200  # milliseconds between keys: longer than the page waits before it decides
FOCUS = "document.activeElement.id"


def type_slowly(reader: Reader, text: str) -> None:
    """Type where the focus is, so slowly that what is half typed is decided, too."""
    for key in text:
        reader.page.keyboard.type(key)
        reader.page.wait_for_timeout(SLOW)


def test_half_a_number_takes_no_question_away(visit: Any) -> None:
    """5 yuan would settle everything, 60 million do not: the prior year, which is asked next, can be reached by Tab."""
    reader = Reader(visit(width=360, height=740)).choose("art-01-growth").answer(YEAR, {"producer": True})
    before = reader.asked(YEAR)
    reader.page.focus(reader.field(YEAR, "tradeCNY"))
    type_slowly(reader, "5")
    reader.settle()
    during = reader.asked(YEAR)
    reader.page.keyboard.press("Backspace")
    type_slowly(reader, "60000000")
    reader.page.keyboard.press("Tab")
    reader.settle()

    assert "priorTradeCNY" in before and during == before
    assert reader.page.evaluate(FOCUS) == "fact-EnterpriseYear-0-priorTradeCNY"


def test_what_cannot_matter_goes_when_the_field_is_left(visit: Any) -> None:
    """Below the threshold the prior year changes nothing: its question goes when the number is there, save that it is
    being answered; then it goes when it is left unanswered."""
    reader = Reader(visit()).choose("art-01-growth").answer(YEAR, {"producer": True})
    reader.page.focus(reader.field(YEAR, "tradeCNY"))
    type_slowly(reader, "5000")
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Tab") if "tradeCNY" in reader.page.evaluate(FOCUS) else None
    reader.settle()

    assert "priorTradeUSD" not in reader.asked(YEAR)
    assert reader.page.evaluate("document.activeElement !== document.body")


@pytest.mark.parametrize("pause", [0, 400])
def test_a_click_lands_on_what_was_pressed(visit: Any, pause: int) -> None:
    """Questions that go away when a number is finished do not move what is being pressed, however soon that is."""
    reader = Reader(visit(height=2400)).choose("art-01-growth", "art-05-warehouse").answer(YEAR, {"producer": True})
    page, wanted = reader.page, f"{reader.field(YEAR, 'crossBorderEcommerce')}-0"
    page.focus(reader.field(YEAR, "tradeCNY"))
    page.keyboard.type("5")
    page.wait_for_timeout(pause)
    for _ in range(5):
        # What moves while one takes aim is aimed at once more; from the press on nothing may move.
        place = page.locator(wanted).bounding_box()
        page.mouse.move(place["x"] + 5, place["y"] + 5)
        page.mouse.down()
        if page.evaluate("name => document.querySelector(name).matches(':active')", wanted):
            break
        page.mouse.move(1, 1)
        page.mouse.up()
    page.wait_for_timeout(400)
    page.mouse.up()
    reader.settle()

    assert "priorTradeUSD" not in reader.asked(YEAR)
    assert page.locator(wanted).is_checked()


def test_the_field_that_one_is_in_stays_in_its_place(visit: Any) -> None:
    """What goes away above a field does not move the field."""
    reader = Reader(visit()).choose("art-01-growth", "art-05-warehouse").answer(YEAR, {"producer": True})
    page, wanted = reader.page, f"{reader.field(YEAR, 'crossBorderEcommerce')}-0"
    page.focus(reader.field(YEAR, "tradeCNY"))
    type_slowly(reader, "5")
    page.evaluate("y => scrollBy(0, y)", page.locator(wanted).bounding_box()["y"] - 600)
    before = page.locator(wanted).bounding_box()["y"]
    page.focus(wanted)
    reader.settle()

    assert "priorTradeUSD" not in reader.asked(YEAR)
    assert abs(page.locator(wanted).bounding_box()["y"] - before) < 3


@pytest.mark.parametrize("lang", ["", "en/"])
def test_the_focus_goes_on(visit: Any, lang: str) -> None:
    """Adding an entry leads into it, taking one away to the one that is left, clearing to the beginning, and what fills
    in the example or mends a figure leaves the focus where it was."""
    reader = Reader(visit(), lang).choose("art-01-growth", FAIR)
    page, found = reader.page, []

    def press(place: Any) -> None:
        place.focus()
        page.keyboard.press("Enter")
        reader.settle()
        found.append(page.evaluate(f"{FOCUS} || document.activeElement.tagName"))

    press(page.locator(".pkb-form > p > .pkb-link").first)
    press(page.locator("h3 .pkb-link").last)
    press(page.locator("#pkb-example"))
    page.locator(".pkb-form .pkb-buttons button").first.focus()
    press(page.locator(".pkb-form .pkb-buttons button").first)
    reader.answer(YEAR, {"producer": True, "tradeCNY": "500"})
    press(page.locator(".pkb-mend"))

    first = "fact-Exhibition-{}-overseas-0"
    assert found == [first.format(1), first.format(0), "pkb-example", "H2", "fact-EnterpriseYear-0-tradeCNY"]
    assert page.input_value(reader.field(YEAR, "tradeCNY")) == "500万元"


def test_what_was_opened_in_the_answer_stays_open(visit: Any) -> None:
    """Reasons that a reader opened stay open, and the focus on them, when another answer changes the result."""
    reader = Reader(visit()).choose("art-01-growth")
    reader.answer(YEAR, {"producer": True, "tradeCNY": "60000000", "priorTradeCNY": "45000000"})
    page, why = reader.page, '[data-clause="art-01-volume"] .pkb-why'
    page.locator(f"{why} summary").click()
    page.evaluate("document.querySelector('#fact-EnterpriseYear-0-tradeRank').value = '2'")
    page.evaluate("document.querySelector('#fact-EnterpriseYear-0-tradeRank').dispatchEvent(new Event('input'))")
    reader.settle()

    assert page.locator(f"{why}[open]").count() == 1
    assert page.evaluate(f"document.activeElement === document.querySelector('{why} summary')")
