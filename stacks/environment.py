"""The environment of the functions; ``stepwell.settings`` reads it and nothing else does.

All functions get the same names: they are no secrets, and what a function may touch is said by its role.
"""

from __future__ import annotations

from stacks.arns import Arns
from stacks.data import DataStack
from stacks.deployment import Deployment

# A shard takes 1,000 records a second; a stream on demand begins with four (Kinesis guide, "quotas and limits").
ROOM_OF_A_SHARD = 600
ON_DEMAND_SHARDS = 4


def import_rate(deployment: Deployment) -> str:
    """Return how many rows a second imports may put on the stream, so that events of the moment find room."""
    if deployment.is_local:
        return ""
    shards = deployment.shards if deployment.stream_mode == "provisioned" else ON_DEMAND_SHARDS
    return str(ROOM_OF_A_SHARD * shards)


def environment(deployment: Deployment, data: DataStack, arns: Arns, public_url: str) -> dict[str, str]:
    """Build the variables.

    Args:
        deployment: The deployment.
        data: Where the data is.
        arns: ARNs by name.
        public_url: Address of the API for recipients; empty where a function needs none.
    """
    variables = {
        "STEPWELL_PREFIX": deployment.prefix,
        "STEPWELL_STREAM": data.stream.stream_name,
        "STEPWELL_POISON_QUEUE_URL": data.poison.queue_url,
        "STEPWELL_MOVES_QUEUE_URL": arns.queue_url("moves"),
        "STEPWELL_EVENT_BUS": data.bus.event_bus_name,
        "STEPWELL_LAKE_BUCKET": data.buckets.lake.bucket_name,
        "STEPWELL_ARTIFACTS_BUCKET": data.buckets.artifacts.bucket_name,
        "STEPWELL_SIGNING_SECRET": f"{deployment.prefix}/signing",
        "STEPWELL_QUERY_WORKGROUP": deployment.name("queries"),
        "STEPWELL_MACHINE_ROLE_ARN": arns.role("workflow-machines"),
        "STEPWELL_MACHINE_ARN_PREFIX": arns.machine(f"{deployment.prefix}-"),
        "STEPWELL_FUNCTION_ARN_PREFIX": arns.function(f"{deployment.prefix}-"),
        "STEPWELL_BROADCAST_MACHINE_ARN": arns.broadcast,
        "STEPWELL_TRANSFER_MACHINE_ARN": arns.transfers,
        "STEPWELL_IMPORT_RATE": import_rate(deployment),
        "STEPWELL_SCHEDULER_ROLE_ARN": arns.role("scheduler"),
        "STEPWELL_SCHEDULE_GROUP": deployment.prefix,
        "STEPWELL_SCHEDULE_DEAD_LETTERS_ARN": arns.queue("events-dead"),
        "STEPWELL_KEEP_RUNS_DAYS": deployment.keep_runs_days,
        "STEPWELL_KEEP_ENDED_DAYS": deployment.keep_ended_days,
        "STEPWELL_LOG_LEVEL": deployment.log_level,
        "STEPWELL_QUERY_TABLES": deployment.query_tables,
        "STEPWELL_MACHINE_LOG_GROUP_ARN": arns.machine_logs,
        "STEPWELL_MACHINE_KMS_KEY": data.key.key_arn,
        "STEPWELL_XRAY": "1" if deployment.xray else "",
        "STEPWELL_CONFIGURATION_SET": deployment.name("mail"),
        "STEPWELL_REPLY_DOMAIN": deployment.reply_domain,
        "STEPWELL_PUBLIC_URL": deployment.public_url or public_url,
    }
    variables |= {f"STEPWELL_{name.upper()}_TABLE": table.table_name for name, table in data.tables.items()}
    return {key: value for key, value in variables.items() if value}
