"""Signing in with a network, for contacts: which networks, where people go afterwards, what they agree to."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.social_login import SocialLoginSettings
from stepwell.contracts.social import Platform
from stepwell.contracts.workspace import Document
from stepwell.errors import NotFound
from stepwell.social.login import ID, KIND, read_settings
from stepwell.triggers.social_login import PATH

from routes.routing import Call, routed, this, topic

router = topic("Social listening")
EXAMPLE = {
    "platforms": ["twitter", "linkedin"],
    "return_to": ["https://shop.example.com/"],
    "wording": {"en": "Acme may send me news by e-mail. I can unsubscribe at any time."},
}


class LoginIn(BaseModel):
    """What is allowed, and the revision that it was made from."""

    model_config = ConfigDict(extra="forbid")

    settings: dict[str, Any] = Field(examples=[EXAMPLE])
    rev: int = Field(default=0, ge=0)


def _shown(call: Call, found: Document | None) -> SocialLoginSettings:
    settings = read_settings(found.body if found else {})
    url = call.wired.parts.settings.public_url
    return {
        "rev": found.rev if found else 0,
        "settings": settings.model_dump(mode="json"),
        "callback": f"{url}{PATH}callback",
        "pages": [
            {"platform": name, "label": Platform(name).label, "url": f"{url}{PATH}{call.tenant}/{name}"}
            for name in settings.platforms
        ],
    }


@routed(router, "GET", "/social/login", "viewer", "Read how contacts may sign in with a network")
def read_social_login() -> SocialLoginSettings:
    """Return settings, the pages to link, and the address to register at the networks."""
    call = this()
    try:
        return _shown(call, call.wired.parts.config.document(call.tenant, KIND, ID))
    except NotFound:
        return _shown(call, None)


@routed(router, "PUT", "/social/login", "admin", "Change how contacts may sign in (409 if somebody else did)")
def save_social_login(body: Annotated[LoginIn, Body()]) -> SocialLoginSettings:
    """Save settings; they hold within a minute."""
    call = this()
    settings = read_settings(body.settings)
    saved = call.wired.parts.config.save_document(
        call.tenant, KIND, ID, body.rev, settings.model_dump(mode="json"), call.actor
    )
    platforms = list(settings.platforms)
    call.ports.note(call.tenant, call.actor, "social_login.saved", "social-login", platforms=platforms)
    return _shown(call, saved)
