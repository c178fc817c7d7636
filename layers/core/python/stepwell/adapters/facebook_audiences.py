"""Facebook custom audiences: people put in and taken out by hashes, as Meta documents them.

https://developers.facebook.com/docs/marketing-api/audiences/guides/custom-audiences (read 2026-11-23): at most 10,000
people a call, schema `EMAIL`, `PHONE`, normalised, then SHA-256 in hex; putting somebody in twice changes nothing, so a
repeat does no harm. Never the address itself: only hashes leave.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from stepwell.adapters.meta_graph import Graph
from stepwell.adapters.social_http import Means, count, json_bytes
from stepwell.contracts.audiences import AudienceResult, Person
from stepwell.contracts.social import TokenExpired, Tokens
from stepwell.errors import NotReady

MOST_PEOPLE = 10_000
_SCHEMA = ("EMAIL", "PHONE")


class FacebookAudiences:
    """See `stepwell.contracts.audiences.Audiences`.

    Args:
        means: What it works with.
    """

    def __init__(self, means: Means) -> None:
        self._graph = Graph("Facebook", means)

    def add(self, tokens: Tokens, audience: str, people: Sequence[Person]) -> AudienceResult:
        """Put people in."""
        return self._tell("post", tokens, audience, people)

    def remove(self, tokens: Tokens, audience: str, people: Sequence[Person]) -> AudienceResult:
        """Take people out."""
        return self._tell("delete", tokens, audience, people)

    def _tell(self, what: str, tokens: Tokens, audience: str, people: Sequence[Person]) -> AudienceResult:
        received = invalid = 0
        for start in range(0, len(people), MOST_PEOPLE):
            rows = [hashes_of(one) for one in people[start : start + MOST_PEOPLE]]
            payload: Any = {"payload": json_bytes({"schema": _SCHEMA, "data": rows}).decode()}
            said = self._call(what, f"{audience}/users", tokens.refresh or tokens.access, payload)
            received += count(said.get("num_received")) or 0
            invalid += count(said.get("num_invalid_entries")) or 0
        return AudienceResult(received, invalid)

    def _call(self, what: str, path: str, token: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Ask in the name of the person: audiences are theirs, not the page's, whose own token goes on when it ends."""
        try:
            if what == "post":
                return self._graph.post(path, token, payload, acts=False)
            return self._graph.delete(path, token, payload)
        except TokenExpired as error:
            said = "The person's own access has ended (60 days): connect the page again."
            raise NotReady(said, code="person_expired") from error


def hashes_of(person: Person) -> list[str]:
    """Return a person's row: empty where it is not known."""
    return [_hash(normalised_email(person.email)), _hash(normalised_phone(person.phone))]


def normalised_email(text: str) -> str:
    """Return an address as Meta hashes it: no blanks around, small letters."""
    return text.strip(" \t\r\n\0\x0b.").lower()


def normalised_phone(text: str) -> str:
    """Return a number as Meta hashes it: digits with the country's code, no leading zeros."""
    return re.sub(r"[^0-9]", "", text).lstrip("0")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else ""
