"""How many messages that ask to confirm an opt-in an address gets, whoever asks for them.

Write keys of browsers are public: anybody can give somebody else's address, as many visitors as he likes. Caps go by
contact; this goes by address.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

OPT_IN = "opt_in"
"""Cap tag of texts that ask for a YES, such as those that follow a web form."""
MOST = 3
WITHIN = timedelta(days=1)
APART = timedelta(minutes=10)


def with_asked(before: Mapping[str, datetime], visit: str, now: datetime) -> Mapping[str, datetime] | None:
    """Return the messages of the last day with one more; None: no more may go now.

    Args:
        before: When each visit asked the address.
        visit: The visit that would; one that asked already may again, for it is the same message.
        now: The time.
    """
    recent = {known: at for known, at in before.items() if now - at < WITHIN}
    if visit in recent:
        return recent
    if len(recent) >= MOST or any(now - at < APART for at in recent.values()):
        return None
    return {**recent, visit: now}
