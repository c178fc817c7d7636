"""Proofs of consents beside the contact in table `profiles`; see `stepwell.consent.proofs.ConsentProofs`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.wire import Key, Plain, from_millis, millis, pack, unpack
from stepwell.consent.proofs import Proof
from stepwell.contracts.ids import short_hash

PREFIX = "c#"
_TIMES = ("at", "received_at")


def proof_key(tenant: str, proof: Proof) -> Key:
    """Return a proof's key: in order of time among those of its contact; the same submission has the same."""
    mark = short_hash("proof", proof.message_id, length=12)
    return f"{tenant}#P#{proof.profile}", f"{PREFIX}{millis(proof.at):013d}#{proof.key}#{mark}"


class DynamoProofs:
    """Proofs in table `profiles`.

    Args:
        table: Table `profiles`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def put(self, tenant: str, proofs: Sequence[Proof]) -> None:
        """Keep proofs; one that is there stays as it is: it is the first, and true."""
        for proof in proofs:
            body = {name: value for name, value in asdict(proof).items() if name not in (*_TIMES, "profile")}
            pk, sk = proof_key(tenant, proof)
            times = [millis(proof.at), millis(proof.received_at)]
            self._table.put_new({"pk": pk, "sk": sk, "t": times, "x": pack(body)})

    def of(
        self, tenant: str, profile: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[Proof], str | None]:
        """Page through a contact's proofs, newest first."""
        pk = f"{tenant}#P#{profile}"
        page = self._table.query(
            pk, prefix=PREFIX, limit=limit, newest_first=True, after=read_cursor(cursor, pk)
        )
        return [_proof(profile, item) for item in page.items], write_cursor(page.next)


def _proof(profile: str, item: Plain) -> Proof:
    at, received_at = (from_millis(int(time)) for time in item["t"])
    return Proof(profile=profile, at=at, received_at=received_at, **unpack(item["x"]))
