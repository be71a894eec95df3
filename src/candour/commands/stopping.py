"""Long work that a person or the machine stops: it ends with what is safe so far."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable(seconds: float | None = None) -> Iterator[Callable[[], bool]]:
    """What to ask now and then whether to go on: no after Ctrl-C, a request to end, or so many seconds.

    A second signal ends the program at once.
    """
    until = None if seconds is None else monotonic() + seconds
    stopped = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped.append(number)
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield lambda: not stopped and (until is None or monotonic() < until)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
