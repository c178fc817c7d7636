"""What the local cloud refuses to deploy, in one list; everything else is the same stack everywhere.

MiniStack rolls a stack back with "Unrecognized resource types" when it meets one of these. The aspect
gives them a condition that is false, so they stay in the local template and are visible there. A test
asserts that the AWS templates hold every one of them, so that the list cannot outlive its reasons.
"""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
import jsii
from constructs import IConstruct


@dataclass(frozen=True)
class Gap:
    """A resource type that is left out locally.

    Attributes:
        type: CloudFormation type.
        reason: What is lost locally by leaving it out.
    """

    type: str
    reason: str


GAPS = (
    Gap(
        "AWS::Cognito::UserPoolIdentityProvider",
        "nobody signs in by a company's provider; tests have an issuer of their own",
    ),
    Gap("AWS::SES::ReceiptRuleSet", "no mail comes in; the inbox's `reply` stands for SES receiving"),
    Gap("AWS::SES::ReceiptRule", "likewise"),
    Gap(
        "AWS::Events::Archive", "no replay of webhooks from the bus's archive; the stream's raw copy remains"
    ),
)

CONDITION = "NeverLocally"


@jsii.implements(cdk.IAspect)
class LeaveOutLocally:
    """Conditions away every resource that the local cloud refuses."""

    def __init__(self) -> None:
        """Take the list above."""
        self.types = {gap.type for gap in GAPS}

    def visit(self, node: IConstruct) -> None:
        """Condition one construct, if it is a resource on the list."""
        if not isinstance(node, cdk.CfnResource) or node.cfn_resource_type not in self.types:
            return
        stack = cdk.Stack.of(node)
        condition = stack.node.try_find_child(CONDITION) or cdk.CfnCondition(
            stack, CONDITION, expression=cdk.Fn.condition_equals(cdk.Aws.PARTITION, "never")
        )
        if isinstance(condition, cdk.CfnCondition):
            node.cfn_options.condition = condition
