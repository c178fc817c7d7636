"""ARNs put together from names.

A stack that names another's resource this way needs no export of it: the API may start machines that the
engine stack makes, while the engine needs the API's address.
"""

from __future__ import annotations

from aws_cdk import Aws
from stepwell.contracts import names
from stepwell.lake.tables import TABLES

from stacks.deployment import Deployment

# Step Functions may write to groups below this path without a policy that grows with their number.
MACHINE_LOGS = "/aws/vendedlogs/states/"


class Arns:
    """ARNs of a deployment's named resources."""

    def __init__(self, deployment: Deployment) -> None:
        """Build for a deployment."""
        self._deployment = deployment

    @staticmethod
    def _arn(service: str, resource: str) -> str:
        return f"arn:{Aws.PARTITION}:{service}:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"

    def function(self, full_name: str) -> str:
        """Return the ARN of a function by its full name."""
        return self._arn("lambda", f"function:{full_name}")

    def own_function(self, name: str) -> str:
        """Return the ARN of one of ``names.FUNCTIONS``."""
        return self.function(names.function_name(self._deployment.prefix, name))

    def machine(self, full_name: str) -> str:
        """Return the ARN of a state machine by its full name."""
        return self._arn("states", f"stateMachine:{full_name}")

    def execution(self, machine: str) -> str:
        """Return the ARN of all executions of a machine."""
        return self._arn("states", f"execution:{machine}:*")

    @property
    def machines(self) -> str:
        """All workflow machines."""
        return self.machine(f"{self._deployment.prefix}-*")

    @property
    def executions(self) -> str:
        """All executions of workflow machines."""
        return self.execution(f"{self._deployment.prefix}-*")

    @property
    def broadcast(self) -> str:
        """The broadcast machine."""
        return self.machine(names.system_machine_name(self._deployment.prefix, "broadcast"))

    @property
    def transfers(self) -> str:
        """The machine of imports and exports."""
        return self.machine(names.system_machine_name(self._deployment.prefix, "transfers"))

    @property
    def git_stacks(self) -> str:
        """The stacks of workflows in git, one a workspace; CloudFormation ends their ARNs in ids of its own."""
        return self._arn("cloudformation", f"stack/{self._deployment.prefix}-git-*")

    def role(self, name: str) -> str:
        """Return the ARN of a named role."""
        return f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:role/{self._deployment.name(name)}"

    def queue(self, name: str) -> str:
        """Return the ARN of a queue."""
        return self._arn("sqs", self._deployment.name(name))

    def queue_url(self, name: str) -> str:
        """Return the address of a queue."""
        return f"https://sqs.{Aws.REGION}.{Aws.URL_SUFFIX}/{Aws.ACCOUNT_ID}/{self._deployment.name(name)}"

    @property
    def schedules(self) -> str:
        """All schedules of the deployment's group."""
        return self._arn("scheduler", f"schedule/{self._deployment.prefix}/*")

    @property
    def topics(self) -> str:
        """All topics that a team may be notified through (``names.team_topic``), and none of the platform's own."""
        return self._arn("sns", names.team_topic(self._deployment.prefix, "*", "*"))

    @property
    def signing_secret(self) -> str:
        """The secret that signs links; Secrets Manager ends its ARN in six characters of its own."""
        return self._arn("secretsmanager", f"secret:{self._deployment.prefix}/signing-??????")

    @property
    def tenant_secrets(self) -> str:
        """Secrets of tenants (``<prefix>/<tenant>/<name>``), not those of the deployment (``<prefix>/<name>``)."""
        return self._arn("secretsmanager", f"secret:{self._deployment.prefix}/*/*")

    @property
    def mail(self) -> list[str]:
        """What SendEmail is checked against: sending identities and the configuration set."""
        return [
            self._arn("ses", "identity/*"),
            self._arn("ses", f"configuration-set/{self._deployment.name('mail')}"),
        ]

    @property
    def text_senders(self) -> list[str]:
        """What SendTextMessage is checked against: numbers, pools and names to send from."""
        return [self._arn("sms-voice", f"{kind}/*") for kind in ("phone-number", "pool", "sender-id")]

    def table(self, full_name: str) -> str:
        """Return the ARN of a table by its full name."""
        return self._arn("dynamodb", f"table/{full_name}")

    def log_group(self, full_name: str) -> str:
        """Return the ARN of a log group with its streams."""
        return self._arn("logs", f"log-group:{full_name}:*")

    @property
    def machine_logs(self) -> str:
        """Where failed executions of workflow machines are logged."""
        return self.log_group(f"{MACHINE_LOGS}{self._deployment.prefix}")

    def indices(self, table: str) -> str:
        """Return the ARN of all indices of one of the deployment's tables."""
        return self._arn("dynamodb", f"table/{self._deployment.name(table)}/index/*")

    def objects(self, bucket: str, pattern: str) -> str:
        """Return the ARN of objects of one of the deployment's buckets."""
        return f"arn:{Aws.PARTITION}:s3:::{self.bucket_name(bucket)}/{pattern}"

    def bucket_name(self, name: str) -> str:
        """Name a bucket; account and region make it unique in the world."""
        return f"{self._deployment.name(name)}-{Aws.ACCOUNT_ID}-{Aws.REGION}"

    def workgroup(self) -> str:
        """The Athena workgroup of queries."""
        return self._arn("athena", f"workgroup/{self._deployment.name('queries')}")

    def lake(self) -> list[str]:
        """Catalogue, database and tables of the lake."""
        name = names.lake_database(self._deployment.prefix)
        return [
            self._arn("glue", "catalog"),
            self._arn("glue", f"database/{name}"),
            *(self._arn("glue", f"table/{name}/{table}") for table in (*TABLES, "events")),
        ]

    def glue(self) -> list[str]:
        """Catalogue, databases and tables that a query may read."""
        name = self._deployment.prefix.replace("-", "_")
        return [
            self._arn("glue", "catalog"),
            self._arn("glue", f"database/{name}*"),
            self._arn("glue", f"table/{name}*/*"),
        ]
