"""ZoomInfo's Enterprise API: `enrich/contact` by address, `enrich/company` by domain.

Whoever has `username` and `password`, or `username`, `client_id` and `private_key` (PKI: an assertion signed by
RS256), gets a token (JWT) from `/authenticate` that holds for an hour; it is kept in memory for 55 minutes and asked
for again when it is refused. Revenue comes in thousands of dollars.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stepwell.adapters.enrichment_http import TIMEOUT_S, ProviderCalls, amount, given, picked
from stepwell.enrichment.model import OF_COMPANIES, PERSONAL
from stepwell.enrichment.ports import Account, Query
from stepwell.errors import ProviderRejected
from stepwell.runtime.effects import HttpCaller, HttpRequest

BASE = "https://api.zoominfo.com"
TOKEN_S = 55 * 60
_ASSERTION_S = 300
_KEPT = 1_000
_PERSON = ("firstName", "lastName", "jobTitle", "city", "country")
_COMPANY = (
    "name",
    "website",
    "primaryIndustry",
    "employeeCount",
    "employeeRange",
    "revenue",
    "techAttributes",
)
_MATCHES = frozenset({"FULL_MATCH", "PARTIAL_MATCH", "CONTACT_ONLY_MATCH", "COMPANY_ONLY_MATCH", "MATCH"})


class ZoomInfo:
    """See `stepwell.enrichment.ports.EnrichmentProvider`.

    Args:
        http: The guarded client.
        now: Seconds of the wall clock, for tokens and assertions.
        sleep: Waits before a second call.
    """

    def __init__(
        self,
        http: HttpCaller,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._calls = ProviderCalls(http, "ZoomInfo", sleep)
        self._now = now
        self._tokens: dict[str, tuple[str, float]] = {}

    def questions(self, query: Query, wanted: Sequence[str]) -> Sequence[Query]:
        """Return the company for fields of companies, the person for fields of persons."""
        found = []
        if query.domain and set(wanted) & set(OF_COMPANIES):
            found.append(Query(domain=query.domain))
        if query.email and set(wanted) & set(PERSONAL):
            found.append(Query(email=query.email))
        return found

    def look_up(self, question: Query, account: Account) -> Mapping[str, Any] | None:
        """Answer a question by one call, and one for a token where none is at hand."""
        if question.email:
            path, asked = "/enrich/contact", {"matchPersonInput": [{"emailAddress": question.email}]}
            fields: tuple[str, ...] = _PERSON
        else:
            path, asked = "/enrich/company", {"matchCompanyInput": [{"companyWebsite": question.domain}]}
            fields = _COMPANY
        body = {**asked, "outputFields": list(fields)}
        try:
            answer = self._post(account, path, body, self._token(account))
        except ProviderRejected as error:
            if error.details.get("status") != 401:
                raise
            # The token may have ended before its time: one new one settles it.
            answer = self._post(account, path, body, self._token(account, fresh=True))
        found = _matched(answer)
        if found is None:
            return None
        return (_person(found) if question.email else _company(found)) or None

    def _post(self, account: Account, path: str, body: Mapping[str, Any] | None, token: str) -> Any:
        return self._calls.ask(
            HttpRequest(
                method="POST",
                url=f"{(account.address or BASE).rstrip('/')}{path}",
                headers={
                    **({"Authorization": f"Bearer {token}"} if token else {}),
                    "Content-Type": "application/json",
                },
                body=json.dumps(body or {}).encode(),
                timeout_s=TIMEOUT_S,
                hosts=() if account.address else ("api.zoominfo.com",),
            )
        )

    def _token(self, account: Account, *, fresh: bool = False) -> str:
        mark = hashlib.sha256(
            json.dumps([account.address, dict(account.credentials)], sort_keys=True).encode()
        ).hexdigest()
        known = self._tokens.get(mark)
        if known is not None and not fresh and self._now() < known[1]:
            return known[0]
        told = account.credentials
        if told.get("client_id") and told.get("private_key"):
            answer = self._post(account, "/authenticate", None, self._assertion(told))
        elif told.get("username") and told.get("password"):
            answer = self._post(
                account,
                "/authenticate",
                {"username": told["username"], "password": told["password"]},
                "",
            )
        else:
            raise ProviderRejected(
                "ZoomInfo needs `username` and `password`, or `username`, `client_id` and `private_key`.",
                code="bad_credentials",
            )
        token = picked(answer, "jwt")
        if not isinstance(token, str) or not token:
            raise ProviderRejected("ZoomInfo gave no token.", code="bad_credentials")
        if len(self._tokens) >= _KEPT:
            self._tokens.clear()
        self._tokens[mark] = (token, self._now() + TOKEN_S)
        return token

    def _assertion(self, told: Mapping[str, str]) -> str:
        # Loaded where an account has a key: no other call needs it.
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding, rsa

        now = int(self._now())
        claims = {
            "aud": "enterprise_api",
            "iss": "api-client@zoominfo.com",
            "username": told.get("username", ""),
            "client_id": told["client_id"],
            "iat": now,
            "exp": now + _ASSERTION_S,
        }
        signed = ".".join(_part(json.dumps(one).encode()) for one in ({"typ": "JWT", "alg": "RS256"}, claims))
        try:
            key = serialization.load_pem_private_key(told["private_key"].encode(), None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ProviderRejected("The private key cannot be read.", code="bad_credentials") from error
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ProviderRejected("The private key is none of RSA.", code="bad_credentials")
        signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_part(signature)}"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _matched(answer: Any) -> Mapping[str, Any] | None:
    results = picked(answer, "data", "result")
    if not isinstance(results, list) or not results:
        return None
    if str(picked(results[0], "matchStatus")) not in _MATCHES:
        return None
    data = picked(results[0], "data")
    found = data[0] if isinstance(data, list) and data else data
    return found if isinstance(found, dict) else None


def _person(found: Mapping[str, Any]) -> dict[str, Any]:
    return given(
        first_name=found.get("firstName"),
        last_name=found.get("lastName"),
        job_title=found.get("jobTitle"),
        city=found.get("city"),
        country=found.get("country"),
    )


def _company(found: Mapping[str, Any]) -> dict[str, Any]:
    industry, techs = found.get("primaryIndustry"), found.get("techAttributes")
    revenue = amount(found.get("revenue"))
    website = found.get("website")
    return given(
        company=found.get("name"),
        website=f"https://{website}" if website and "://" not in str(website) else website,
        industry=industry[0] if isinstance(industry, list) and industry else industry,
        company_size=found.get("employeeRange"),
        employee_count=amount(found.get("employeeCount")),
        company_revenue=None if revenue is None else revenue * 1_000,
        technologies=_names(techs),
    )


def _names(techs: Any) -> list[str]:
    found = [one if isinstance(one, str) else picked(one, "product") for one in techs or ()]
    return [name for name in found if isinstance(name, str) and name]
