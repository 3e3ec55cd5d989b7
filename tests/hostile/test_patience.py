"""What comes in is not waited for without end, and what is done with it afterwards may take its time."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from itertools import islice

import pytest

from policykb import cli
from policykb.doors.patience import patience, patiently
from policykb.errors import InputError


def endless() -> Iterator[int]:
    """Two items, and then none, however long one computes."""
    yield from (1, 2)
    while True:
        pass


def test_what_never_ends_is_ended() -> None:
    """With a message that names the file, and the seconds that it was given."""
    items = patiently(endless(), "records.csv", 0.05)
    with pytest.raises(InputError, match=r"records\.csv") as found:
        next(items)
    assert found.value.id == "takes-too-long"
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_what_comes_is_given_on_whole() -> None:
    """In its order, whatever its number."""
    for count in (0, 1, 99, 100, 101, 250):
        assert list(patiently(iter(range(count)), "records.csv")) == list(range(count))


def test_the_time_of_others_does_not_count() -> None:
    """Neither what is done with an item, nor waiting in which nothing is computed."""
    for _ in islice(patiently(iter(range(300)), "records.csv", 0.05), 2):
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass
    with patience("records.csv", 0.05):
        time.sleep(0.1)


def test_patience_within_patience() -> None:
    """What is inside has its own time, and what is outside goes on with what it had left."""
    with pytest.raises(InputError, match="outer"), patience("outer", 0.2):
        with pytest.raises(InputError, match="inner"), patience("inner", 0.05):
            list(endless())
        list(endless())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_a_library_makes_of_a_signal(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code says which signal ended the program, whatever fault a library makes of it, and no message does."""

    def run(words: object) -> int:
        try:
            os.kill(os.getpid(), number)
            time.sleep(1)
        except BaseException as fault:
            raise SystemError("returned a result with an exception set") from fault
        return 0

    said: list[object] = []
    # Whoever runs the tests may have it ignored, as nohup does, and an ignored signal ends no program.
    before = signal.signal(number, signal.SIG_DFL if number != signal.SIGINT else signal.default_int_handler)
    monkeypatch.setattr(cli, "_run", run)
    monkeypatch.setattr("builtins.print", lambda *words, **_: said.append(words))
    try:
        code = cli._guarded(["clauses"], False)
    finally:
        signal.signal(number, before)
    assert (code, said) == (128 + number, [])
