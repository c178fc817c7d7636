"""The hosted pages on which contacts sign in with a network, and what follows: an identify, and a consent with proof.

A GET of the page changes nothing; its form begins. What lies in the browser (PKCE's verifier, in a cookie of these
pages alone) is what the signed state is bound to: nobody can be made to finish a sign-in that somebody else began, and
each state is good once. No token of the network is kept: it is asked once who it is. The page takes no id of a device:
with one in a link to it, others could have their browser become the person's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from stepwell.consent.centre import Centre
from stepwell.consent.pages import language
from stepwell.contracts.consent_kinds import ProofKind
from stepwell.contracts.events import Event
from stepwell.contracts.ids import TENANT_ID, short_hash
from stepwell.contracts.imports import CONSENT_TOLD
from stepwell.contracts.social import Platform
from stepwell.errors import InvalidInput, LimitExceeded, NotFound, NotReady, StepwellError
from stepwell.social.login import (
    GOOD_FOR,
    LoginSettings,
    Person,
    Under,
    challenge_of,
    person,
    read_state,
    sign_state,
)
from stepwell.triggers.batches import records_of
from stepwell.triggers.social_login_pages import TEXTS, document, headers_of
from stepwell.triggers.social_login_ports import LoginPorts
from stepwell.triggers.wire import body_of

PATH = "/login/"
COOKIE = "stepwell_login"
_PATH = re.compile(r"^/login/(?P<tenant>[a-z0-9]{2,16})(?:/(?P<platform>[a-z]{1,20}))?/?$")
_CALLBACK = "/login/callback"
_SOURCE = "social_login"
_LONGEST_BODY = 4_000


class SocialLogin:
    """Answers the pages' requests.

    Args:
        ports: What they reach.
    """

    def __init__(self, ports: LoginPorts) -> None:
        self._ports = ports

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Answer an HTTP API (payload 2.0) request."""
        path = str(event.get("rawPath") or "")
        query = {name: values[0] for name, values in parse_qs(event.get("rawQueryString") or "").items()}
        given = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        lang = language(given.get("accept-language", ""), query.get("lang", ""))
        method = str(event["requestContext"]["http"]["method"])
        if path.rstrip("/") == _CALLBACK:
            return self._finish(query, _cookie(event), lang) if method == "GET" else _refused()
        found = _PATH.match(path)
        if found is None or not TENANT_ID.match(found["tenant"]):
            return self._said("bad", lang, 404)
        try:
            settings = self._ports.settings(found["tenant"])
            if not settings.platforms:
                return self._said("bad", lang, 404)
            if method in ("GET", "HEAD"):
                return self._page(found["tenant"], settings, found["platform"], query, lang)
            if method != "POST":
                return _refused()
            body = body_of(event)[:_LONGEST_BODY].decode("utf-8", "replace")
            fields = {name: values[0] for name, values in parse_qs(body).items()}
            return self._begin(found["tenant"], settings, str(found["platform"]), fields, lang)
        except (InvalidInput, LimitExceeded, NotFound, NotReady):
            return self._said("bad", lang, 404)

    def _page(
        self, tenant: str, settings: LoginSettings, wanted: str | None, query: Mapping[str, str], lang: str
    ) -> dict[str, Any]:
        names = [name for name in settings.platforms if wanted in (None, name)]
        if not names:
            return self._said("bad", lang, 404)
        texts, sender = TEXTS[lang], self._ports.sender(tenant) or TEXTS[lang]["us"]
        wording = _wording(settings, lang)
        box = (
            f'<label><input type="checkbox" name="agree" value="on"><span>{escape(wording)}</span></label>'
            if wording
            else ""
        )
        back = query.get("return_to", "")
        hidden = f'<input type="hidden" name="return_to" value="{escape(back)}" hidden>' if back else ""
        buttons = "".join(
            f'<button formaction="{PATH}{tenant}/{name}?lang={lang}">'
            f"{escape(texts['with'].format(network=Platform(name).label))}</button>"
            for name in names
        )
        form = f'<form method="post">{box}{hidden}{buttons}</form>'
        targets = {_origin(self._target(tenant, Platform(name))) for name in names}
        return self._shown(
            tenant, texts["title"], texts["lead"].format(sender=sender), form, lang, sender, sorted(targets)
        )

    def _target(self, tenant: str, platform: Platform) -> str:
        try:
            client = self._ports.client(tenant, platform)
        except NotReady:
            return ""
        return self._ports.login(tenant, platform).authorize_url(client, "-", "-", self._redirect)

    @property
    def _redirect(self) -> str:
        return f"{self._ports.public_url}{_CALLBACK}"

    def _begin(
        self, tenant: str, settings: LoginSettings, wanted: str, fields: Mapping[str, str], lang: str
    ) -> dict[str, Any]:
        if wanted not in settings.platforms:
            raise InvalidInput("This network is not offered.", code="bad_network")
        platform, ports = Platform(wanted), self._ports
        back = fields.get("return_to", "")
        verifier = ports.random()
        until = int((ports.clock.now() + GOOD_FOR).timestamp())
        agreed = fields.get("agree") == "on"
        under = Under(
            tenant,
            platform,
            challenge_of(verifier),
            agreed,
            _wording(settings, lang) if agreed else "",
            lang,
            back if settings.may_return(back) else "",
            until,
        )
        state = sign_state(under, ports.keys())
        client = ports.client(tenant, platform)
        url = ports.login(tenant, platform).authorize_url(client, state, under.proof, self._redirect)
        return _sent(url, [self._kept(verifier, int(GOOD_FOR.total_seconds()))])

    def _kept(self, verifier: str, seconds: int) -> str:
        secure = "" if self._ports.local else " Secure;"
        return f"{COOKIE}={verifier}; Path={PATH}; HttpOnly;{secure} SameSite=Lax; Max-Age={seconds}"

    def _finish(self, query: Mapping[str, str], verifier: str, lang: str) -> dict[str, Any]:
        ports, now = self._ports, self._ports.clock.now()
        try:
            under = read_state(query.get("state", ""), verifier, now, ports.keys())
            mark = short_hash("login", query["state"], length=32)
            if ports.used.taken(under.tenant, _SOURCE, mark):
                raise InvalidInput("This sign-in was used.", code="bad_state")
            if query.get("error") or not query.get("code"):
                return self._said("no", under.lang, 200, under.tenant)
            ports.used.take(under.tenant, _SOURCE, mark, now + GOOD_FOR + timedelta(minutes=5))
            client = ports.client(under.tenant, under.platform)
            login = ports.login(under.tenant, under.platform)
            tokens = login.exchange(client, query["code"], verifier, self._redirect)
            who = person(under.platform, login.person(tokens))
        except InvalidInput:
            return self._said("bad", lang, 400)
        except StepwellError:
            return self._said("down", lang, 503)
        self._tell(under, who, mark)
        texts = TEXTS[under.lang]
        if under.return_to:
            joint = "&" if urlsplit(under.return_to).query else "?"
            return _sent(
                f"{under.return_to}{joint}{urlencode({'signed_in': under.platform.value})}",
                [self._kept("", 0)],
            )
        sender = ports.sender(under.tenant) or texts["us"]
        title = texts["done_title"].format(
            name=who.traits.get("first_name") or who.traits.get("name") or texts["you"]
        )
        said = texts["done" if who.email or not under.agreed else "no_address"].format(sender=sender)
        shown = self._shown(under.tenant, title, said, "", under.lang, sender)
        return {**shown, "cookies": [self._kept("", 0)]}

    def _tell(self, under: Under, who: Person, mark: str) -> None:
        now = self._ports.clock.now()
        shared: dict[str, Any] = {
            "anonymous_id": who.anonymous_id,
            "email": who.email or None,
            "occurred_at": now,
            "received_at": now,
            "source": _SOURCE,
        }
        traits = {**who.traits, **({"email": who.email} if who.email else {})}
        events = [
            Event(message_id=f"login-{mark}", kind="identify", name="identify", traits=traits, **shared),
            Event(
                message_id=f"login-in-{mark}",
                kind="webhook",
                name="social_signed_in",
                properties={"platform": under.platform.value, "verified_email": bool(who.email)},
                **shared,
            ),
        ]
        # Without a confirmed address there is nothing that the consent could be for.
        if under.agreed and who.email:
            told = {
                "channel": "email",
                "purpose": "marketing",
                "consent": "granted",
                "how": ProofKind.FORM.value,
                "proof": under.wording,
                "reason": f"signed in with {under.platform.label}, which confirmed the address",
            }
            events.append(
                Event(
                    message_id=f"login-yes-{mark}",
                    kind="engagement",
                    name=CONSENT_TOLD,
                    properties=told,
                    **shared,
                )
            )
        self._ports.stream.put(records_of(under.tenant, events))

    def _said(self, kind: str, lang: str, status: int, tenant: str = "") -> dict[str, Any]:
        texts = TEXTS[lang]
        return self._shown(tenant, texts[f"{kind}_title"], texts[kind], "", lang, "", status=status)

    def _shown(
        self,
        tenant: str,
        title: str,
        said: str,
        inner: str,
        lang: str,
        sender: str,
        targets: list[str] | None = None,
        *,
        status: int = 200,
    ) -> dict[str, Any]:
        centre = self._ports.centre(tenant) if tenant else Centre()
        told = headers_of(centre, targets or [])
        body = document(centre, title, said, inner, lang, sender)
        return {"statusCode": status, "headers": {**told, "Content-Language": lang}, "body": body}


def _wording(settings: LoginSettings, lang: str) -> str:
    words = settings.wording
    return words.get(lang) or next(iter(words.values()), "")  # type: ignore[call-overload]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _cookie(event: Mapping[str, Any]) -> str:
    # API Gateway has a list of them; other gateways leave the header as it came.
    header = next((v for n, v in (event.get("headers") or {}).items() if n.lower() == "cookie"), "")
    for pair in [*(event.get("cookies") or []), *str(header).split(";")]:
        name, _, value = str(pair).partition("=")
        if name.strip() == COOKIE:
            return value.strip()[:200]
    return ""


def _sent(url: str, cookies: list[str]) -> dict[str, Any]:
    told = {"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return {"statusCode": 303, "headers": told, "cookies": cookies, "body": ""}


def _refused() -> dict[str, Any]:
    return {"statusCode": 405, "headers": {"Allow": "GET, HEAD, POST"}, "body": ""}
