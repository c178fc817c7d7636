"""Gap: some calls are checked there for another permission than AWS asks.

A batch of PartiQL statements is one action there; AWS checks each by its verb and table. A batch of messages is
checked as one message, a mail for its identity and its configuration set, a schedule for its group, a query for
its workgroup; and local HTTP stands for TLS.

Only with ``STEPWELL_ENFORCE_IAM=1``, where every call of a Lambda is checked against its role's policy. What
was asked, and whether it was allowed, goes to the counters: a test reads there what roles are needed for.
KMS and iam:PassRole are not enforced there.
"""

from __future__ import annotations

import contextvars
import json
import re
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Any

from local.patches import Parts

BATCH = "dynamodb:BatchExecuteStatement"
ROOT = ":root"
STATEMENT = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM|SELECT\b.*?\bFROM)\s+"([^"]+)"', re.S | re.I)
ACTIONS = {"I": "PartiQLInsert", "U": "PartiQLUpdate", "D": "PartiQLDelete", "S": "PartiQLSelect"}

_asked: contextvars.ContextVar[tuple[bytes, dict[str, Any]]] = contextvars.ContextVar(
    "stepwell_iam_asked", default=(b"", {})
)


def statements(body: bytes) -> Iterator[tuple[str, str]]:
    """(action, table) of each statement in a BatchExecuteStatement."""
    for statement in json.loads(body or b"{}").get("Statements", []):
        found = STATEMENT.match(statement["Statement"])
        if found is None:
            raise ValueError(f"unknown statement: {statement['Statement'][:80]}")
        yield f"dynamodb:{ACTIONS[found[1][0].upper()]}", found[2]


def install(parts: Parts) -> None:
    """Checks statements one by one and notes every check of a role."""
    if not parts.settings.enforce_iam:
        return
    from ministack import app
    from ministack.core import iam_actions, iam_evaluator
    from ministack.core.responses import get_account_id

    extract, enforce, origin = iam_actions.extract_iam_action, iam_evaluator.enforce, app.pin_request_origin

    def extract_and_keep(service: str, method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        _asked.set((body, query))
        return extract(service, method, path, headers, body, query)

    def check(key: str, action: str, service: str, region: str, resource_arn: str = "*", **more: Any) -> Any:
        arn = f"arn:aws:{{}}:{region}:{get_account_id()}:"
        for one, resource in set(_checks(action, resource_arn, arn)):
            denied = enforce(key, one, service, region, resource_arn=resource, **more)
            principal = str(getattr(iam_evaluator.resolve_principal(key or "", get_account_id()), "arn", "?"))
            if not principal.endswith(ROOT):
                parts.counters.permission(principal.rpartition("/")[2], one, resource, not denied)
            if denied:
                return denied
        return None

    iam_actions.extract_iam_action = extract_and_keep
    iam_evaluator.enforce = check
    app.pin_request_origin = lambda source, _: origin(source, True)
    # What no call to AWS began, such as a click in the inbox, has no origin: AWS itself talks TLS.
    iam_evaluator._request_origin = contextvars.ContextVar(
        "stepwell_request_origin", default=("127.0.0.1", True)
    )


def _checks(action: str, resource: str, arn: str) -> Iterator[tuple[str, str]]:
    from ministack.services import athena

    body, query = _asked.get()
    if action == BATCH:
        for one, table in statements(body):
            yield one, arn.format("dynamodb") + f"table/{table}"
    elif action.startswith("sqs:"):
        yield action.removesuffix("Batch"), resource
    elif action.startswith("athena:") and resource == "*" and b"QueryExecutionId" in body:
        # A query is judged by its workgroup.
        query_id = json.loads(body)["QueryExecutionId"]
        group = athena._executions.get(query_id, {}).get("WorkGroup", "primary")
        yield action, arn.format("athena") + f"workgroup/{group}"
    elif action == "ses:SendEmail":
        mail = json.loads(body)
        domain = parseaddr(mail["FromEmailAddress"])[1].rpartition("@")[2]
        yield action, arn.format("ses") + f"identity/{domain}"
        if mail.get("ConfigurationSetName"):
            yield action, arn.format("ses") + f"configuration-set/{mail['ConfigurationSetName']}"
    elif ":schedule/default/" in resource:
        named = json.loads(body or b"{}").get("GroupName") or query.get("groupName") or "default"
        group = named[0] if isinstance(named, list) else named
        yield action, resource.replace(":schedule/default/", f":schedule/{group}/")
    else:
        yield action, resource
