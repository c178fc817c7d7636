"""FullContact's v3 API: `person.enrich` by address, `company.enrich` by domain; each is one call of the contract."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stepwell.adapters.enrichment_http import TIMEOUT_S, ProviderCalls, amount, given, picked
from stepwell.enrichment.model import OF_COMPANIES, PERSONAL
from stepwell.enrichment.ports import Account, Query
from stepwell.errors import ProviderRejected
from stepwell.runtime.effects import HttpCaller, HttpRequest

BASE = "https://api.fullcontact.com"


class FullContact:
    """See `stepwell.enrichment.ports.EnrichmentProvider`.

    Args:
        http: The guarded client.
        sleep: Waits before a second call.
    """

    def __init__(self, http: HttpCaller, sleep: Callable[[float], None] = time.sleep) -> None:
        self._calls = ProviderCalls(http, "FullContact", sleep)

    def questions(self, query: Query, wanted: Sequence[str]) -> Sequence[Query]:
        """Return the person for fields of persons, the company for fields of companies."""
        found = []
        if query.domain and set(wanted) & set(OF_COMPANIES):
            found.append(Query(domain=query.domain))
        if query.email and set(wanted) & set(PERSONAL):
            found.append(Query(email=query.email))
        return found

    def look_up(self, question: Query, account: Account) -> Mapping[str, Any] | None:
        """Answer a question by one call."""
        key = account.credentials.get("key", "")
        if not key:
            raise ProviderRejected("FullContact needs the credential `key`.", code="bad_credentials")
        path, asked = (
            ("person.enrich", {"email": question.email})
            if question.email
            else ("company.enrich", {"domain": question.domain})
        )
        answer = self._calls.ask(
            HttpRequest(
                method="POST",
                url=f"{(account.address or BASE).rstrip('/')}/v3/{path}",
                headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
                body=json.dumps(asked).encode(),
                timeout_s=TIMEOUT_S,
                hosts=() if account.address else ("api.fullcontact.com",),
            )
        )
        if answer is None:
            return None
        return (_person(answer) if question.email else _company(answer)) or None


def _person(answer: Any) -> dict[str, Any]:
    place = _first(picked(answer, "details", "locations"))
    return given(
        first_name=picked(answer, "details", "name", "given"),
        last_name=picked(answer, "details", "name", "family"),
        job_title=picked(answer, "title"),
        company=picked(answer, "organization"),
        city=picked(place, "city"),
        country=picked(place, "country"),
    )


def _company(answer: Any) -> dict[str, Any]:
    industry = _first(picked(answer, "details", "industries"))
    return given(
        company=picked(answer, "name"),
        website=picked(answer, "website"),
        industry=picked(industry, "name") or picked(answer, "category"),
        employee_count=amount(picked(answer, "employees")),
        company_revenue=amount(picked(answer, "details", "annualRevenue")),
    )


def _first(found: Any) -> Any:
    return found[0] if isinstance(found, list) and found else None
