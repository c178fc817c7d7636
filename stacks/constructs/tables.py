"""The four tables; docs/internals.md says what each item looks like."""

from __future__ import annotations

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct
from stepwell.contracts import names

from stacks.deployment import Deployment

TABLES = ("engine", "runs", "profiles", "config")
STRING = dynamodb.AttributeType.STRING


class Tables(Construct):
    """DynamoDB on demand with point-in-time recovery, all under the deployment's key.

    Attributes:
        by_name: The tables by their short name.
    """

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, key: kms.IKey) -> None:
        """Create the tables."""
        super().__init__(scope, id_)
        self.by_name = {name: self._table(name, deployment, key) for name in TABLES}
        runs = self.by_name["runs"]
        # Sparse: only open runs carry `opk`, so the reconciler reads what is open and nothing else.
        runs.add_global_secondary_index(
            index_name=names.GSI_OPEN_RUNS,
            partition_key=dynamodb.Attribute(name=names.OPEN_RUNS_KEYS[0], type=STRING),
            sort_key=dynamodb.Attribute(name=names.OPEN_RUNS_KEYS[1], type=STRING),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        runs.add_global_secondary_index(
            index_name=names.GSI_RUNS_BY_WORKFLOW,
            partition_key=dynamodb.Attribute(name=names.RUNS_BY_WORKFLOW_KEYS[0], type=STRING),
            sort_key=dynamodb.Attribute(name=names.RUNS_BY_WORKFLOW_KEYS[1], type=STRING),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )

    def _table(self, name: str, deployment: Deployment, key: kms.IKey) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            name.capitalize(),
            table_name=deployment.name(name),
            partition_key=dynamodb.Attribute(name="pk", type=STRING),
            sort_key=dynamodb.Attribute(name="sk", type=STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="ttl",
            stream=dynamodb.StreamViewType.NEW_IMAGE if name == "runs" else None,
            deletion_protection=not deployment.is_local,
            removal_policy=deployment.removal,
        )
