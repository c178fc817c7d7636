"""What providers ask before they send: Meta's verify token, the challenges of X and LinkedIn."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Sequence

from stepwell.errors import InvalidInput, Unauthenticated
from stepwell.sources.incoming import Incoming
from stepwell.sources.models import LinkedIn, Meta, Webhook, X

_LONGEST = 500
# X answers are signed like its calls: whoever may choose what is signed could have a call signed. A token that is
# no JSON and no form is none.
_CRC_TOKEN = re.compile(r"^[A-Za-z0-9+/_.~-]{1,200}={0,2}\Z")

# A UUID of version 4; what LinkedIn signs besides begins with `hmacsha256=`, so that no answer signs a call.
_CHALLENGE_CODE = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


def answer(webhook: Webhook, call: Incoming, secrets: Sequence[str]) -> str | dict[str, str]:
    """Answer a GET: a text as it is, or JSON.

    Raises:
        InvalidInput: This provider asks nothing, or asks something else.
        Unauthenticated: Meta's verify token is wrong, or there is no secret for X's check.
    """
    asked = call.parameters
    match webhook.verify:
        case Meta() as settings:
            if not settings.told(asked.get("hub.verify_token", "")):
                raise Unauthenticated("The verify token is wrong.", code="wrong_verify_token")
            challenge = asked.get("hub.challenge", "")
            if asked.get("hub.mode") != "subscribe" or not challenge.isascii() or len(challenge) > _LONGEST:
                raise InvalidInput("Not a verification request of Meta.", code="bad_challenge")
            return challenge
        case X():
            token = asked.get("crc_token", "")
            if not _CRC_TOKEN.match(token):
                raise InvalidInput(
                    "Not a challenge of X: `crc_token` is missing or odd.", code="bad_challenge"
                )
            if not secrets:
                raise Unauthenticated("This source has no valid secret: set one.", code="no_secret")
            digest = hmac.new(secrets[0].encode(), token.encode("utf-8", "replace"), "sha256").digest()
            return {"response_token": "sha256=" + base64.b64encode(digest).decode()}
        case LinkedIn():
            code = asked.get("challengeCode", "")
            if not _CHALLENGE_CODE.match(code):
                raise InvalidInput(
                    "Not a challenge of LinkedIn: `challengeCode` is missing or odd.", code="bad_challenge"
                )
            if not secrets:
                raise Unauthenticated("This source has no valid secret: set one.", code="no_secret")
            proof = hmac.new(secrets[0].encode(), code.encode(), "sha256").hexdigest()
            return {"challengeCode": code, "challengeResponse": proof}
        case _:
            raise InvalidInput("Webhooks of this source are POST requests.", code="bad_method")
