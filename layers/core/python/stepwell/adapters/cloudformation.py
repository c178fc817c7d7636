"""Custom resources: CloudFormation's requests, its answers, and whether a stack is going back.

Source: CloudFormation user guide, "Custom resource request objects" and "Custom resource response objects"
(an answer has at most 4,096 bytes and goes to a presigned address, without a content type).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import urllib3

from stepwell.adapters.aws import translated
from stepwell.errors import InvalidInput, StepwellError, Unavailable

MAX_REASON_BYTES = 2_000
_VIOLATIONS = 8


@dataclass(frozen=True, slots=True)
class ResourceRequest:
    """One request for a custom resource.

    Attributes:
        kind: ``Create``, ``Update`` or ``Delete``.
        type: Resource type, ``Custom::…``.
        request: Id of the request.
        stack: The stack's ARN.
        logical_id: The resource's name in the template.
        answer_to: Where the answer goes.
        properties: What the template says; all values are text.
        before: What it said before, for an update.
    """

    kind: Literal["Create", "Update", "Delete"]
    type: str
    request: str
    stack: str
    logical_id: str
    answer_to: str
    properties: Mapping[str, Any]
    before: Mapping[str, Any]

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> ResourceRequest:
        """Read CloudFormation's event.

        Raises:
            KeyError: A field is missing.
        """
        return cls(
            kind=event["RequestType"],
            type=event["ResourceType"],
            request=event["RequestId"],
            stack=event["StackId"],
            logical_id=event["LogicalResourceId"],
            answer_to=event["ResponseURL"],
            properties=event["ResourceProperties"],
            before=event.get("OldResourceProperties") or {},
        )

    def answer(self, physical_id: str, data: Mapping[str, str] | None = None, failed: str = "") -> None:
        """Tell CloudFormation how it went.

        Args:
            physical_id: The resource's id; another one than before makes CloudFormation delete the old.
            data: The resource's attributes.
            failed: Why it failed; empty: it did not.

        Raises:
            Unavailable: The answer could not be delivered.
        """
        body = {
            "Status": "FAILED" if failed else "SUCCESS",
            "Reason": failed.encode()[:MAX_REASON_BYTES].decode(errors="ignore") or "Done",
            "PhysicalResourceId": physical_id,
            "StackId": self.stack,
            "RequestId": self.request,
            "LogicalResourceId": self.logical_id,
            "Data": dict(data or {}),
        }
        try:
            told = urllib3.PoolManager(timeout=urllib3.Timeout(connect=3.0, read=10.0), retries=3).request(
                "PUT",
                self.answer_to,
                body=json.dumps(body, ensure_ascii=False).encode(),
                headers={"content-type": ""},
            )
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable("CloudFormation could not be answered.") from error
        if told.status >= 300:
            raise Unavailable(f"CloudFormation did not take the answer ({told.status}).")


def reason(error: StepwellError) -> str:
    """Return why a request failed, as the deployment prints it: the sentence, the code, the first violations."""
    lines = [f"{error.message} ({error.code})"]
    violations = error.details.get("violations") or []
    for one in violations[:_VIOLATIONS]:
        place = " ".join(str(one[key]) for key in ("node", "place") if one.get(key))
        lines.append(f"- {place + ': ' if place else ''}{one.get('message', one.get('code', ''))}")
    if len(violations) > _VIOLATIONS:
        lines.append(f"- and {len(violations) - _VIOLATIONS} more")
    return "\n".join(lines)


class StackStates:
    """States of stacks.

    Args:
        client: A `cloudformation` client.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def rolling_back(self, stack: str) -> bool:
        """Tell whether a stack goes back to what it was: a request then names content that was deployed before.

        Raises:
            InvalidInput: There is no such stack.
        """
        with translated("CloudFormation"):
            found = self._client.describe_stacks(StackName=stack)["Stacks"]
        if not found:
            raise InvalidInput("There is no such stack.", code="no_stack")
        return "ROLLBACK" in found[0]["StackStatus"]
