"""A signal that comes just while Python throws something away ends the program all the same."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import weakref

import pytest

from policykb.edge import stoppable

SECONDS = 30
"""After which a signal that was lost would have been waited for in vain."""


class Thrown:
    """What is thrown away."""


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals reach the main thread")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_what_is_thrown_away_with_something_comes_again(
    sent: signal.Signals, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What unwinds a program is no more than a line on standard error for Python, where it is thrown away itself."""
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)
    # In the background signals may be ignored, and then they stay so.
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}
    found_before = {one: signal.signal(one, handler) for one, handler in usual.items()}
    before = [signal.getsignal(one) for one in (*usual, signal.SIGALRM)]
    thrown, ended, reached = Thrown(), [], []

    def throw(_: object) -> None:
        reached.append("call")
        signal.raise_signal(sent)
        reached.append("goes on")

    watched = weakref.ref(thrown, throw)
    with pytest.raises(SystemExit) as found, stoppable(ended):
        del thrown
        assert watched() is None
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            time.sleep(0.001)

    assert (found.value.code, ended, reached) == (code, [sent], ["call"])
    assert [signal.getsignal(one) for one in (*usual, signal.SIGALRM)] == before
    for one, handler in found_before.items():
        signal.signal(one, handler)
    assert capsys.readouterr().err == ""
    assert sys.unraisablehook is sys.__unraisablehook__


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals reach the main thread")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_what_a_library_says_of_a_signal_is_not_heard(sent: signal.Signals, capfd: pytest.CaptureFixture[str]) -> None:
    """One in another language prints that it panics as soon as it does; what comes later is heard again."""
    usual = signal.default_int_handler if sent is signal.SIGINT else signal.SIG_DFL
    before = signal.signal(sent, usual)
    with pytest.raises((KeyboardInterrupt, SystemExit)), stoppable():
        try:
            signal.raise_signal(sent)
        finally:
            os.write(2, b"stack backtrace")
    signal.signal(sent, before)
    os.write(2, b"later")

    assert capfd.readouterr().err == "later"
