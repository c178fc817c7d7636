"""Everything that holds data: tables, buckets, the stream, the bus. Deleting the other stacks loses nothing."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_events as events
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct
from stepwell.contracts import names

from stacks.constructs.buckets import Buckets
from stacks.constructs.dead_letters import dead_letter_queue
from stacks.constructs.encryption_key import EncryptionKey
from stacks.constructs.event_stream import EventStream
from stacks.constructs.lake import Lake
from stacks.constructs.tables import Tables
from stacks.deployment import Deployment


class DataStack(cdk.Stack):
    """The data of a deployment.

    Attributes:
        key: The encryption key.
        tables: Tables by short name.
        buckets: Lake and artifacts.
        stream: The event stream.
        poison: Queue of stream records that cannot be processed.
        bus: Bus for webhooks and events of partners.
        signing_secret: Signs unsubscribe links.
        queries: Athena workgroup of database_query nodes.
    """

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, *, env: cdk.Environment) -> None:
        """Create the stack."""
        super().__init__(scope, id_, env=env, description=f"Stepwell {deployment.prefix}: data")
        self.key = EncryptionKey(self, "Encryption", deployment).key
        self.tables = Tables(self, "Tables", deployment, self.key).by_name
        self.buckets = Buckets(self, "Buckets", deployment, self.key)
        self.stream = EventStream(self, "Events", deployment, self.key, self.buckets.lake).stream
        self.poison = dead_letter_queue(self, "Poison", deployment, self.key, "poison")
        self.bus = self._bus(deployment)
        self.signing_secret = secretsmanager.Secret(
            self,
            "SigningSecret",
            secret_name=f"{deployment.prefix}/signing",
            description="Signs unsubscribe links",
            encryption_key=self.key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
            removal_policy=deployment.removal,
        )
        self.queries = self._queries(deployment)
        Lake(self, "Lake", deployment, self.buckets.artifacts)
        self._export()

    def _export(self) -> None:
        """Export what other stacks use, whether they do or not.

        The local cloud takes a change of nothing but the outputs for none, so an export that appears with its
        first user would be missing there.
        """
        tables = self.tables.values()
        for value in (
            self.key.key_arn,
            *(table.table_arn for table in tables),
            *(table.table_name for table in tables),
            self.tables["runs"].table_stream_arn,
            self.buckets.lake.bucket_arn,
            self.buckets.lake.bucket_name,
            self.buckets.artifacts.bucket_arn,
            self.buckets.artifacts.bucket_name,
            self.stream.stream_arn,
            self.stream.stream_name,
            self.poison.queue_arn,
            self.poison.queue_url,
            self.bus.event_bus_arn,
            self.bus.event_bus_name,
            self.signing_secret.secret_arn,
        ):
            self.export_value(value)

    def _bus(self, deployment: Deployment) -> events.EventBus:
        # One deployment an account and region keeps the plain name that partners are told.
        plain = deployment.prefix == names.EVENT_BUS
        bus = events.EventBus(
            self, "Bus", event_bus_name=names.EVENT_BUS if plain else deployment.name("bus")
        )
        events.Archive(
            self,
            "BusArchive",
            source_event_bus=bus,
            archive_name=deployment.name("bus"),
            event_pattern=events.EventPattern(account=[cdk.Aws.ACCOUNT_ID]),
            retention=cdk.Duration.days(30),
        )
        return bus

    def _queries(self, deployment: Deployment) -> athena.CfnWorkGroup:
        configuration = athena.CfnWorkGroup.WorkGroupConfigurationProperty
        return athena.CfnWorkGroup(
            self,
            "Queries",
            name=deployment.name("queries"),
            recursive_delete_option=True,
            work_group_configuration=configuration(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=False,
                # A query of a node that scans more than this was not meant.
                bytes_scanned_cutoff_per_query=10 * 1024**3,
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=f"s3://{self.buckets.artifacts.bucket_name}/athena/",
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_KMS", kms_key=self.key.key_arn
                    ),
                ),
            ),
        )
