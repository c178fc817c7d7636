"""Names that stacks and runtime share, defined once."""

from __future__ import annotations

FUNCTIONS = (
    "ingest_events",
    "process_events",
    "ingest_callbacks",
    "ingest_webhook",
    "enrich_profile",
    "ingest_replies",
    "step_cohort",
    "send_email",
    "send_sms",
    "send_push",
    "post_social",
    "call_api",
    "query_database",
    "notify_team",
    "sweep_due",
    "reconcile_runs",
    "count_outcomes",
    "start_cohort",
    "start_broadcast",
    "import_profiles",
    "export_profiles",
    "move_enrollments",
    "register_workflows",
    "serve_api",
    "serve_console",
    "serve_unsubscribe",
    "add_tenant_claim",
)
NODE_FUNCTIONS = (
    "step_cohort",
    "send_email",
    "send_sms",
    "send_push",
    "post_social",
    "call_api",
    "query_database",
    "notify_team",
)

DUE_SHARDS = 64
PROFILE_WORKFLOW = "_profile"
"""Due rows of contacts: something may change for them by time alone (ADR 9)."""
CATALOG_WORKFLOW = "_catalog"
"""Due rows of items of catalogs: they are published, or it is to be seen whether their news were told."""
SOCIAL_WORKFLOW = "_social"
"""Due rows of social posts, accounts and listening: `post_social` looks at them."""
REPLIES = "replies/"
"""Where received answers lie in the bucket of artifacts."""
EVENT_BUS = "stepwell"
WEBHOOK_DETAIL_TYPE = "webhook.received"
WEBHOOK_SOURCE = "stepwell.webhooks"
GSI_OPEN_RUNS = "open"
GSI_RUNS_BY_WORKFLOW = "by_workflow"
# Partition and sort key of each index (strings); both project keys only.
OPEN_RUNS_KEYS = ("opk", "expected_by")
RUNS_BY_WORKFLOW_KEYS = ("wpk", "run")


def resource(prefix: str, name: str) -> str:
    """Name a resource of a deployment: ``stepwell-prod`` and ``engine`` give ``stepwell-prod-engine``."""
    return f"{prefix}-{name}"


def lake_database(prefix: str) -> str:
    """Name the Glue database of the lake.

    It does not begin with the prefix: queries of workflows may read what does, whatever their tenant.
    """
    return f"lake_{prefix.replace('-', '_')}"


def function_name(prefix: str, function: str) -> str:
    """Name a Lambda function: ``step_cohort`` becomes ``<prefix>-step-cohort`` (≤ 64 characters)."""
    return f"{prefix}-{function.replace('_', '-')}"


def machine_name(prefix: str, tenant: str, workflow: str, version: int) -> str:
    """Name the state machine of a workflow version (≤ 80 characters, the quota of Step Functions)."""
    return f"{prefix}-{tenant}-{workflow}-v{version}"


def team_topic(prefix: str, tenant: str, name: str) -> str:
    """Name an SNS topic of a tenant's team: a tenant reaches its own topics and none that the platform reads."""
    return f"{prefix}-team-{tenant}-{name}"


def system_machine_name(prefix: str, name: str) -> str:
    """Name a machine of the platform's own: ``_`` keeps it out of the rule that watches ``<prefix>-`` machines."""
    return f"{prefix}_{name}"
