"""Makes a stack's functions from the tables of sizes, permissions and environment."""

from __future__ import annotations

from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from stacks.arns import Arns
from stacks.browser_script import code_with_script
from stacks.console_files import code_with_console
from stacks.constructs.federation import directory, providers_of
from stacks.constructs.python_function import PythonFunction, Size, has_code
from stacks.constructs.python_layers import PythonLayers
from stacks.data import DataStack
from stacks.deployment import Deployment
from stacks.environment import environment
from stacks.permissions import statements
from stacks.provider_files import code_with_providers

# A cohort is 250 contacts: 1,769 MB is one whole processor, what is waited for takes less.
SIZES = {
    "ingest_events": Size(256, 15),
    "process_events": Size(1024, 120),
    "ingest_callbacks": Size(512, 30),
    "ingest_webhook": Size(512, 30),
    # Fifty pieces of work, most of them one call of a second to a provider.
    "enrich_profile": Size(512, 300),
    # A raw message is 40 MB at most.
    "ingest_replies": Size(512, 60),
    "step_cohort": Size(512, 60),
    "send_email": Size(512, 120),
    "send_sms": Size(512, 120),
    # Each notification is encrypted for its browser.
    "send_push": Size(512, 120),
    # Media are fetched and handed on in pieces; a claim holds longer than that (stepwell.social.delivering).
    "post_social": Size(512, 300),
    "call_api": Size(512, 300),
    "query_database": Size(512, 120),
    "notify_team": Size(512, 30),
    # Shorter than its period would be too short for a backlog; the leases keep two sweeps apart.
    "sweep_due": Size(1024, 300),
    "reconcile_runs": Size(512, 120),
    "count_outcomes": Size(512, 60),
    "start_cohort": Size(512, 60),
    "start_broadcast": Size(1024, 900),
    # A whole processor, for a part of 5,000 rows is parsed in one go; a file of Parquet and its rows lie on the disk.
    "import_profiles": Size(1769, 900, 4096),
    "export_profiles": Size(1769, 900, 4096),
    "move_enrollments": Size(1024, 300),
    # Below the five minutes that CloudFormation waits for the answer.
    "register_workflows": Size(1024, 240),
    "serve_api": Size(1024, 29),
    # Reads a file and hands it on.
    "serve_console": Size(256, 10),
    "serve_unsubscribe": Size(512, 15),
    "add_tenant_claim": Size(256, 5),
}
# Functions whose code is more than their folder.
CODE = {"ingest_events": code_with_script, "serve_console": code_with_console}
WITHOUT_LAYERS = frozenset({"add_tenant_claim"})
READS_PARQUET = frozenset({"import_profiles", "export_profiles"})
READS_IMAGES = frozenset({"serve_api"})


def make_functions(
    stack: cdk.Stack, deployment: Deployment, data: DataStack, wanted: Iterable[str], public_url: str = ""
) -> dict[str, PythonFunction]:
    """Make functions whose code exists; a missing one is a loud warning, so that parts can be tried early."""
    wanted = list(wanted)
    shared = PythonLayers(
        stack,
        "Layers",
        deployment,
        parquet=bool(READS_PARQUET & set(wanted)),
        images=bool(READS_IMAGES & set(wanted)),
    )
    variables = environment(deployment, data, Arns(deployment), public_url)
    made = {}
    for name in wanted:
        if not has_code(deployment, name):
            cdk.Annotations.of(stack).add_warning_v2(
                f"stepwell:missing:{name}", f"functions/{name}/handler.py is missing: NOT DEPLOYED"
            )
            continue
        bare = name in WITHOUT_LAYERS
        made[name] = PythonFunction(
            stack,
            deployment,
            name,
            size=SIZES[name],
            layers=[] if bare else _layers(name, shared),
            environment={} if bare else variables,
            statements=statements(name, deployment, data),
            code=_code(name, deployment),
        )
    return made


def _layers(name: str, shared: PythonLayers) -> list[lambda_.ILayerVersion]:
    more = shared.parquet if name in READS_PARQUET else shared.images if name in READS_IMAGES else []
    return [*shared.layers, *more]


def _code(name: str, deployment: Deployment) -> lambda_.Code | None:
    """Return a function's code where that is more than its folder."""
    folder = deployment.functions / name
    if name == "add_tenant_claim" and deployment.federation:
        return code_with_providers(folder, directory(providers_of(deployment)))
    return CODE[name](folder) if name in CODE else None
