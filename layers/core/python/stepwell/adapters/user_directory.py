"""People in a Cognito user pool; see `stepwell.publishing.team.Directory`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from stepwell.adapters.aws import LateClient, code_of, translated
from stepwell.errors import Conflict
from stepwell.publishing.team import ROLES, Person

_TENANT = "custom:tenant"
_POOL = "Cognito"
_PAGE = 60


class CognitoDirectory:
    """See `stepwell.publishing.team.Directory`.

    Args:
        pool: User pool id.
        cognito: A `cognito-idp` client; default: created at first use.
    """

    def __init__(self, pool: str, cognito: Any = None) -> None:
        self._pool = pool
        self._client = LateClient("cognito-idp", cognito)

    def members(self, tenant: str) -> list[Person]:
        """Return a workspace's people; a pool cannot be asked by workspace, but by role."""
        found: dict[str, Person] = {}
        for role in ROLES:
            for user in self._in_group(role):
                person = _person(user, user.get("Attributes") or ())
                if person.tenant == tenant:
                    found[person.username] = replace(person, role=role)
        return [self._with_factors(person) for person in found.values()]

    def person(self, username: str) -> Person | None:
        """Return one, by username or address."""
        user = self._get(username)
        if user is None:
            return None
        person = _with_factors(_person(user, user.get("UserAttributes") or ()), user)
        with translated(_POOL):
            groups = self._client().admin_list_groups_for_user(
                UserPoolId=self._pool, Username=person.username
            )
        names = {group["GroupName"] for group in groups["Groups"]}
        return replace(person, role=next((role for role in reversed(ROLES) if role in names), ""))

    def create(self, tenant: str, email: str, name: str) -> str:
        """Create somebody and mail the invitation.

        Raises:
            Conflict: There is somebody with this address.
        """
        attributes = {
            "email": email,
            "email_verified": "true",
            _TENANT: tenant,
            **({"name": name} if name else {}),
        }
        try:
            with translated(_POOL):
                made = self._admin(
                    "admin_create_user",
                    email,
                    UserAttributes=[{"Name": k, "Value": v} for k, v in attributes.items()],
                    DesiredDeliveryMediums=["EMAIL"],
                )
        except _ExistsError:
            raise Conflict("There is somebody with this address.", code="person_exists") from None
        return str(made["User"]["Username"])

    def invite_again(self, username: str) -> None:
        """Mail a new invitation."""
        person = self.person(username)
        # Where people sign in by address, creating takes nothing else as a name, repeated or not.
        name = person.email if person is not None and person.email else username
        with translated(_POOL):
            self._admin("admin_create_user", name, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"])

    def set_role(self, username: str, role: str) -> None:
        """Give this role and take all others: the new one first, so that nobody is without."""
        with translated(_POOL):
            self._admin("admin_add_user_to_group", username, GroupName=role)
            groups = self._admin("admin_list_groups_for_user", username)["Groups"]
            for group in groups:
                if group["GroupName"] in ROLES and group["GroupName"] != role:
                    self._admin("admin_remove_user_from_group", username, GroupName=group["GroupName"])
            self._admin("admin_user_global_sign_out", username)

    def set_enabled(self, username: str, enabled: bool) -> None:
        """Let sign in, or not; renewals end at once, an access token within its hour."""
        with translated(_POOL):
            self._admin("admin_enable_user" if enabled else "admin_disable_user", username)
            if not enabled:
                self._admin("admin_user_global_sign_out", username)

    def remove(self, username: str) -> None:
        """Delete for good."""
        with translated(_POOL):
            self._admin("admin_delete_user", username)

    def reset_second_factor(self, username: str) -> None:
        """Forget the second factor."""
        with translated(_POOL):
            self._admin(
                "admin_set_user_mfa_preference",
                username,
                SoftwareTokenMfaSettings={"Enabled": False, "PreferredMfa": False},
            )
            self._admin("admin_user_global_sign_out", username)

    def _admin(self, action: str, username: str, **more: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client(), action)(
                UserPoolId=self._pool, Username=username, **more
            )
        except ClientError as error:
            if code_of(error) == "UsernameExistsException":
                raise _ExistsError from error
            raise
        return answer

    def _in_group(self, role: str) -> Iterator[Mapping[str, Any]]:
        more: dict[str, Any] = {}
        while True:
            with translated(_POOL):
                page = self._client().list_users_in_group(
                    UserPoolId=self._pool, GroupName=role, Limit=_PAGE, **more
                )
            yield from page["Users"]
            if not page.get("NextToken"):
                return
            more = {"NextToken": page["NextToken"]}

    def _get(self, username: str) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] = self._client().admin_get_user(UserPoolId=self._pool, Username=username)
        except ClientError as error:
            if code_of(error) == "UserNotFoundException":
                return None
            with translated(_POOL):
                raise
        return found

    def _with_factors(self, person: Person) -> Person:
        return _with_factors(person, self._get(person.username) or {})


class _ExistsError(Exception):
    """The address is taken."""


def _with_factors(person: Person, user: Mapping[str, Any]) -> Person:
    return replace(person, second_factor="SOFTWARE_TOKEN_MFA" in (user.get("UserMFASettingList") or ()))


def _person(user: Mapping[str, Any], attributes: Sequence[Mapping[str, str]]) -> Person:
    told = {one["Name"]: one["Value"] for one in attributes}
    return Person(
        username=str(user["Username"]),
        tenant=told.get(_TENANT, ""),
        email=told.get("email", ""),
        verified=told.get("email_verified") == "true",
        name=told.get("name", ""),
        enabled=bool(user.get("Enabled", True)),
        status=str(user.get("UserStatus", "")),
        federated=str(user.get("UserStatus", "")) == "EXTERNAL_PROVIDER",
        created_at=user.get("UserCreateDate"),
    )
