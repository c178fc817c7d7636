"""What the pass does for catalogs: notes who is interested in what, one batched write a batch at most.

Only for workspaces with catalogs, whose rules name them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from stepwell.catalog.interests import Interest, interests_of
from stepwell.catalog.ports import InterestStore
from stepwell.errors import StepwellError
from stepwell.triggers.person import Folded


def rows_of(folded: Iterable[Folded], catalogs: Sequence[Mapping[str, Any]], now: datetime) -> list[Interest]:
    """Return the interests that contacts' events show or end; redelivered events show the same again."""
    people = [(one.profile.id, [seen.event for seen in one.seen]) for one in folded if not one.unknown]
    return interests_of(people, catalogs, int(now.timestamp()))


def note(
    store: InterestStore | None,
    tenant: str,
    folded: Iterable[Folded],
    catalogs: Sequence[Mapping[str, Any]],
    now: datetime,
) -> StepwellError | None:
    """Write the interests of a batch's contacts; return why that cannot be done now, if it cannot."""
    if store is None or not catalogs:
        return None
    try:
        if rows := rows_of(folded, catalogs, now):
            store.put(tenant, rows)
    except StepwellError as error:
        return error
    return None
