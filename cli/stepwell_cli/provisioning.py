"""Makes a workspace in a deployment: its settings and its first administrator. Needs AWS credentials, not a sign-in.

A workspace is a tenant; only who may write the deployment's config table and user pool can make one.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from stepwell.adapters.clock import SystemClock
from stepwell.adapters.config_store import ConfigStore
from stepwell.contracts.ids import TENANT_ID
from stepwell.contracts.names import resource
from stepwell.contracts.workspace import Workspace

from stepwell_cli.errors import CliError, Exit

ROLES = ("viewer", "editor", "publisher", "admin")


def create_workspace(workspace: Workspace, *, prefix: str, region: str) -> None:
    """Write a workspace's settings; one that exists keeps what it has.

    Raises:
        CliError: The id is no tenant id.
    """
    if not TENANT_ID.match(workspace.tenant):
        raise CliError(
            f"`{workspace.tenant}` is no workspace id: 2 to 16 characters of a–z and 0–9, a letter first.",
            code="invalid_tenant",
        )
    store = ConfigStore(resource(prefix, "config"), region, SystemClock(None))
    if workspace.tenant not in store.tenants():
        store.save_workspace(workspace, "stepwell workspace create")


def create_user(cognito: Any, pool: str, *, tenant: str, email: str, role: str, password: str = "") -> None:
    """Add a person to a workspace with a role; without password Cognito mails an invitation.

    Who is in this workspace already gets the role and the password; nothing else changes.

    Args:
        cognito: boto3 client ``cognito-idp``.
        pool: User pool id.
        tenant: Workspace id; it cannot be changed later.
        email: Sign-in name.
        role: One of `ROLES`.
        password: Set for good, for automation and the local cloud.

    Raises:
        CliError: Refused; nothing was changed if the address belongs to another workspace.
    """
    if role not in ROLES:
        raise CliError(f"`{role}` is no role: {', '.join(ROLES)}.", code="invalid_role")
    more: dict[str, Any] = {"MessageAction": "SUPPRESS"} if password else {}
    try:
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=email,
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
                {"Name": "custom:tenant", "Value": tenant},
            ],
            **more,
        )
    except cognito.exceptions.UsernameExistsException:
        _check_same_workspace(cognito, pool, tenant, email)
    except ClientError as error:
        raise CliError(f"The user could not be made: {error}.", code="user_refused") from None
    if password:
        cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=role)


def _check_same_workspace(cognito: Any, pool: str, tenant: str, email: str) -> None:
    """Let nobody take over another workspace's account: setting its password and role would."""
    found = cognito.admin_get_user(UserPoolId=pool, Username=email)["UserAttributes"]
    theirs = next((a["Value"] for a in found if a["Name"] == "custom:tenant"), "")
    if theirs == tenant:
        return
    place = f"the workspace `{theirs}`" if theirs else "no workspace, and cannot be moved into one"
    raise CliError(
        f"{email} signs in to this deployment already and belongs to {place}. An address belongs to one workspace: "
        f"invite another address (such as name+{tenant}@…), or delete the user in the user pool first.",
        code="user_of_another_workspace",
        exit_code=Exit.CONFLICT,
        details={"tenant": tenant},
    )
