"""Waits until a program on Textual's pilot stands still, told by its event loop instead of by processor time.

Textual's own wait sleeps 20 ms at a time until the process needs hardly any processor time. On a loaded machine a
process that is not given the processor looks idle in the midst of its work, and on an idle one every key costs 40 ms.
Here nothing is asked of the clock while the loop alone is at work. Where other threads work, Textual's wait stays.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

SOON = 1 / 50
"""Seconds; a timer that is due within them belongs to what is going on, as it does for Textual."""

MOST = 1.0
"""Seconds slept for timers, at most: some go on for ever."""

Wait = Callable[..., Awaitable[None]]


def waiting(otherwise: Wait) -> Wait:
    """Return the wait that takes the place of Textual's.

    Args:
        otherwise: Textual's own, used while threads that were started later than now are at work.
    """
    known = set(threading.enumerate())

    async def wait_for_idle(*given: float) -> None:
        loop: Any = asyncio.get_running_loop()
        left = MOST
        while left > 0:
            await asyncio.sleep(0)
            if loop._ready:
                continue
            if _threads_work(loop, known):
                await otherwise(*given)
                return
            due = _next_timer(loop)
            if due is None:
                return
            await asyncio.sleep(due)
            left -= max(due, 0.001)

    return wait_for_idle


def _threads_work(loop: Any, known: set[threading.Thread]) -> bool:
    """Return whether a thread beside the loop may be at work: a job that was given away, or a thread of its own."""
    executor = loop._default_executor
    pool: set[threading.Thread] = set() if executor is None else set(executor._threads)
    if set(threading.enumerate()) - known - pool:
        return True
    return executor is not None and executor._idle_semaphore._value < len(pool)


def _next_timer(loop: Any) -> float | None:
    """Return the seconds until the first timer that is due soon; None where there is none."""
    now = loop.time()
    due = [timer.when() - now for timer in loop._scheduled if not timer.cancelled()]
    return max(min(due), 0.0) if due and min(due) <= SOON else None
