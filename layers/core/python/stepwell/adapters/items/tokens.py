"""Tokens in table `engine`: one item an enrollment or branch, attribute names of a letter or two."""

from __future__ import annotations

from typing import Any

from stepwell.adapters.items.wire import Key, Plain, from_millis, millis, pack, unpack
from stepwell.contracts.ids import TokenId
from stepwell.contracts.tokens import Token, TokenState

_STATES = {TokenState.RUNNING: "R", TokenState.PARKED: "P", TokenState.ENDED: "E"}
_FROM_STATES = {letter: state for state, letter in _STATES.items()}


def token_partition(tenant: str, workflow: str, profile: str) -> str:
    """Return the partition of a profile's tokens in a workflow."""
    return f"{tenant}#E#{workflow}#{profile}"


def token_key(tenant: str, workflow: str, token: str) -> Key:
    """Return the key of a token."""
    at = TokenId.parse(token)
    return token_partition(tenant, workflow, at.profile), at.sort_key


def token_id_of(key: Key) -> str:
    """Return the token id that a key stands for."""
    return f"{key[0].rpartition('#')[2]}.{key[1]}"


def state_letter(state: TokenState) -> str:
    """Return a state as it is stored."""
    return _STATES[state]


def encode_token(tenant: str, workflow: str, token: Token) -> Plain:
    """Write a token as an item; attributes at their default are left out."""
    pk, sk = token_key(tenant, workflow, token.id)
    item: Plain = {
        "pk": pk,
        "sk": sk,
        "s": _STATES[token.state],
        "e": token.epoch,
        "r": token.run,
        "n": token.node,
        "v": token.version,
        "t": millis(token.entered_at),
        "a": millis(token.as_of),
    }
    if token.loop:
        item["l"] = pack(dict(token.loop))
    if token.due is not None:
        item["d"] = millis(token.due)
    if token.resume is not None:
        item["u"] = token.resume
    if token.wait_events:
        item["w"] = pack(list(token.wait_events))
    if token.hold:
        item["h"] = token.hold
    if token.arrived:
        item["m"] = set(token.arrived)
    if token.end_reason:
        item["x"] = token.end_reason
    if token.runs:
        item["o"] = " ".join(token.runs)
    if token.context:
        item["c"] = pack(dict(token.context))
    if token.facts:
        item["f"] = pack(dict(token.facts))
    return item


def decode_token(item: Plain) -> Token:
    """Read a token."""
    due = item.get("d")
    return Token(
        id=token_id_of((item["pk"], item["sk"])),
        state=_FROM_STATES[item["s"]],
        epoch=item["e"],
        run=item["r"],
        node=item["n"],
        version=item["v"],
        entered_at=from_millis(item["t"]),
        as_of=from_millis(item["a"]),
        loop=unpack(item["l"]) if "l" in item else {},
        due=None if due is None else from_millis(due),
        resume=item.get("u"),
        wait_events=tuple(unpack(item["w"])) if "w" in item else (),
        hold=item.get("h", ""),
        arrived=frozenset(item.get("m", ())),
        end_reason=item.get("x", ""),
        runs=tuple(item["o"].split(" ")) if "o" in item else (),
        context=unpack(item["c"]) if "c" in item else {},
        facts=unpack(item["f"]) if "f" in item else {},
    )


def changes(before: Plain, after: Plain) -> tuple[dict[str, Any], list[str]]:
    """Return (attributes to set, attributes to remove) that make ``before`` into ``after``.

    Only differences are written, so that a branch which arrives at the same moment is not overwritten.
    """
    changed = {
        name: value for name, value in after.items() if before.get(name) != value or name not in before
    }
    return changed, sorted(before.keys() - after.keys())
