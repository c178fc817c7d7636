"""All stacks of one deployment, put together; the app and the tests build them through this one function."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk

from stacks.api import ApiStack
from stacks.data import DataStack
from stacks.deployment import Deployment
from stacks.engine import EngineStack
from stacks.git import GitStack
from stacks.local_gaps import LeaveOutLocally
from stacks.monitoring import MonitoringStack
from stacks.nag import acknowledge


@dataclass(frozen=True)
class Stacks:
    """The stacks of a deployment; without a folder in git there is none of it."""

    data: DataStack
    api: ApiStack
    engine: EngineStack
    monitoring: MonitoringStack
    git: GitStack | None = None

    def by_name(self) -> dict[str, cdk.Stack]:
        """Return all of them by their short names."""
        always = {"data": self.data, "api": self.api, "engine": self.engine, "monitoring": self.monitoring}
        return always if self.git is None else {**always, "git": self.git}


def build(app: cdk.App, deployment: Deployment) -> Stacks:
    """Add a deployment's stacks to an app."""
    env = cdk.Environment(account=deployment.account or None, region=deployment.region or None)
    prefix = deployment.prefix
    data = DataStack(app, f"{prefix}-data", deployment, env=env)
    api = ApiStack(app, f"{prefix}-api", deployment, data, env=env)
    engine = EngineStack(app, f"{prefix}-engine", deployment, data, public_url=api.url, env=env)
    monitoring = MonitoringStack(app, f"{prefix}-monitoring", deployment, data, env=env)
    git = None
    if deployment.workflows:
        git = GitStack(app, f"{prefix}-git-{deployment.tenant}", deployment, data, env=env)
        git.add_dependency(engine)
    stacks = Stacks(data, api, engine, monitoring, git)
    cdk.Tags.of(app).add("stepwell:deployment", prefix)
    acknowledge(stacks.by_name(), deployment)
    if deployment.is_local:
        cdk.Aspects.of(app).add(LeaveOutLocally())
    return stacks
