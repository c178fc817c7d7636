"""The lake's tables in the Glue catalogue: snapshots of contacts, in columns that all workspaces share.

Tables and databases cost nothing, and no partition is registered: both keys are `injected`, so that a query names
tenant and snapshot or is refused (Athena guide, "Dynamic ID partitioning").
"""

from __future__ import annotations

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct
from stepwell.contracts import names
from stepwell.lake.events import EVENTS
from stepwell.lake.events import ROOT as EVENTS_ROOT
from stepwell.lake.snapshots import ROOT
from stepwell.lake.tables import PARTITIONS, TABLES, Schema

from stacks.deployment import Deployment

_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"


class Lake(Construct):
    """A database with a table of Parquet for each kind of rows.

    Attributes:
        database: Its name.
    """

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, artifacts: s3.IBucket) -> None:
        """Create the database and its tables."""
        super().__init__(scope, id_)
        self.database = names.lake_database(deployment.prefix)
        made = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=cdk.Aws.ACCOUNT_ID,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self.database, description="Snapshots of contacts; read by the platform alone"
            ),
        )
        injected = {key: {"type": "injected"} for key in PARTITIONS}
        for name, schema in TABLES.items():
            place = f"s3://{artifacts.bucket_name}/{ROOT}{name}/"
            self._table(name, place, schema, injected).add_dependency(made)
        days = {
            "type": "date",
            "format": "yyyy-MM-dd",
            "range": "NOW-3YEARS,NOW+1DAYS",
            "interval.unit": "DAYS",
        }
        place = f"s3://{artifacts.bucket_name}/{EVENTS_ROOT}"
        self._table("events", place, EVENTS, {"tenant": injected["tenant"], "day": days}).add_dependency(made)

    def _table(
        self, name: str, location: str, schema: Schema, partitions: Mapping[str, Mapping[str, str]]
    ) -> glue.CfnTable:
        column = glue.CfnTable.ColumnProperty
        folders = "/".join(f"{key}=${{{key}}}" for key in partitions)
        return glue.CfnTable(
            self,
            name.capitalize(),
            catalog_id=cdk.Aws.ACCOUNT_ID,
            database_name=self.database,
            table_input=glue.CfnTable.TableInputProperty(
                name=name,
                table_type="EXTERNAL_TABLE",
                partition_keys=[column(name=key, type="string") for key in partitions],
                parameters={
                    "classification": "parquet",
                    "EXTERNAL": "TRUE",
                    "projection.enabled": "true",
                    **{
                        f"projection.{key}.{name_}": value
                        for key, rule in partitions.items()
                        for name_, value in rule.items()
                    },
                    "storage.location.template": f"{location}{folders}/",
                },
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    location=location,
                    columns=[column(name=one, type=kind) for one, kind in schema.items()],
                    input_format=f"{_PARQUET}.MapredParquetInputFormat",
                    output_format=f"{_PARQUET}.MapredParquetOutputFormat",
                    serde_info=glue.CfnTable.SerdeInfoProperty(
                        serialization_library=f"{_PARQUET}.serde.ParquetHiveSerDe"
                    ),
                ),
            ),
        )
