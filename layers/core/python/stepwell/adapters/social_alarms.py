"""Alarms of accounts in table `config`; see `stepwell.social.listening_ports.AlarmStore`."""

from __future__ import annotations

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import read_body, write_body
from stepwell.adapters.items.social import crisis_key
from stepwell.adapters.items.wire import Plain, key_item
from stepwell.social.alarms import Alarms, alarms_of, document_of


class DynamoAlarms:
    """Alarms.

    Args:
        table: Table `config`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def get(self, tenant: str, account: str) -> Alarms:
        """Return an account's alarms; nothing was ever wrong: empty ones of revision 0."""
        item = self._table.get(crisis_key(tenant, account))
        return Alarms(account) if item is None else _alarms(item)

    def all(self, tenant: str) -> list[Alarms]:
        """Return those of all accounts."""
        return [_alarms(item) for item in self._table.query(crisis_key(tenant, "-")[0]).items]

    def save(self, tenant: str, alarms: Alarms) -> bool:
        """Save over the revision in `alarms.rev`; False: somebody else was first."""
        item: Plain = {
            **key_item(crisis_key(tenant, alarms.account)),
            "b": write_body(document_of(alarms)),
            "v": alarms.rev + 1,
        }
        if not alarms.rev:
            return self._table.put_new(item)
        return self._table.put(item, condition="v = :v", values={":v": alarms.rev})


def _alarms(item: Plain) -> Alarms:
    account = str(item["sk"])
    return alarms_of("" if account == "-" else account, read_body(item["b"]), int(item["v"]))
