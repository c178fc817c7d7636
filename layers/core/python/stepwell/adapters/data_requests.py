"""Requests of contacts for their data or to be erased, open until somebody closes them; in table `profiles`.

One row a contact and wish, so that asking again changes nothing. See `stepwell.consent.choosing.DataRequests`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.wire import Key, Plain, from_millis, millis
from stepwell.consent.deadlines import due_after
from stepwell.errors import NotFound


def request_key(tenant: str, profile: str, what: str) -> Key:
    """Return a request's key."""
    return f"{tenant}#RIGHTS", f"{profile}#{what}"


@dataclass(frozen=True, slots=True)
class DataRequest:
    """An open request.

    Attributes:
        id: Its id.
        profile: Who asks.
        what: ``access`` or ``erasure``.
        at: When it was asked first.
        via: By which way.
        due: Until when it must be answered.
    """

    id: str
    profile: str
    what: str
    at: datetime
    via: str
    due: datetime = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "due", due_after(self.at))


class DynamoDataRequests:
    """Requests in table `profiles`.

    Args:
        table: Table `profiles`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def add(self, tenant: str, profile: str, what: str, at: datetime, via: str) -> None:
        """Keep a request; one that is open stays as it is."""
        pk, sk = request_key(tenant, profile, what)
        self._table.put_new({"pk": pk, "sk": sk, "at": millis(at), "via": via})

    def open(
        self, tenant: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[DataRequest], str | None]:
        """Page through open requests."""
        pk = request_key(tenant, "", "")[0]
        page = self._table.query(pk, limit=limit, after=read_cursor(cursor, pk))
        return [_request(item) for item in page.items], write_cursor(page.next)

    def close(self, tenant: str, id_: str) -> DataRequest:
        """Close a request and return it.

        Raises:
            NotFound: It is not open.
        """
        profile, _, what = id_.rpartition(".")
        key = request_key(tenant, profile, what)
        item = self._table.get(key)
        if item is None:
            raise NotFound("There is no such open request.", code="no_data_request")
        self._table.delete(key)
        return _request(item)


def _request(item: Plain) -> DataRequest:
    profile, _, what = str(item["sk"]).partition("#")
    return DataRequest(f"{profile}.{what}", profile, what, from_millis(int(item["at"])), str(item["via"]))
