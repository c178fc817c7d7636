"""The boundary of engine rule 6: one bad contact never fails a batch; he is set aside, the others go on.

What a retry of the Task mends (a store that is down), and what lies with the deployment (a missing table or right),
is no contact's fault and fails the Task: the machine's Retry and the reconciler see to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from stepwell.errors import FencedOff, Forbidden, NotReady, Unavailable

SET_ASIDE = "set_aside"
"""Outcome of those over whom a node stumbled; beside each node's own outcomes."""

BLAMELESS: tuple[type[Exception], ...] = (
    Unavailable,
    Forbidden,
    NotReady,
    FencedOff,
    ConnectionError,
    TimeoutError,
    MemoryError,
)
"""Errors that no contact causes. Adapters translate what AWS and networks raise; these are the rest as well."""


class Carried(Protocol):
    """What an executor handles for one contact."""

    @property
    def token(self) -> str:
        """Token id."""
        ...


A = TypeVar("A")
C = TypeVar("C", bound=Carried)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Faulty:
    """What code stumbled over.

    Attributes:
        reason: Reason code. It names the error's class; the message may hold personal data and is not kept.
    """

    reason: str

    @classmethod
    def of(cls, error: Exception) -> Faulty:
        """Return the stumble that an error is."""
        return cls(f"node_error:{type(error).__name__}")

    @property
    def outcome(self) -> tuple[str, str]:
        """Outcome and reason of a contact, as executors note them."""
        return SET_ASIDE, self.reason


def alone(work: Callable[[], T]) -> T | Faulty:
    """Do something for one contact; return what it stumbled over instead of raising it."""
    try:
        return work()
    except BLAMELESS:
        raise
    except Exception as error:
        return Faulty.of(error)


def together(work: Callable[[Sequence[A]], T], items: Sequence[A]) -> list[tuple[Sequence[A], T | Faulty]]:
    """Do something for many at once; only if that stumbles, in halves, until those are found over whom it does.

    Args:
        work: May be called again for items that it was given before: it must bear repetition.
        items: In order.

    Returns:
        Items with their common result, in order; a `Faulty` has a single item.
    """
    result = alone(lambda: work(items))
    if not isinstance(result, Faulty) or len(items) <= 1:
        return [(items, result)]
    middle = len(items) // 2
    return [*together(work, items[:middle]), *together(work, items[middle:])]


class Ledger(dict[str, tuple[str, str]]):
    """Outcome and reason a token id, as an executor collects them; sets aside whom code stumbles over."""

    def alone(self, token: str, work: Callable[[], T]) -> T | None:
        """Do something for one contact; None: he is set aside."""
        done = alone(work)
        if isinstance(done, Faulty):
            self[token] = done.outcome
            return None
        return done

    def together(
        self,
        work: Callable[[Sequence[C]], object],
        items: Sequence[C],
        undo: Callable[[C], object] | None = None,
    ) -> list[C]:
        """Do something for many at once (see `together`); return those who are not set aside.

        Args:
            work: Does it; must bear repetition.
            items: May be empty, which calls nothing.
            undo: Undoes what was done before for one who is set aside; may stumble over him as well.
        """
        done: list[C] = []
        for part, result in together(work, items) if items else ():
            if not isinstance(result, Faulty):
                done += part
                continue
            for item in part:
                self[item.token] = result.outcome
                if undo is not None:
                    alone(partial(undo, item))
        return done
