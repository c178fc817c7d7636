"""Wiring of progressive profiling: what the worker, the forms' endpoint and the API reach."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from stepwell.bootstrap import Container, container

if TYPE_CHECKING:
    from stepwell.adapters.dynamo import DynamoTable
    from stepwell.enrichment.ports import EnrichmentPorts
    from stepwell.triggers.form_fields import FormFields


class Profiling:
    """What profiling reaches.

    Args:
        parts: The process's container.
    """

    def __init__(self, parts: Container) -> None:
        self.parts = parts

    def _table(self, name: str) -> DynamoTable:
        from stepwell.adapters.aws import client
        from stepwell.adapters.dynamo import DynamoTable

        made: Any = client("dynamodb", read_s=3.0)
        return DynamoTable(made, name)

    @cached_property
    def enrichment(self) -> EnrichmentPorts:
        """What enrichment reaches."""
        from stepwell.adapters.clearbit import Clearbit
        from stepwell.adapters.enrichment_store import DynamoAnswers, DynamoSpending
        from stepwell.adapters.fullcontact import FullContact
        from stepwell.adapters.late import Late
        from stepwell.adapters.mail_domains import DnsMailDomains
        from stepwell.adapters.profiling_work import BoxVault
        from stepwell.adapters.zoominfo import ZoomInfo
        from stepwell.enrichment.ports import EnrichmentPorts

        parts = self.parts
        config = self._table(parts.settings.config_table)
        vault: Any = Late(lambda: BoxVault(parts.secret_box))
        return EnrichmentPorts(
            now=parts.clock.now,
            documents=parts.config,
            profiles=parts.profiles,
            consents=parts.messaging,
            answers=DynamoAnswers(config),
            spending=DynamoSpending(config),
            vault=vault,
            stream=parts.sink,
            mail=DnsMailDomains(),
            audit=parts.logs,
            providers={
                "clearbit": Clearbit(parts.http),
                "fullcontact": FullContact(parts.http),
                "zoominfo": ZoomInfo(parts.http),
            },
        )

    @cached_property
    def form_fields(self) -> FormFields:
        """Answers browsers that ask for a form's fields."""
        from stepwell.adapters.form_documents import DynamoFormDocuments
        from stepwell.triggers.form_fields import FieldPorts, FormFields

        parts = self.parts
        return FormFields(
            FieldPorts(
                clock=parts.clock,
                keys=parts.keys,
                documents=DynamoFormDocuments(self._table(parts.settings.config_table)),
                rules=parts.workspaces,
                contacts=parts.profiles,
                agreements=parts.messaging,
            )
        )


@cache
def profiling() -> Profiling:
    """Return the process's profiling container."""
    return Profiling(container())
