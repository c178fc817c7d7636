"""Alarms that mean something to do; the runbook has a paragraph for each kind."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.deployment import Deployment


class Alarms(Construct):
    """Makes alarms that tell a topic."""

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, topic: sns.ITopic) -> None:
        """Prepare for a deployment."""
        super().__init__(scope, id_)
        self._deployment = deployment
        self._action = actions.SnsAction(topic)

    def above(
        self,
        name: str,
        description: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        *,
        periods: int = 1,
    ) -> None:
        """Alarm while a metric is above a threshold for so many periods; no data is no alarm."""
        alarm = cloudwatch.Alarm(
            self,
            "".join(part.capitalize() for part in name.replace("_", "-").split("-")),
            alarm_name=self._deployment.name(name),
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(self._action)

    @staticmethod
    def metric(
        namespace: str,
        name: str,
        dimensions: dict[str, str] | None = None,
        *,
        statistic: str = "Maximum",
        minutes: int = 5,
    ) -> cloudwatch.Metric:
        """Name a metric."""
        return cloudwatch.Metric(
            namespace=namespace,
            metric_name=name,
            dimensions_map=dimensions,
            statistic=statistic,
            period=cdk.Duration.minutes(minutes),
        )
