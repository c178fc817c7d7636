"""What each function may do: one table, one policy a function, no wildcard in an action.

The functions are shared by all tenants, so a fixed role cannot name one tenant's leading keys; the tenant
boundary of these functions is the key builder of the adapters. (Keys start with ``<tenant>#`` so that a role
with session tags can be held to one tenant: dynamodb:LeadingKeys.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from stepwell.contracts import names

from stacks.arns import Arns
from stacks.capabilities import Capabilities, allow
from stacks.data import DataStack
from stacks.deployment import Deployment

READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
WRITE = (
    *READ,
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    # BatchExecuteStatement is authorised a statement, by its verb.
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
)
# What services ask for on a caller's behalf: DynamoDB for an encrypted table as its guide lists it (without
# CreateGrant, which only the maker of a table needs); streams, queues, objects and secrets need less.
KEY_USE = ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey")
KEY_USE_OF_WRITERS = (*KEY_USE, "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo")


@dataclass(frozen=True)
class Access:
    """What one function needs.

    Attributes:
        read: Tables to read by key.
        write: Tables to read and write by key.
        scan: Tables to read from end to end (for audiences that no segment lists).
        index: Tables whose indices are queried.
        can: Names of further capabilities, methods of ``Capabilities``.
    """

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    scan: tuple[str, ...] = ()
    index: tuple[str, ...] = ()
    can: tuple[str, ...] = ()


SEALED_FROM = frozenset(
    {
        "count_outcomes",
        "export_profiles",
        "import_profiles",
        "query_database",
        "register_workflows",
        "serve_unsubscribe",
        "start_broadcast",
        "start_cohort",
    }
)
"""Who reads the table in which credentials lie sealed, or may use its key, and opens none of them."""
_ENGINE = ("engine", "runs", "profiles")
ACCESS: dict[str, Access] = {
    # Forms ask what a contact has not told yet; what browsers tell of notifications is signed; texts that come in
    # change consents at once and are answered.
    "ingest_events": Access(
        write=("profiles", "config"),
        can=("put_events", "put_on_bus", "send_poison", "read_signing_secret", "send_texts"),
    ),
    "process_events": Access(
        write=(*_ENGINE, "config"),
        # Where many call mail spam, the reader of moves looks whether marketing must pause.
        can=("read_stream", "put_events", "start_runs", "send_poison", "invoke_enrichment", "send_moves"),
    ),
    # Which item of a catalog a click leads to; texts that come in, as above.
    "ingest_callbacks": Access(
        write=("profiles", "config"), can=("read_mail_queue", "put_events", "send_texts")
    ),
    # It writes the debugger's tail alone; mappings of sources are read.
    # Rules for what is said on social networks are asked by the function that may answer.
    "ingest_webhook": Access(
        write=("config",), can=("leave_dead_letters", "put_events", "send_poison", "invoke_social")
    ),
    "ingest_replies": Access(
        read=("config", "engine"),
        write=("profiles",),
        can=("leave_dead_letters", "put_events", "send_mail", "read_signing_secret", "read_replies"),
    ),
    "enrich_profile": Access(read=("profiles",), write=("config",), can=("leave_dead_letters", "put_events")),
    # Who waits for the best time has it estimated anew, once a day, by the reader of moves.
    "step_cohort": Access(read=("config",), write=_ENGINE, can=("start_runs", "put_events", "send_moves")),
    "send_email": Access(
        read=("config",),
        write=_ENGINE,
        can=("start_runs", "put_events", "send_mail", "ask_for_rate", "read_signing_secret"),
    ),
    # Short links lie in table `config`.
    "send_sms": Access(
        write=(*_ENGINE, "config"),
        can=("start_runs", "put_events", "send_texts", "read_signing_secret"),
    ),
    "send_push": Access(
        read=("config",), write=_ENGINE, can=("start_runs", "put_events", "read_signing_secret")
    ),
    # The one function besides the API that opens accounts of social networks, which lie in `config`.
    "post_social": Access(
        write=(*_ENGINE, "config"),
        # What it hears it hands to itself: the rules are asked by a call that is repeated where it fails.
        can=("leave_dead_letters", "start_runs", "put_events", "send_mail", "read_images", "invoke_social"),
    ),
    "call_api": Access(read=("config",), write=_ENGINE, can=("start_runs", "put_events", "read_connections")),
    "query_database": Access(read=("config",), write=_ENGINE, can=("start_runs", "put_events", "query")),
    "notify_team": Access(
        read=("config",), write=_ENGINE, can=("start_runs", "put_events", "send_mail", "publish")
    ),
    "sweep_due": Access(
        read=("config",),
        write=_ENGINE,
        # Items of catalogs whose time of publication has come are told by the reader of moves.
        can=("leave_dead_letters", "start_runs", "put_events", "send_moves", "invoke_social"),
    ),
    "reconcile_runs": Access(
        write=(*_ENGINE, "config"),
        index=("runs",),
        can=(
            "leave_dead_letters",
            "start_runs",
            "see_runs",
            "put_events",
            "read_status_queue",
            "drop_machines",
        ),
    ),
    "count_outcomes": Access(read=("runs",), write=("config",), can=("read_runs_stream",)),
    "start_cohort": Access(write=(*_ENGINE, "config"), can=("start_runs",)),
    "start_broadcast": Access(
        write=(*_ENGINE, "config"),
        scan=("profiles",),
        can=("leave_dead_letters", "read_imports", "put_manifests", "start_broadcasts", "start_runs"),
    ),
    "import_profiles": Access(
        # A dry run looks who is known.
        read=("profiles",),
        write=("config",),
        can=("put_events", "read_imports", "write_imports"),
    ),
    "export_profiles": Access(
        read=("profiles",), write=("config",), scan=("profiles",), can=("write_exports", "write_snapshots")
    ),
    "move_enrollments": Access(
        write=(*_ENGINE, "config"),
        # Everybody is asked whether they belong to a new segment; who is erased is looked for everywhere.
        scan=("profiles", "config"),
        index=("runs",),
        can=("start_runs", "moves_queue", "put_events", "send_mail"),
    ),
    "register_workflows": Access(
        write=("config",),
        can=("leave_dead_letters", "find_machines", "schedule", "see_git_stacks", "send_moves"),
    ),
    "serve_api": Access(
        write=(*_ENGINE, "config"),
        scan=("profiles",),
        index=("runs",),
        can=(
            "start_runs",
            "publish_machines",
            "schedule",
            "put_events",
            "read_imports",
            "put_imports",
            "put_images",
            "start_transfers",
            "read_exports",
            "query_lake",
            "invoke_broadcast",
            "invoke_enrichment",
            "invoke_social",
            "send_moves",
            "replay_poison",
            "send_mail",
            "manage_identities",
            "see_text_senders",
            # Tests.
            "send_texts",
        ),
    ),
    "serve_unsubscribe": Access(
        read=("config",), write=("profiles",), can=("put_events", "read_signing_secret", "read_images")
    ),
    "serve_console": Access(),
    "add_tenant_claim": Access(),
}


def statements(function: str, deployment: Deployment, data: DataStack) -> list[iam.PolicyStatement]:
    """Return a function's policy.

    Raises:
        KeyError: The function is not in the table.
    """
    access = ACCESS[function]
    found = []
    for tables, actions in ((access.read, READ), (access.write, WRITE)):
        if tables:
            found.append(allow(actions, [data.tables[name].table_arn for name in tables]))
    if access.scan:
        found.append(allow(["dynamodb:Scan"], [data.tables[name].table_arn for name in access.scan]))
    if access.index:
        found.append(allow(["dynamodb:Query"], [Arns(deployment).indices(name) for name in access.index]))
    capabilities = Capabilities(deployment, data)
    for name in access.can:
        build: Callable[[], list[iam.PolicyStatement]] = getattr(capabilities, name)
        found += build()
    if access != Access():
        found.append(allow(KEY_USE_OF_WRITERS if access.write else KEY_USE, [data.key.key_arn]))
    if function in SEALED_FROM:
        found.append(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                actions=["kms:Decrypt"],
                resources=[data.key.key_arn],
                # What `adapters/secret_box` seals says what it is for; what tables and queues encrypt does not.
                conditions={"Null": {"kms:EncryptionContext:stepwell:use": "false"}},
            )
        )
    return found


def machine_policy(deployment: Deployment, key_arn: str) -> list[iam.PolicyStatement]:
    """Return the policy of workflow machines: invoke the node functions, write their log, use their key."""
    arns = Arns(deployment)
    return [
        allow(["lambda:InvokeFunction"], [arns.own_function(name) for name in names.NODE_FUNCTIONS]),
        # Definition and history, and what is delivered to the log, are encrypted with the role's permission.
        allow(["kms:Decrypt", "kms:GenerateDataKey"], [key_arn]),
        log_policy(),
        *trace_policy(deployment),
    ]


def log_policy() -> iam.PolicyStatement:
    """Return what a state machine needs to log; log delivery takes no resource (Step Functions guide, "Logging")."""
    return allow(
        [
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
        ],
        ["*"],
    )


def trace_policy(deployment: Deployment) -> list[iam.PolicyStatement]:
    """Return what a state machine needs to send traces, if the deployment wants any."""
    if not deployment.xray:
        return []
    actions = ("GetSamplingRules", "GetSamplingTargets", "PutTelemetryRecords", "PutTraceSegments")
    return [allow([f"xray:{action}" for action in actions], ["*"])]
