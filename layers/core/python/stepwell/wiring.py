"""The stores of a deployment: one client, one table object a table, each made at its first use."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from stepwell.settings import Settings

if TYPE_CHECKING:
    from stepwell.adapters.catalog_store import DynamoInterests, DynamoItems, KeptPages
    from stepwell.adapters.channel_senders import ChannelSender
    from stepwell.adapters.config_counters import ConfigCounters
    from stepwell.adapters.config_logs import ConfigKeys, ConfigLogs
    from stepwell.adapters.config_store import ConfigStore
    from stepwell.adapters.consent_proofs import DynamoProofs
    from stepwell.adapters.dynamo import DynamoTable
    from stepwell.adapters.dynamo_messaging import DynamoMessaging
    from stepwell.adapters.dynamo_parking import DynamoParking
    from stepwell.adapters.dynamo_profiles import DynamoProfiles
    from stepwell.adapters.dynamo_runs import DynamoRuns
    from stepwell.adapters.dynamo_tokens import DynamoTokens
    from stepwell.adapters.guarded_http import GuardedHttp
    from stepwell.adapters.profiling_work import LambdaProfilingWork
    from stepwell.adapters.push_subscriptions import DynamoSubscriptions
    from stepwell.adapters.secret_box import KmsSecretBox
    from stepwell.adapters.segment_members import DynamoSegmentMembers
    from stepwell.adapters.send_rate import DynamoSendRate
    from stepwell.adapters.sns_topics import SnsTopics
    from stepwell.adapters.source_store import DynamoSources
    from stepwell.adapters.workspace_store import DynamoVersions, DynamoWorkspaces
    from stepwell.contracts.clock import Clock
    from stepwell.profiles.merges import Merging
    from stepwell.triggers.consented import ConsentGate


class Stores:
    """Everything that lies in DynamoDB, and the clock.

    Args:
        settings: What the environment says.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def clock(self) -> Clock:
        """The clock; virtual on the local cloud."""
        from stepwell.adapters.clock import SystemClock

        return SystemClock(self.settings.clock_file if self.settings.local else None)

    @cached_property
    def _dynamo(self) -> Any:
        return self._client("dynamodb", read_s=3.0)

    def _client(self, service: str, **options: Any) -> Any:
        from stepwell.adapters.aws import client

        return client(service, **options)

    def _table(self, name: str) -> DynamoTable:
        from stepwell.adapters.dynamo import DynamoTable

        return DynamoTable(self._dynamo, name)

    @cached_property
    def _engine(self) -> DynamoTable:
        return self._table(self.settings.engine_table)

    @cached_property
    def _profiles_table(self) -> DynamoTable:
        return self._table(self.settings.profiles_table)

    @cached_property
    def _config_table(self) -> DynamoTable:
        return self._table(self.settings.config_table)

    @cached_property
    def tokens(self) -> DynamoTokens:
        """TokenStore."""
        from stepwell.adapters.dynamo_tokens import DynamoTokens

        return DynamoTokens(self._engine, clock=self.clock, keep_ended=self.settings.keep_ended)

    @cached_property
    def parking(self) -> DynamoParking:
        """ParkingStore."""
        from stepwell.adapters.dynamo_parking import DynamoParking

        return DynamoParking(self._engine)

    @cached_property
    def runs(self) -> DynamoRuns:
        """RunStore."""
        from stepwell.adapters.dynamo_runs import DynamoRuns

        return DynamoRuns(self._table(self.settings.runs_table), keep=self.settings.keep_runs)

    @cached_property
    def profiles(self) -> DynamoProfiles:
        """ProfileStore."""
        from stepwell.adapters.dynamo_profiles import DynamoProfiles

        return DynamoProfiles(self._profiles_table)

    @cached_property
    def segment_members(self) -> DynamoSegmentMembers:
        """SegmentMembers."""
        from stepwell.adapters.segment_members import DynamoSegmentMembers

        return DynamoSegmentMembers(self._profiles_table, self._config_table, self.clock)

    @cached_property
    def messaging(self) -> DynamoMessaging:
        """MessagingStore."""
        from stepwell.adapters.dynamo_messaging import DynamoMessaging

        return DynamoMessaging(self._profiles_table, self.clock)

    @cached_property
    def merging(self) -> Merging:
        """Merges contacts."""
        from stepwell.adapters.dynamo_merges import DynamoMerges, DynamoReviews
        from stepwell.profiles.merge_ports import MergePorts
        from stepwell.profiles.merges import Merging

        return Merging(
            MergePorts(
                clock=self.clock,
                profiles=self.profiles,
                messaging=self.messaging,
                merges=DynamoMerges(self._profiles_table),
                reviews=DynamoReviews(self._profiles_table, self.clock),
                members=self.segment_members,
            )
        )

    @cached_property
    def versions(self) -> DynamoVersions:
        """VersionStore."""
        from stepwell.adapters.workspace_store import DynamoVersions

        return DynamoVersions(self._config_table)

    @cached_property
    def workspaces(self) -> DynamoWorkspaces:
        """WorkspaceStore; also TemplateStore and the trigger index."""
        from stepwell.adapters.workspace_store import DynamoWorkspaces

        return DynamoWorkspaces(self._config_table)

    @cached_property
    def sources(self) -> DynamoSources:
        """Sources of events that call us."""
        from stepwell.adapters.source_store import DynamoSources

        return DynamoSources(self._config_table)

    @property
    def templates(self) -> DynamoWorkspaces:
        """TemplateStore."""
        return self.workspaces

    @cached_property
    def config(self) -> ConfigStore:
        """What people edit (PynamoDB)."""
        from stepwell.adapters.config_store import ConfigStore

        return ConfigStore(self.settings.config_table, self.settings.region, self.clock)

    @cached_property
    def keys(self) -> ConfigKeys:
        """Write keys (PynamoDB)."""
        from stepwell.adapters.config_logs import ConfigKeys

        return ConfigKeys(self.settings.config_table, self.settings.region)

    @cached_property
    def logs(self) -> ConfigLogs:
        """Audit entries and the debugger's tail (PynamoDB)."""
        from stepwell.adapters.config_logs import ConfigLogs

        return ConfigLogs(self.settings.config_table, self.settings.region, self.clock)

    @cached_property
    def counters(self) -> ConfigCounters:
        """Counts of outcomes (PynamoDB)."""
        from stepwell.adapters.config_counters import ConfigCounters

        return ConfigCounters(self.settings.config_table, self.settings.region, self.clock)

    @cached_property
    def consent_gate(self) -> ConsentGate:
        """Drops values that lack consent as they are taken in."""
        from stepwell.triggers.consented import ConsentGate

        return ConsentGate(
            clock=self.clock, rules=self.workspaces, contacts=self.profiles, agreements=self.messaging
        )

    @cached_property
    def proofs(self) -> DynamoProofs:
        """Proofs of consents."""
        from stepwell.adapters.consent_proofs import DynamoProofs

        return DynamoProofs(self._profiles_table)

    @cached_property
    def subscriptions(self) -> DynamoSubscriptions:
        """Browsers and apps that contacts let us write to."""
        from stepwell.adapters.kept_documents import KeptDocuments
        from stepwell.adapters.push_subscriptions import DynamoSubscriptions

        documents = KeptDocuments(self._config_table)
        return DynamoSubscriptions(self._profiles_table, documents.body, local=self.settings.local)

    @cached_property
    def items(self) -> DynamoItems:
        """Items of catalogs."""
        from stepwell.adapters.catalog_store import DynamoItems

        return DynamoItems(self._config_table)

    @cached_property
    def page_items(self) -> KeptPages:
        """Items of catalogs by page, for ingestion."""
        from stepwell.adapters.catalog_store import KeptPages

        return KeptPages(self._config_table)

    @cached_property
    def interests(self) -> DynamoInterests:
        """Who is interested in what."""
        from stepwell.adapters.catalog_store import DynamoInterests

        return DynamoInterests(self._config_table, self.clock)

    @property
    def _of_catalogs(self) -> dict[str, Any]:
        """What the engine needs of catalogs: items for messages, and where due ones are looked at."""
        from stepwell.adapters.late import Late

        def publications() -> Any:
            from stepwell.adapters.move_queue import SqsMoves, SqsPublications

            return SqsPublications(SqsMoves(self._client("sqs"), self.settings.require("moves_queue_url")))

        return {"items": Late(lambda: self.items), "publications": Late(publications)}

    @cached_property
    def profiling_work(self) -> LambdaProfilingWork:
        """Takes what the pass finds out and cannot do itself."""
        from stepwell.adapters.profiling_work import LambdaProfilingWork

        return LambdaProfilingWork(self._client("lambda"), self.settings.function_arn("enrich_profile"))

    @cached_property
    def http(self) -> GuardedHttp:
        """Calls to somebody else's API."""
        from stepwell.adapters.guarded_http import GuardedHttp

        return GuardedHttp(local=self.settings.local)

    @cached_property
    def mailer(self) -> ChannelSender:
        """E-mail by the workspace's providers."""
        return self.sender("email")

    def sender(self, channel: str) -> ChannelSender:
        """Return what hands a channel's messages to the workspace's providers."""
        from stepwell.channel_wiring import channel_sender

        return channel_sender(self, channel, self._config_table, self._engine)

    @cached_property
    def rate(self) -> DynamoSendRate:
        """The providers' rates as leases."""
        from stepwell.channel_wiring import send_rate

        return send_rate(self, self._engine)

    @cached_property
    def secret_box(self) -> KmsSecretBox:
        """Seals and opens secrets of sources."""
        from stepwell.adapters.secret_box import KmsSecretBox

        return KmsSecretBox(self._client("kms"), self.settings.require("machine_kms_key"))

    @cached_property
    def topics(self) -> SnsTopics:
        """SNS topics that reach a team."""
        from stepwell.adapters.sns_topics import SnsTopics

        return SnsTopics(self.settings.prefix)
