"""PynamoDB models of table `config`, bound to a table name when a store is made.

The name is no class attribute read from the environment: two deployments can be served by one process, and
importing this module decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.models import MetaModel, Model


class DocumentItem(Model):
    """A document, a revision, or one of the singletons; the body is JSON, gzip when big."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    rev = NumberAttribute()
    body = BinaryAttribute(legacy_encoding=False)
    at = NumberAttribute()
    by = UnicodeAttribute(default="")
    note = UnicodeAttribute(null=True)


class WriteKeyItem(Model):
    """A write key: once under its digest for ingestion, once in its tenant's list."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    tenant = UnicodeAttribute()
    source = UnicodeAttribute()
    name = UnicodeAttribute(default="")
    at = NumberAttribute()
    revoked = BooleanAttribute(default=False)


class TenantItem(Model):
    """An entry in the list of all tenants."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class LogItem(Model):
    """An audit entry or an event of the debugger's tail."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = BinaryAttribute(legacy_encoding=False)
    ttl = NumberAttribute(null=True)


class CounterItem(Model):
    """All counts of one workflow version, and the ids of what was counted last."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    rev = NumberAttribute()
    body = BinaryAttribute(legacy_encoding=False)
    ids = ListAttribute[str](default=list)


@dataclass(frozen=True)
class Models:
    """The models, bound to one table."""

    document: type[DocumentItem]
    write_key: type[WriteKeyItem]
    tenant: type[TenantItem]
    log: type[LogItem]
    counter: type[CounterItem]


@cache
def bind(table: str, region: str) -> Models:
    """Bind the models to a table; one set a table, for each set keeps a connection of its own."""

    def bound(model: type[Model]) -> Any:
        meta = type(
            "Meta",
            (),
            {
                "table_name": table,
                "region": region,
                "connect_timeout_seconds": 1,
                "read_timeout_seconds": 5,
                "max_retry_attempts": 3,
            },
        )
        return MetaModel(model.__name__, (model,), {"Meta": meta})

    return Models(
        document=bound(DocumentItem),
        write_key=bound(WriteKeyItem),
        tenant=bound(TenantItem),
        log=bound(LogItem),
        counter=bound(CounterItem),
    )
