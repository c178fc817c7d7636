"""Stand-ins of enrichment providers: they speak the wire protocols of Clearbit, FullContact and ZoomInfo.

Mounted under ``/_stepwell/enrichment/<provider>``; a provider's `address` in the workspace's settings leads there.
``GET /_stepwell/enrichment/calls.json`` tells who was asked about whom, and how often.
Keys that begin with ``test`` are accepted. The address's first part says what happens: ``nobody`` is not found,
``busy`` is asked to wait once, ``always-busy`` every time, ``down`` fails once, ``broken`` always, ``refused`` is
refused, ``garbled`` gets no JSON. Everybody else works for a made-up company that follows from the domain.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

INDUSTRIES = ("Software", "Retail", "Logistics", "Health Care", "Finance")
TECHNOLOGIES = ("aws", "salesforce", "hubspot", "snowflake", "shopify", "kubernetes", "stripe")
_ONCE = {"busy": 429, "down": 503}
_ALWAYS = {"always-busy": 429, "broken": 500, "refused": 422}


@dataclass(frozen=True)
class Said:
    """An answer.

    Attributes:
        status: HTTP status.
        body: The body; a text is sent as it is, all else as JSON.
        headers: More headers.
    """

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        """The body as bytes."""
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


class StandIns:
    """All three providers.

    Attributes:
        calls: How often each provider was asked about whom.
    """

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()
        self._tokens: set[str] = set()

    def answer(
        self, provider: str, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Said:
        """Answer a request below a provider's address; names of headers are in lower case."""
        match provider, method, path:
            case "clearbit", "GET", "/v2/combined/find" | "/v2/companies/find":
                return self._clearbit(path, query, headers)
            case "fullcontact", "POST", "/v3/person.enrich" | "/v3/company.enrich":
                return self._fullcontact(path, headers, _json(body))
            case "zoominfo", "POST", "/authenticate":
                return self._authenticate(headers, _json(body))
            case "zoominfo", "POST", "/enrich/contact" | "/enrich/company":
                return self._zoominfo(path, headers, _json(body))
        return Said(404, {"error": {"type": "unknown_record", "message": "No such endpoint."}})

    def end_tokens(self) -> None:
        """Let all tokens of ZoomInfo end before their time."""
        self._tokens.clear()

    def _trouble(self, provider: str, whom: str) -> Said | None:
        self.calls[provider, whom] += 1
        kind = whom.partition("@")[0]
        if kind in _ONCE and self.calls[provider, whom] == 1:
            return Said(_ONCE[kind], {"message": "Try again."}, {"retry-after": "1"})
        if kind in _ALWAYS:
            return Said(_ALWAYS[kind], {"message": "No."}, {"retry-after": "0"})
        if kind == "garbled":
            return Said(200, "<html>")
        return None

    def _clearbit(self, path: str, query: str, headers: Mapping[str, str]) -> Said:
        given = {name: values[0] for name, values in parse_qs(query).items()}
        whom = given.get("email") or given.get("domain", "")
        if not _basic_key(headers).startswith("test"):
            return Said(401, {"error": {"type": "auth", "message": "Invalid API key provided."}})
        trouble = self._trouble("clearbit", whom)
        if trouble is not None:
            return trouble
        if whom.startswith("nobody"):
            return Said(404, {"error": {"type": "unknown_record", "message": "Unknown person."}})
        firm = _firm(whom.rpartition("@")[2])
        company = {
            "name": firm["name"],
            "domain": firm["domain"],
            "category": {"industry": firm["industry"]},
            "metrics": {
                "employees": firm["employees"],
                "employeesRange": "51-250",
                "annualRevenue": None,
                "estimatedAnnualRevenue": "$10M-$50M",
            },
            "tech": firm["tech"],
        }
        if path == "/v2/companies/find":
            return Said(200, company)
        first, last = _names(whom)
        person = {
            "name": {"givenName": first, "familyName": last},
            "email": whom,
            "geo": {"city": "Berlin", "country": "Germany"},
            "employment": {"name": firm["name"], "title": "Head of Marketing", "domain": firm["domain"]},
        }
        return Said(200, {"person": person, "company": company})

    def _fullcontact(self, path: str, headers: Mapping[str, str], asked: Mapping[str, Any]) -> Said:
        whom = str(asked.get("email") or asked.get("domain") or "")
        if not headers.get("authorization", "").startswith("Bearer test"):
            return Said(401, {"status": 401, "message": "Invalid Access Token"})
        if not whom:
            return Said(400, {"status": 400, "message": "Input cannot be empty."})
        trouble = self._trouble("fullcontact", whom)
        if trouble is not None:
            return trouble
        if whom.startswith("nobody"):
            return Said(404, {"status": 404, "message": "Profile not found"})
        firm = _firm(whom.rpartition("@")[2])
        if path == "/v3/company.enrich":
            industries = [{"type": "SIC", "name": firm["industry"], "code": "7372"}]
            company = {"name": firm["name"], "website": f"https://{firm['domain']}"}
            company |= {"employees": firm["employees"], "category": "Other"}
            return Said(200, {**company, "details": {"industries": industries}})
        first, last = _names(whom)
        details = {
            "name": {"given": first, "family": last, "full": f"{first} {last}"},
            "locations": [{"city": "Berlin", "country": "Germany"}],
        }
        person = {"fullName": f"{first} {last}", "title": "Head of Marketing", "organization": firm["name"]}
        return Said(200, {**person, "details": details})

    def _authenticate(self, headers: Mapping[str, str], asked: Mapping[str, Any]) -> Said:
        claims = _claims(headers.get("authorization", ""))
        by_key = claims.get("aud") == "enterprise_api" and str(claims.get("client_id")).startswith("test")
        if not by_key and not str(asked.get("password", "")).startswith("test"):
            return Said(401, {"success": False, "error": "Authentication failed."})
        self.calls["zoominfo", "authenticate"] += 1
        token = f"jwt-{self.calls['zoominfo', 'authenticate']}"
        self._tokens.add(token)
        return Said(200, {"jwt": token})

    def _zoominfo(self, path: str, headers: Mapping[str, str], asked: Mapping[str, Any]) -> Said:
        if headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return Said(401, {"success": False, "error": "The token is invalid or has ended."})
        people = path == "/enrich/contact"
        wanted = asked.get("matchPersonInput" if people else "matchCompanyInput")
        first_input = wanted[0] if isinstance(wanted, list) and wanted else {}
        whom = str(first_input.get("emailAddress" if people else "companyWebsite", ""))
        if not asked.get("outputFields"):
            return Said(400, {"success": False, "error": "outputFields is required."})
        trouble = self._trouble("zoominfo", whom)
        if trouble is not None:
            return trouble
        if whom.startswith("nobody"):
            result: dict[str, Any] = {"input": first_input, "data": [], "matchStatus": "NO_MATCH"}
        else:
            result = {"input": first_input, "data": [_record(whom, people)], "matchStatus": "FULL_MATCH"}
        found = {"outputFields": asked["outputFields"], "result": [result]}
        return Said(200, {"success": True, "data": found})

    def routes(self) -> list[Route]:
        """Return what the local cloud serves."""

        async def serve(request: Request) -> Response:
            said = self.answer(
                request.path_params["provider"],
                request.method,
                "/" + request.path_params["path"],
                request.url.query,
                {name.lower(): value for name, value in request.headers.items()},
                await request.body(),
            )
            return Response(
                said.data, said.status, {"content-type": "application/json", **dict(said.headers)}
            )

        async def count(_: Request) -> Response:
            told = [{"provider": who, "about": whom, "calls": n} for (who, whom), n in self.calls.items()]
            return JSONResponse({"calls": told})

        return [
            Route("/_stepwell/enrichment/calls.json", count),
            Route("/_stepwell/enrichment/{provider}/{path:path}", serve, methods=["GET", "POST"]),
        ]


