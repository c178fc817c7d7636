"""Wiring of imports, exports, the lake and erasures; the management container has them as its properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stepwell.adapters.aws import client
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.erasures import DynamoErasures
from stepwell.adapters.lake_queries import AthenaLake
from stepwell.adapters.late import Late
from stepwell.adapters.move_queue import StepFunctionsBroadcasts
from stepwell.adapters.paced_sink import PacedSink
from stepwell.adapters.parquet_files import DuckTables
from stepwell.adapters.personal_data import DynamoPersonalData
from stepwell.adapters.s3_store import S3Objects
from stepwell.adapters.snapshot_tables import DuckSnapshots
from stepwell.adapters.transfer_calls import LambdaPreviews
from stepwell.adapters.transfer_files import S3Files
from stepwell.adapters.transfer_people import DynamoPeople
from stepwell.contracts.names import lake_database
from stepwell.lake.evaluating import LakePorts
from stepwell.lake.events import EventDayPorts
from stepwell.lake.snapshots import SnapshotPorts
from stepwell.lake.starting import SnapshotStart
from stepwell.publishing.erasing_ports import ErasingPorts
from stepwell.transfers.managing import TransferPorts
from stepwell.transfers.ports import PARTS_AT_ONCE, ExportPorts, ImportPorts

if TYPE_CHECKING:
    from stepwell.management import Management


def transfer_files(wired: Management) -> S3Files:
    """Return the files of imports and exports."""
    signing = client("s3", read_s=60.0, signature="s3v4")
    return S3Files(signing, wired.parts.settings.require("artifacts_bucket"))


def import_ports(wired: Management) -> ImportPorts:
    """Return what an import's parts reach."""
    parts = wired.parts
    rate = parts.settings.import_rate / PARTS_AT_ONCE
    stream: Any = Late(lambda: PacedSink(parts.sink, rate))
    return ImportPorts(
        clock=parts.clock,
        files=wired.transfer_files,
        jobs=wired.jobs,
        stream=stream,
        rules=parts.workspaces,
        tables=DuckTables(wired.transfer_files),
        profiles=parts.profiles,
    )


def export_ports(wired: Management) -> ExportPorts:
    """Return what an export's parts reach."""
    return ExportPorts(
        clock=wired.parts.clock,
        files=wired.transfer_files,
        jobs=wired.jobs,
        tables=DuckTables(wired.transfer_files),
        people=_people(wired),
        consents=wired.parts.messaging,
    )


def _people(wired: Management) -> DynamoPeople:
    table: Any = client("dynamodb", read_s=10.0)
    return DynamoPeople(DynamoTable(table, wired.parts.settings.profiles_table), wired.parts.profiles)


def snapshot_ports(wired: Management) -> SnapshotPorts:
    """Return what a snapshot's parts reach."""
    return SnapshotPorts(
        clock=wired.parts.clock,
        jobs=wired.jobs,
        files=wired.transfer_files,
        tables=DuckSnapshots(wired.transfer_files),
        contacts=_people(wired),
        workspaces=wired.parts.workspaces,
    )


def event_day_ports(wired: Management) -> EventDayPorts:
    """Return what making a day of events reaches."""
    lake: Any = client("s3", read_s=60.0)
    return EventDayPorts(
        clock=wired.parts.clock,
        jobs=wired.jobs,
        raw=S3Objects(lake, wired.parts.settings.require("lake_bucket")),
        files=wired.transfer_files,
        tables=DuckSnapshots(wired.transfer_files),
    )


def transfer_ports(wired: Management) -> TransferPorts:
    """Return what managing imports and exports reaches."""
    settings = wired.parts.settings
    machines: Any = client("stepfunctions", read_s=10.0)
    return TransferPorts(
        imports=wired.import_ports,
        function_arn=settings.function_arn,
        machine=StepFunctionsBroadcasts(machines, settings.require("transfer_machine_arn")),
        # Looking at a large file takes as long as a request may.
        remote=LambdaPreviews(
            client("lambda", attempts=1, read_s=26.0), settings.function_arn("import_profiles")
        ),
        segments=wired.segments,
        publishing=wired.publishing,
    )


def lake_ports(wired: Management) -> LakePorts:
    """Return what asking the lake reaches."""
    settings, transfers = wired.parts.settings, wired.transfers
    files: Any = transfers.imports.files
    return LakePorts(
        AthenaLake(settings.query_workgroup, lake_database(settings.prefix)),
        files,
        wired.segments,
        SnapshotStart(transfers.machine, transfers.function_arn, files.bucket, wired.publishing),
    )


def erasing_ports(wired: Management) -> ErasingPorts:
    """Return what erasing a contact reaches."""
    settings = wired.parts.settings
    reached: Any = client("dynamodb", read_s=10.0)
    names = (settings.engine_table, settings.runs_table, settings.profiles_table, settings.config_table)
    engine, runs, profiles, config = (DynamoTable(reached, name) for name in names)
    data = DynamoPersonalData(engine, runs, profiles, config)
    return ErasingPorts(DynamoErasures(config), data, wired.publishing, wired.runtime)
