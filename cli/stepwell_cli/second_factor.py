"""The second factor of a sign-in: setting up an authenticator, and being one for automation and the local cloud."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from stepwell_cli import sign_in
from stepwell_cli.settings import Profile
from stepwell_cli.sign_in import Ask

STEP_S, DIGITS = 30, 6


def code_at(secret: str, now: float) -> str:
    """Return what an authenticator shows (TOTP, RFC 6238 with SHA-1, as Cognito wants it).

    Args:
        secret: Base32.
        now: Seconds since the epoch.
    """
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(now) // STEP_S), hashlib.sha1).digest()
    at = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def address(secret: str, username: str) -> str:
    """Return the address that authenticators read as a QR code (Google's key URI format)."""
    return f"otpauth://totp/Stepwell:{quote(username)}?secret={secret}&issuer=Stepwell"


def is_admin(access_token: str) -> bool:
    """Tell whether a token names the role `admin`; for what to ask only, it is the API that checks tokens."""
    try:
        body = access_token.split(".")[1]
        groups = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))).get("cognito:groups")
    except (IndexError, ValueError):
        return False
    return "admin" in (groups or ())


def enrolled(cognito: Any, access_token: str) -> bool:
    """Tell whether whoever signed in has a second factor."""
    found = cognito.get_user(AccessToken=access_token)
    return "SOFTWARE_TOKEN_MFA" in (found.get("UserMFASettingList") or ())


def enrol(cognito: Any, access_token: str, code: Ask, name: str = "stepwell") -> str:
    """Set up an authenticator for whoever signed in; return its secret.

    Args:
        cognito: boto3 client ``cognito-idp``.
        access_token: Theirs.
        code: Asked with the secret; answers the code that the authenticator shows.
        name: Name of the device.

    Raises:
        CliError: The code is wrong.
    """
    secret = str(cognito.associate_software_token(AccessToken=access_token)["SecretCode"])
    try:
        cognito.verify_software_token(
            AccessToken=access_token, UserCode=code(secret, False), FriendlyDeviceName=name
        )
        cognito.set_user_mfa_preference(
            AccessToken=access_token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
        )
    except ClientError as error:
        raise sign_in.refused(error) from None
    return secret


def admitted(
    cognito: Any, profile: Profile, username: str, password: str, now: float, secret: str = ""
) -> tuple[Profile, str]:
    """Sign in with password and secret, setting up the second factor if there is none: for automation.

    Args:
        cognito: boto3 client ``cognito-idp``.
        profile: Names the user pool and its client.
        username: E-mail address.
        password: Password.
        now: Seconds since the epoch.
        secret: As an earlier call returned it; empty: there is none yet.

    Returns:
        The profile with tokens, and the secret to keep.

    Raises:
        CliError: Refused.
    """
    signed = sign_in.sign_in(
        cognito, profile, username, password, now, lambda *_: code_at(secret, now) if secret else ""
    )
    if not secret:
        secret = enrol(cognito, signed.access_token, lambda found, _: code_at(found, now))
    return signed, secret
