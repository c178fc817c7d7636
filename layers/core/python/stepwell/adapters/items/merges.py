"""Merges in table `profiles`: tombstones, the list of merges, and pairs that people look at.

| pk | sk | what |
|---|---|---|
| `T#P#<loser>` | `p` | tombstone {to, v, merge, at, why, z: what the profile was} |
| `T#P#<loser>` | `m` | pointer {to, v} with the record that it was |
| `T#MERGES#<shard 0..7>` | `<epoch ms, 13 digits>#<loser>` | {w: winner, why, by, z: what it was, u, ub: undone} |
| `T#REVIEW#MERGE` | `<left>.<right>` | open: {at, d: decision} |
| `T#REVIEWED#MERGE` | `<left>.<right>` | answered: {verdict, by, at, d} |

What was is compressed, so that a tombstone is not bigger than the profile.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

from stepwell.adapters.items.messaging import decode_record, encode_record, messaging_key
from stepwell.adapters.items.profiles import decode_profile, encode_profile, profile_key
from stepwell.adapters.items.squeezing import expand
from stepwell.adapters.items.wire import Key, Plain, from_millis, millis, pack, unpack
from stepwell.contracts.ids import base36
from stepwell.contracts.merges import Merge, MergeReason, Side

SHARDS = 8
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def merge_id(loser: str, at_ms: int) -> str:
    """Return the id of a merge."""
    return f"{loser}-{base36(at_ms)}"


def shard_of(loser: str) -> int:
    """Return the shard of the list in which a merge stands."""
    return _LETTERS.find(loser[:1]) % SHARDS


def merges_partition(tenant: str, shard: int) -> str:
    """Return a partition of the list of merges."""
    return f"{tenant}#MERGES#{shard}"


def row_key(tenant: str, merge: str) -> Key | None:
    """Return the key of a merge's row; None: this is no merge's id."""
    loser, _, digits = merge.partition("-")
    try:
        at_ms = int(digits, 36)
    except ValueError:
        return None
    return merges_partition(tenant, shard_of(loser)), f"{at_ms:013d}#{loser}"


def encode_row(tenant: str, merge: Merge, winner: Side) -> Plain:
    """Write a merge's row in the list, with what the winner was."""
    at_ms = millis(merge.at)
    return {
        "pk": merges_partition(tenant, shard_of(merge.loser)),
        "sk": f"{at_ms:013d}#{merge.loser}",
        "w": merge.winner,
        "why": str(merge.reason),
        "by": merge.by,
        "z": _squeezed(tenant, winner),
    }


def decode_row(item: Plain) -> Merge:
    """Read a merge."""
    digits, _, loser = item["sk"].partition("#")
    undone = item.get("u")
    return Merge(
        id=merge_id(loser, int(digits)),
        winner=item["w"],
        loser=loser,
        at=from_millis(int(digits)),
        reason=MergeReason(item["why"]),
        by=item["by"],
        undone_at=None if undone is None else from_millis(undone),
        undone_by=item.get("ub", ""),
    )


def decode_winner(tenant: str, item: Plain) -> Side:
    """Read what the winner was."""
    return _unsqueezed(tenant, item["w"], item["z"])


def encode_tombstone(tenant: str, merge: Merge, loser: Side) -> Plain:
    """Write what stands in a merged profile's place."""
    pk, sk = profile_key(tenant, merge.loser)
    return {
        "pk": pk,
        "sk": sk,
        "v": loser.profile.rev + 1,
        "to": merge.winner,
        "merge": merge.id,
        "at": millis(merge.at),
        "why": str(merge.reason),
        "z": _squeezed(tenant, loser),
    }


def decode_loser(tenant: str, item: Plain) -> Side:
    """Read what the loser was from its tombstone; revisions are those of the tombstones."""
    side = _unsqueezed(tenant, item["pk"].partition("#P#")[2], item["z"])
    return Side(side.profile.evolve(rev=item["v"]), replace(side.record, rev=side.record.rev + 1))


def encode_record_pointer(tenant: str, merge: Merge, loser: Side) -> Plain:
    """Write what stands in a merged messaging record's place."""
    pk, sk = messaging_key(tenant, merge.loser)
    return {"pk": pk, "sk": sk, "v": loser.record.rev + 1, "to": merge.winner}


def _squeezed(tenant: str, side: Side) -> bytes:
    item = encode_profile(tenant, side.profile, rev=side.profile.rev)
    record = encode_record(tenant, side.record, rev=side.record.rev)
    told = {name: value for name, value in record.items() if name not in ("pk", "sk")}
    body = expand(item["b"])
    text = body if isinstance(body, str) else body.decode()
    return zlib.compress(f"[{item['v']},{text},{pack(told)}]".encode(), 9)


def _unsqueezed(tenant: str, profile: str, squeezed: bytes) -> Side:
    rev, body, told = unpack(zlib.decompress(squeezed).decode())
    pk, sk = profile_key(tenant, profile)
    item: dict[str, Any] = {"pk": pk, "sk": sk, "v": rev, "b": pack(body)}
    return Side(decode_profile(item), decode_record({"pk": pk, "sk": "m", **told}))
