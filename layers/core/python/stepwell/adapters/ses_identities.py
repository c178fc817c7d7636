"""Sending identities in SES v2; see `stepwell.publishing.identities.SendingIdentities`."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from stepwell.adapters.aws import LateClient, code_of, translated
from stepwell.errors import Conflict
from stepwell.publishing.identities import Identity

TENANT_TAG = "stepwell:workspace"
_SES = "SES"
_PAGE = 100


class SesIdentities:
    """See `stepwell.publishing.identities.SendingIdentities`.

    Args:
        ses: A `sesv2` client; default: created at first use.
    """

    def __init__(self, ses: Any = None) -> None:
        self._client = LateClient("sesv2", ses)

    def names(self) -> list[str]:
        """Return the names of all."""
        found: list[str] = []
        more: dict[str, Any] = {}
        while True:
            with translated(_SES):
                page = self._client().list_email_identities(PageSize=_PAGE, **more)
            found += [str(one["IdentityName"]) for one in page.get("EmailIdentities", ())]
            if not page.get("NextToken"):
                return found
            more = {"NextToken": page["NextToken"]}

    def get(self, name: str) -> Identity | None:
        """Return one."""
        try:
            with translated(_SES):
                told = self._asked(name)
        except _AbsentError:
            return None
        dkim, mail_from = told.get("DkimAttributes") or {}, told.get("MailFromAttributes") or {}
        tags = {tag["Key"]: tag["Value"] for tag in told.get("Tags") or ()}
        return Identity(
            name=name,
            tenant=tags.get(TENANT_TAG, ""),
            verified=bool(told.get("VerifiedForSendingStatus")),
            dkim=str(dkim.get("Status") or "").lower(),
            tokens=tuple(dkim.get("Tokens") or ()),
            # Newer regions sign in zones of their own.
            dkim_zone=str(dkim.get("SigningHostedZone") or "dkim.amazonses.com"),
            mail_from=str(mail_from.get("MailFromDomain") or ""),
            mail_from_state=str(mail_from.get("MailFromDomainStatus") or "").lower(),
        )

    def create(self, name: str, tenant: str) -> None:
        """Create one; a confirmation is mailed to an address.

        Raises:
            Conflict: There is one of this name.
        """
        try:
            with translated(_SES):
                self._created(name, tenant)
        except _TakenError:
            raise Conflict(f"There is a sending identity `{name}` already.", code="identity_taken") from None

    def delete(self, name: str) -> None:
        """Delete one."""
        with translated(_SES):
            self._client().delete_email_identity(EmailIdentity=name)

    def set_mail_from(self, name: str, mail_from: str) -> None:
        """Set or, when empty, remove the MAIL FROM domain; without its MX record SES uses its own."""
        more = {"MailFromDomain": mail_from} if mail_from else {}
        with translated(_SES):
            self._client().put_email_identity_mail_from_attributes(
                EmailIdentity=name, BehaviorOnMxFailure="USE_DEFAULT_VALUE", **more
            )

    def _asked(self, name: str) -> dict[str, Any]:
        try:
            told: dict[str, Any] = self._client().get_email_identity(EmailIdentity=name)
        except ClientError as error:
            if code_of(error) == "NotFoundException":
                raise _AbsentError from error
            raise
        return told

    def _created(self, name: str, tenant: str) -> None:
        try:
            self._client().create_email_identity(
                EmailIdentity=name, Tags=[{"Key": TENANT_TAG, "Value": tenant}]
            )
        except ClientError as error:
            if code_of(error) == "AlreadyExistsException":
                raise _TakenError from error
            raise


class _AbsentError(Exception):
    """There is none."""


class _TakenError(Exception):
    """There is one."""
