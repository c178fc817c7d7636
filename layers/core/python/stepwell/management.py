"""Wiring of what people and schedules ask for: publishing, broadcasts, moves, the API. Node functions never load it."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from stepwell.bootstrap import Container, container
from stepwell.managing_channels import ManagingChannels
from stepwell.managing_listening import ManagingListening

if TYPE_CHECKING:
    from stepwell.adapters.cloudformation import StackStates
    from stepwell.adapters.git_store import ConfigMessages
    from stepwell.adapters.job_store import DynamoJobs
    from stepwell.adapters.move_queue import LambdaBroadcasts, StepFunctionsBroadcasts
    from stepwell.adapters.publishing_store import ConfigInventory
    from stepwell.adapters.segment_members import DynamoSegmentMembers
    from stepwell.adapters.transfer_files import S3Files
    from stepwell.console import Console
    from stepwell.enrichment.ports import EnrichmentPorts
    from stepwell.lake.evaluating import LakePorts
    from stepwell.lake.events import EventDayPorts
    from stepwell.lake.snapshots import SnapshotPorts
    from stepwell.publishing.catalog_ports import CatalogPorts
    from stepwell.publishing.erasing_ports import ErasingPorts
    from stepwell.publishing.merging import ByHand
    from stepwell.publishing.ports import PublishingPorts
    from stepwell.publishing.rule_ports import RulePorts
    from stepwell.publishing.segment_ports import SegmentPorts
    from stepwell.runtime.effects import Ports
    from stepwell.transfers.managing import TransferPorts
    from stepwell.transfers.ports import ExportPorts, ImportPorts


class Management(ManagingChannels, ManagingListening):
    """What publishing and the API reach.

    Args:
        parts: The process's container.
    """

    def __init__(self, parts: Container) -> None:
        self.parts = parts

    @property
    def runtime(self) -> Ports:
        """The runtime's ports."""
        return self.parts.ports

    @cached_property
    def console(self) -> Console:
        """What only the console asks for."""
        from stepwell.console import Console

        return Console(self)

    @cached_property
    def jobs(self) -> DynamoJobs:
        """Progress of broadcasts and moves."""
        from stepwell.adapters.dynamo import DynamoTable
        from stepwell.adapters.job_store import DynamoJobs

        return DynamoJobs(
            DynamoTable(self._client("dynamodb"), self.parts.settings.config_table), self.parts.clock
        )

    @cached_property
    def inventory(self) -> ConfigInventory:
        """What a workspace has."""
        from stepwell.adapters.dynamo import DynamoTable
        from stepwell.adapters.publishing_store import ConfigInventory
        from stepwell.adapters.rules_store import DynamoRules

        table = DynamoTable(self._client("dynamodb"), self.parts.settings.config_table)
        return ConfigInventory(self.parts.config, DynamoRules(table, self.parts.clock))

    @cached_property
    def members(self) -> DynamoSegmentMembers:
        """Members of segments and how many they are."""
        from stepwell.adapters.dynamo import DynamoTable
        from stepwell.adapters.segment_members import DynamoSegmentMembers

        settings, client = self.parts.settings, self._client("dynamodb")
        return DynamoSegmentMembers(
            DynamoTable(client, settings.profiles_table),
            DynamoTable(client, settings.config_table),
            self.parts.clock,
        )

    @cached_property
    def segments(self) -> SegmentPorts:
        """What managing segments reaches."""
        from stepwell.adapters.dynamo import DynamoTable
        from stepwell.adapters.profile_sample import DynamoProfileSample
        from stepwell.adapters.rules_store import DynamoRules
        from stepwell.adapters.segment_store import ConfigSegments
        from stepwell.publishing.segment_ports import SegmentPorts

        rules = DynamoTable(self._client("dynamodb"), self.parts.settings.config_table)
        return SegmentPorts(
            store=ConfigSegments(self.parts.config),
            rules=DynamoRules(rules, self.parts.clock),
            members=self.members,
            sample=DynamoProfileSample(
                DynamoTable(self._client("dynamodb"), self.parts.settings.profiles_table)
            ),
            publishing=self.publishing,
        )

    @cached_property
    def rules(self) -> RulePorts:
        """What managing scoring models and sequences reaches."""
        from stepwell.adapters.items.config import SCORE, SEQUENCE
        from stepwell.adapters.rule_documents import ConfigRules
        from stepwell.publishing.rule_ports import RulePorts

        return RulePorts(
            models=ConfigRules(self.parts.config, SCORE),
            sequences=ConfigRules(self.parts.config, SEQUENCE),
            rules=self.segments.rules,
            sample=self.segments.sample,
            publishing=self.publishing,
        )

    @cached_property
    def merging(self) -> ByHand:
        """Merges contacts as people do it."""
        from stepwell.publishing.merging import ByHand

        return ByHand(self.parts.merging, self.segments.rules, self.parts.ports.events, self.publishing)

    @cached_property
    def erasing(self) -> ErasingPorts:
        """What erasing a contact reaches."""
        from stepwell.transfer_wiring import erasing_ports

        return erasing_ports(self)

    @cached_property
    def enrichment(self) -> EnrichmentPorts:
        """Providers, what is spent on them, and who is checked by hand."""
        from stepwell.profiling import Profiling

        return Profiling(self.parts).enrichment

    @cached_property
    def catalogs(self) -> CatalogPorts:
        """What managing catalogs reaches."""
        from stepwell.publishing.catalog_ports import CatalogPorts

        return CatalogPorts(
            documents=self.parts.config,
            rules=self.segments.rules,
            items=self.parts.items,
            interests=self.parts.interests,
            parking=self.parts.parking,
            publishing=self.publishing,
        )

    @cached_property
    def publishing(self) -> PublishingPorts:
        """Publishing's ports."""
        from stepwell.adapters.dynamo import DynamoTable
        from stepwell.adapters.machine_deployer import StepFunctionsDeployer
        from stepwell.adapters.move_queue import SqsMoves
        from stepwell.adapters.profile_pages import DynamoProfilePages
        from stepwell.adapters.publishing_store import (
            ConfigSwitches,
            ConfigTriggers,
            ConfigVersions,
            ConfigWorkflows,
        )
        from stepwell.adapters.trigger_schedules import TriggerSchedules
        from stepwell.publishing.ports import PublishingPorts
        from stepwell.publishing.post_checks import Posting

        settings, store = self.parts.settings, self.parts.config
        return PublishingPorts(
            clock=self.parts.clock,
            workflows=ConfigWorkflows(store),
            versions=ConfigVersions(store),
            triggers=ConfigTriggers(store),
            switches=ConfigSwitches(store),
            machines=StepFunctionsDeployer(
                self._client("stepfunctions"),
                prefix=settings.prefix,
                arn_prefix=settings.require("machine_arn_prefix"),
                function_arn_prefix=settings.require("function_arn_prefix"),
                role_arn=settings.require("machine_role_arn"),
                log_group_arn=settings.machine_log_group_arn,
                kms_key=settings.machine_kms_key,
                xray=settings.xray,
            ),
            scheduler=TriggerSchedules(self.parts.scheduler, settings.function_arn("start_broadcast")),
            audit=self.parts.logs,
            moves=SqsMoves(self._client("sqs"), settings.require("moves_queue_url")),
            jobs=self.jobs,
            inventory=self.inventory,
            profiles=DynamoProfilePages(DynamoTable(self._client("dynamodb"), settings.profiles_table)),
            members=self.members,
            posting=Posting(self.social.accounts, self.social.posts),
        )

    @cached_property
    def kept_in_git(self) -> ConfigMessages:
        """Workspaces and their message templates, for deployments from git."""
        from stepwell.adapters.git_store import ConfigMessages

        return ConfigMessages(self.parts.config)

    @cached_property
    def stacks(self) -> StackStates:
        """States of the deployment's stacks."""
        from stepwell.adapters.cloudformation import StackStates

        return StackStates(self._client("cloudformation"))

    @cached_property
    def broadcasts(self) -> LambdaBroadcasts:
        """Asks `start_broadcast` for large audiences."""
        from stepwell.adapters.move_queue import LambdaBroadcasts

        return LambdaBroadcasts(self._client("lambda"), self.parts.settings.function_arn("start_broadcast"))

    @cached_property
    def broadcast_machine(self) -> StepFunctionsBroadcasts:
        """The machine that starts one cohort a line."""
        from stepwell.adapters.move_queue import StepFunctionsBroadcasts

        return StepFunctionsBroadcasts(
            self._client("stepfunctions"), self.parts.settings.require("broadcast_machine_arn")
        )

    @cached_property
    def transfer_files(self) -> S3Files:
        """Files of imports and exports."""
        from stepwell.transfer_wiring import transfer_files

        return transfer_files(self)

    @cached_property
    def import_ports(self) -> ImportPorts:
        """What an import's parts reach."""
        from stepwell.transfer_wiring import import_ports

        return import_ports(self)

    @cached_property
    def export_ports(self) -> ExportPorts:
        """What an export's parts reach."""
        from stepwell.transfer_wiring import export_ports

        return export_ports(self)

    @cached_property
    def snapshot_ports(self) -> SnapshotPorts:
        """What a snapshot's parts reach."""
        from stepwell.transfer_wiring import snapshot_ports

        return snapshot_ports(self)

    @cached_property
    def event_day_ports(self) -> EventDayPorts:
        """What making a day of events readable reaches."""
        from stepwell.transfer_wiring import event_day_ports

        return event_day_ports(self)

    @cached_property
    def transfers(self) -> TransferPorts:
        """What managing imports and exports reaches."""
        from stepwell.transfer_wiring import transfer_ports

        return transfer_ports(self)

    @cached_property
    def lake(self) -> LakePorts:
        """What asking the lake reaches."""
        from stepwell.transfer_wiring import lake_ports

        return lake_ports(self)

    @staticmethod
    @cache
    def _client(service: str) -> Any:
        from stepwell.adapters.aws import client

        return client(service, read_s=10.0)


@cache
def management() -> Management:
    """Return the process's management container."""
    return Management(container())
