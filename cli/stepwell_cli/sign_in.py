"""Signs in to the user pool; the password itself never leaves this machine (SRP), unless asked otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stepwell_cli.errors import CliError, Exit
from stepwell_cli.settings import Profile
from stepwell_cli.srp import Srp

#: Asks a person: (what for, whether to hide the answer).
Ask = Callable[[str, bool], str]
_CHALLENGES = 6


def sign_in(
    cognito: Any, profile: Profile, username: str, password: str, now: float, ask: Ask, *, srp: bool = True
) -> Profile:
    """Sign in and return the profile with tokens.

    Args:
        cognito: boto3 client ``cognito-idp``.
        profile: Names the user pool and its client.
        username: E-mail address.
        password: Password.
        now: Seconds since the epoch.
        ask: Asks for a new password or a code.
        srp: Whether to prove the password without sending it.

    Raises:
        CliError: Refused.
    """
    proof = Srp(profile.user_pool_id)
    flow = (
        ("USER_SRP_AUTH", {"USERNAME": username, "SRP_A": proof.public})
        if srp
        else ("USER_PASSWORD_AUTH", {"USERNAME": username, "PASSWORD": password})
    )
    try:
        answer = cognito.initiate_auth(ClientId=profile.client_id, AuthFlow=flow[0], AuthParameters=flow[1])
        for _ in range(_CHALLENGES):
            if "AuthenticationResult" in answer:
                return _kept(profile, username, answer["AuthenticationResult"], now)
            responses = _respond(answer, proof, username, password, now, ask)
            answer = cognito.respond_to_auth_challenge(
                ClientId=profile.client_id,
                ChallengeName=answer["ChallengeName"],
                ChallengeResponses=responses,
                **({"Session": answer["Session"]} if answer.get("Session") else {}),
            )
    except ClientError as error:
        raise refused(error) from None
    except BotoCoreError as error:
        raise CliError(
            f"The user pool cannot be reached: {error}.", code="unreachable", exit_code=Exit.UNAVAILABLE
        ) from None
    raise CliError("The user pool asks for ever more: sign in through the console first.", code="challenges")


def renew(cognito: Any, profile: Profile, now: float) -> Profile:
    """Get a new access token.

    Raises:
        CliError: The refresh token is not taken any more.
    """
    try:
        answer = cognito.initiate_auth(
            ClientId=profile.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": profile.refresh_token},
        )
    except ClientError as error:
        raise refused(error, "The sign-in has ended: `stepwell login`.") from None
    except BotoCoreError as error:
        raise CliError(
            f"The user pool cannot be reached: {error}.", code="unreachable", exit_code=Exit.UNAVAILABLE
        ) from None
    return _kept(profile, profile.username, answer["AuthenticationResult"], now)


def revoke(cognito: Any, profile: Profile) -> bool:
    """End the sign-in in the user pool; a pool that is gone has ended it already."""
    try:
        cognito.revoke_token(Token=profile.refresh_token, ClientId=profile.client_id)
    except (ClientError, BotoCoreError):
        return False
    return True


def refused(error: ClientError, message: str = "") -> CliError:
    """Translate an error of the user pool."""
    code = str(error.response["Error"]["Code"])
    said = str(error.response["Error"].get("Message") or code)
    known = {
        "NotAuthorizedException": "User name or password is wrong, or the user is disabled.",
        "UserNotFoundException": "User name or password is wrong, or the user is disabled.",
        "PasswordResetRequiredException": "The password must be reset: do it in the console.",
        "CodeMismatchException": "The code is wrong: try again with a new one.",
        "InvalidPasswordException": f"The new password is refused: {said}",
        "TooManyRequestsException": "Too many attempts: wait a minute.",
        "ResourceNotFoundException": "The user pool or its client is gone: sign in again with --stack-prefix.",
    }
    return CliError(
        message or known.get(code, f"The user pool refused: {said}"),
        code=code.removesuffix("Exception").lower(),
        exit_code=Exit.SIGN_IN,
    )


def _respond(
    answer: dict[str, Any], proof: Srp, username: str, password: str, now: float, ask: Ask
) -> dict[str, str]:
    parameters = answer.get("ChallengeParameters") or {}
    user = parameters.get("USER_ID_FOR_SRP") or username
    match answer["ChallengeName"]:
        case "PASSWORD_VERIFIER":
            return proof.respond(parameters, password, now)
        case "NEW_PASSWORD_REQUIRED":
            return {"USERNAME": user, "NEW_PASSWORD": ask("New password", True)}
        case "SOFTWARE_TOKEN_MFA":
            return {"USERNAME": user, "SOFTWARE_TOKEN_MFA_CODE": ask("Code of your authenticator", False)}
    raise CliError(
        f"The user pool asks for {answer['ChallengeName']}, which the CLI does not do: sign in through the console.",
        code="challenge",
        exit_code=Exit.SIGN_IN,
    )


def _kept(profile: Profile, username: str, result: dict[str, Any], now: float) -> Profile:
    return replace(
        profile,
        username=username,
        access_token=result["AccessToken"],
        refresh_token=result.get("RefreshToken") or profile.refresh_token,
        expires_at=int(now) + int(result.get("ExpiresIn", 3600)),
    )
