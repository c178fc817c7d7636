"""Clearbit's Enrichment API, v2: person and company in one call (`combined/find`), or a company by its domain.

Clearbit is HubSpot's Breeze Intelligence now. New customers get no key of this API: it answers those who had one
and whose contract runs on. Streaming hosts hold the connection instead of answering 202.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from stepwell.adapters.enrichment_http import TIMEOUT_S, ProviderCalls, amount, given, picked
from stepwell.enrichment.ports import Account, Query
from stepwell.errors import ProviderRejected
from stepwell.runtime.effects import HttpCaller, HttpRequest

PERSON = "https://person-stream.clearbit.com"
COMPANY = "https://company-stream.clearbit.com"
_HOSTS = ("person-stream.clearbit.com", "company-stream.clearbit.com")


class Clearbit:
    """See `stepwell.enrichment.ports.EnrichmentProvider`.

    Args:
        http: The guarded client.
        sleep: Waits before a second call.
    """

    def __init__(self, http: HttpCaller, sleep: Callable[[float], None] = time.sleep) -> None:
        self._calls = ProviderCalls(http, "Clearbit", sleep)

    def questions(self, query: Query, wanted: Sequence[str]) -> Sequence[Query]:
        """Return one question: by address it tells person and company."""
        del wanted
        return [Query(email=query.email) if query.email else Query(domain=query.domain)]

    def look_up(self, question: Query, account: Account) -> Mapping[str, Any] | None:
        """Answer a question by one call."""
        if question.email:
            base, path, asked = account.address or PERSON, "/v2/combined/find", {"email": question.email}
        else:
            base, path, asked = account.address or COMPANY, "/v2/companies/find", {"domain": question.domain}
        answer = self._calls.ask(
            HttpRequest(
                method="GET",
                url=f"{base.rstrip('/')}{path}?{urlencode(asked)}",
                headers={"Authorization": f"Basic {_basic(account)}"},
                timeout_s=TIMEOUT_S,
                hosts=() if account.address else _HOSTS,
            )
        )
        if answer is None:
            return None
        company = answer.get("company") if question.email else answer
        person = answer.get("person") if question.email else None
        return _person(person) | _company(company) or None


def _basic(account: Account) -> str:
    key = account.credentials.get("key", "")
    if not key:
        raise ProviderRejected("Clearbit needs the credential `key`.", code="bad_credentials")
    return base64.b64encode(f"{key}:".encode()).decode()


def _person(person: Any) -> dict[str, Any]:
    return given(
        first_name=picked(person, "name", "givenName"),
        last_name=picked(person, "name", "familyName"),
        job_title=picked(person, "employment", "title"),
        company=picked(person, "employment", "name"),
        city=picked(person, "geo", "city"),
        country=picked(person, "geo", "country"),
    )


def _company(company: Any) -> dict[str, Any]:
    revenue = picked(company, "metrics", "annualRevenue") or picked(
        company, "metrics", "estimatedAnnualRevenue"
    )
    domain = picked(company, "domain")
    return given(
        company=picked(company, "name"),
        website=f"https://{domain}" if domain else None,
        industry=picked(company, "category", "industry"),
        company_size=picked(company, "metrics", "employeesRange"),
        employee_count=amount(picked(company, "metrics", "employees")),
        company_revenue=amount(revenue),
        technologies=picked(company, "tech"),
    )
