"""Regular expressions that are compiled when they are first used.

The modules together have some two hundred of them, a call uses a few dozens, and to compile all of them would take a
tenth of the time in which one enterprise is answered.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, AnyStr, Generic, cast

__all__ = ["LazyPattern", "regex"]


class LazyPattern(Generic[AnyStr]):
    """Stands for a compiled pattern, and has all that it has."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = pattern
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[AnyStr]:
        return re.compile(self.pattern, self._flags)

    def __reduce__(self) -> tuple[type, tuple[AnyStr, int]]:
        return type(self), (self.pattern, self._flags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # a copy that is being made has no pattern yet
            raise AttributeError(name)
        found = getattr(self._compiled, name)
        # From now on it is found without asking here.
        self.__dict__[name] = found
        return found


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A regular expression that the program holds, or makes of words; one that data bring is compiled as it is read.

    Args:
        pattern: as `re.compile` takes it.
        flags: flags of `re`.

    Raises:
        re.error: where it is first used, the pattern is none.
    """
    return cast("re.Pattern[AnyStr]", LazyPattern(pattern, flags))