def _record(whom: str, people: bool) -> dict[str, Any]:
    if people:
        first, last = _names(whom)
        return {
            "firstName": first,
            "lastName": last,
            "jobTitle": "Head of Marketing",
            "city": "Berlin",
            "country": "Germany",
        }
    firm = _firm(whom)
    return {
        "name": firm["name"],
        "website": firm["domain"],
        "primaryIndustry": [firm["industry"]],
        "employeeCount": firm["employees"],
        "employeeRange": "100 - 250",
        # In thousands of dollars.
        "revenue": firm["revenue"] // 1_000,
        "techAttributes": [{"product": name} for name in firm["tech"]],
    }


def _firm(domain: str) -> dict[str, Any]:
    seed = sha256(domain.encode()).digest()
    start = seed[2] % len(TECHNOLOGIES)
    return {
        "domain": domain,
        "name": domain.partition(".")[0].capitalize(),
        "industry": INDUSTRIES[seed[0] % len(INDUSTRIES)],
        "employees": 100 + seed[1] % 100,
        "revenue": 10_000_000 + seed[1] * 100_000,
        "tech": [TECHNOLOGIES[(start + n) % len(TECHNOLOGIES)] for n in range(3)],
    }


def _names(whom: str) -> tuple[str, str]:
    first, _, last = whom.partition("@")[0].partition(".")
    return first.capitalize(), (last or "Miller").capitalize()


def _basic_key(headers: Mapping[str, str]) -> str:
    kind, _, text = headers.get("authorization", "").partition(" ")
    try:
        return base64.b64decode(text).decode().removesuffix(":") if kind == "Basic" else ""
    except ValueError:
        return ""


def _claims(authorization: str) -> dict[str, Any]:
    parts = authorization.removeprefix("Bearer ").split(".")
    if len(parts) != 3:
        return {}
    try:
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
    except ValueError:
        return {}
    return claims


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
