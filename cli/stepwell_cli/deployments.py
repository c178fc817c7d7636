"""Finds a deployment: boto3 clients for AWS or the local cloud, and the outputs of its stacks."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stepwell_cli.errors import CliError, Exit
from stepwell_cli.settings import Profile

LOCAL_REGION = "us-east-1"


def client(service: str, *, region: str = "", endpoint: str = "") -> Any:
    """Make a boto3 client; with an endpoint, of the local cloud and with its test credentials."""
    make: Any = boto3.client
    config = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=5, read_timeout=30)
    if endpoint:
        return make(
            service,
            endpoint_url=endpoint,
            region_name=LOCAL_REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=config,
        )
    return make(service, region_name=region or None, config=config)


def outputs(cloudformation: Any, prefix: str) -> Profile:
    """Read a deployment's API and user pool from its stack.

    Raises:
        CliError: It is not there, or AWS cannot be asked.
    """
    stack = f"{prefix}-api"
    try:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except (ClientError, BotoCoreError, IndexError) as error:
        raise CliError(
            f"The stack {stack} cannot be read ({error}): is it deployed (`make up`, or `cdk deploy --all`), and are "
            "credentials and region set?",
            code="no_stack",
            exit_code=Exit.NOT_FOUND if isinstance(error, ClientError) else Exit.UNAVAILABLE,
        ) from None
    values = {o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", [])}
    try:
        return Profile(
            api_url=values["ApiUrl"].rstrip("/"),
            region=cloudformation.meta.region_name,
            user_pool_id=values["UserPoolId"],
            client_id=values["UserPoolClientId"],
        )
    except KeyError as error:
        raise CliError(
            f"The stack {stack} has no output {error}: deploy it again.", code="no_stack"
        ) from None
