"""Finds contacts by what people type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from replies.searching import ContactsFound
from stepwell.publishing.searching import ConsentFilter, Search, search

from routes.people import shown
from routes.routing import routed, this, topic

router = topic("Contacts")


@routed(router, "GET", "/contacts/search", "viewer", "Find contacts by text, condition or segment")
def search_contacts(
    q: Annotated[
        str,
        Query(
            max_length=200,
            description="Beginning of an address, id, name or other field, or of a word in it.",
        ),
    ] = "",
    where: Annotated[
        str, Query(max_length=4_000, description='A condition, e.g. `country = "DE" and score >= 50`.')
    ] = "",
    segment: Annotated[str, Query(max_length=40, description="Only members of this segment.")] = "",
    consent: Annotated[
        ConsentFilter, Query(description="What they said to marketing mail; `unset`: nothing.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> ContactsFound:
    """Find contacts: a whole address or id at once, the rest by walking 2,000 contacts a call."""
    call = this()

    def consents(people: Sequence[str]) -> Mapping[str, str]:
        records = call.runtime.messaging.records(call.tenant, people)
        return {
            one: said for one, record in records.items() if (said := record.consent.get("email:marketing"))
        }

    found = search(
        call.tenant,
        Search(q, where, segment, consent, call.ports.inventory.workspace(call.tenant).time_zone),
        profiles=call.wired.parts.profiles,
        pages=call.ports.profiles,
        members=call.wired.members,
        consents=consents,
        now=call.ports.now(),
        limit=limit,
        cursor=cursor or None,
    )
    return {
        "items": [shown(profile) for profile in found.items],
        "cursor": found.cursor,
        "complete": found.cursor is None,
        "looked_at": found.looked_at,
    }
