"""The program `policykb`, also `python -m policykb`: Ctrl-C ends it without a word from its first moment on."""

from __future__ import annotations

import gc
import os
import signal

__all__ = ["MADE", "main"]

MADE = 2**16
"""Objects that are made before Python looks for circles among them: rules and answers are many, and in none."""


def main() -> None:
    """Load the command line, and run it."""
    gc.set_threshold(MADE)
    # Nothing is written while modules are loaded, so that nothing is left half done; what is ignored stays so.
    if is_heard := signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(128 + number))
    from . import cli

    try:
        if is_heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        cli.main()
    except KeyboardInterrupt:  # between the two: the command line sees to itself
        os._exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
