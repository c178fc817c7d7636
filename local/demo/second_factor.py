"""The second factor of the demo's administrator: a real one, whose secret this machine alone knows.

Cognito makes the secret, so it cannot be fixed beforehand; it is kept beside the local cloud's state, and
``python -m local code`` shows what an authenticator app would show.
"""

from __future__ import annotations

import base64
import hmac
import json
import struct
import time
from typing import Any

from local.settings import LocalSettings

STEP_S = 30
DIGITS = 6
FILE = "second_factor.json"


def code_of(secret: str, now: float) -> str:
    """Return the code of a moment (RFC 6238: HMAC-SHA-1, 30 seconds, 6 digits).

    Args:
        secret: Shared secret, base32.
        now: Seconds since the epoch.
    """
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.digest(key, struct.pack(">Q", int(now // STEP_S)), "sha1")
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def kept_secret(settings: LocalSettings) -> str | None:
    """Return the secret of the demo's administrator; None: there is none yet."""
    file = settings.home / FILE
    return str(json.loads(file.read_text())["secret"]) if file.exists() else None


def current_code(settings: LocalSettings) -> str:
    """Return the code that the console asks for now; empty: nobody is enrolled."""
    secret = kept_secret(settings)
    return code_of(secret, time.time()) if secret else ""


def enrol(cognito: Any, access_token: str, settings: LocalSettings) -> None:
    """Give the signed-in user a second factor, if there is none.

    Args:
        cognito: boto3 client ``cognito-idp``.
        access_token: Of the user.
        settings: Of the local cloud.
    """
    user = cognito.get_user(AccessToken=access_token)
    if "SOFTWARE_TOKEN_MFA" in user.get("UserMFASettingList", []):
        return
    secret = cognito.associate_software_token(AccessToken=access_token)["SecretCode"]
    cognito.verify_software_token(AccessToken=access_token, UserCode=code_of(secret, time.time()))
    # Kept before it is asked for: a secret that nobody knows would lock the administrator out.
    (settings.home / FILE).write_text(json.dumps({"secret": secret}))
    cognito.set_user_mfa_preference(
        AccessToken=access_token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
