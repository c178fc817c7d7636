"""TokenStore on DynamoDB: 250 tokens are moved by about ten calls, each token by its own compare-and-set."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta

from stepwell.adapters.dynamo import DynamoTable, spread
from stepwell.adapters.dynamo_statements import Statement, change, execute, insert
from stepwell.adapters.items.tokens import (
    changes,
    decode_token,
    encode_token,
    state_letter,
    token_id_of,
    token_key,
    token_partition,
)
from stepwell.adapters.items.wire import Key, Plain, key_of
from stepwell.contracts.clock import Clock
from stepwell.contracts.tokens import Move, Token, TokenState

# Names the call that wrote an item last, so that a repeated request recognises its own first success.
_WRITER = "y"


class DynamoTokens:
    """See `stepwell.runtime.ports.TokenStore`.

    Args:
        table: Table `engine`.
        clock: Needed with ``keep_ended``.
        keep_ended: How long ended tokens are kept; None: for good. Re-entry rules look at ended tokens, so
            a contact may enter anew once they are gone.
    """

    def __init__(
        self, table: DynamoTable, *, clock: Clock | None = None, keep_ended: timedelta | None = None
    ) -> None:
        self._table = table
        self._clock = clock
        self._keep_ended = keep_ended

    def get(self, tenant: str, workflow: str, ids: Sequence[str], *, strong: bool = True) -> dict[str, Token]:
        """Read tokens by id; unknown ones are absent, and what is a moment old may be without ``strong``."""
        keys = [token_key(tenant, workflow, token) for token in ids]
        items = self._table.get_many(keys, strong=strong)
        return {token_id_of(key): decode_token(item) for key, item in items.items()}

    def of_profile(self, tenant: str, workflow: str, profile: str) -> list[Token]:
        """Read all tokens of a profile in a workflow, ended ones too."""
        page = self._table.query(token_partition(tenant, workflow, profile))
        return [decode_token(item) for item in page.items]

    def create(self, tenant: str, workflow: str, tokens: Sequence[Token]) -> set[str]:
        """Put tokens that do not exist yet; return the ids that this call created."""
        writer = secrets.token_hex(4)
        items = [{**encode_token(tenant, workflow, token), _WRITER: writer} for token in tokens]
        return self._run([insert(self._table, item) for item in items], writer)

    def move(self, tenant: str, workflow: str, moves: Sequence[Move]) -> set[str]:
        """Apply compare-and-sets, each on its own; return the token ids that moved."""
        writer = secrets.token_hex(4)
        statements = []
        for move in moves:
            before = encode_token(tenant, workflow, move.before)
            put, drop = changes(before, self._lasting(encode_token(tenant, workflow, move.after), move.after))
            expected = {"s": state_letter(move.before.state), "e": move.before.epoch}
            statements.append(change(self._table, key_of(before), {**put, _WRITER: writer}, drop, expected))
        return self._run(statements, writer)

    def arrive(self, tenant: str, workflow: str, arrivals: Mapping[str, Sequence[str]]) -> dict[str, Token]:
        """Add branches to the `arrived` set of parent tokens; return the parents after it."""
        parents: dict[str, Token] = {}
        for found in spread(
            lambda piece: [self._arrive(tenant, workflow, token, arrivals[token]) for token in piece],
            list(arrivals),
            10,
        ):
            parents.update((token.id, token) for token in found if token is not None)
        return parents

    def _arrive(self, tenant: str, workflow: str, token: str, branches: Sequence[str]) -> Token | None:
        item = self._table.update_returning(
            token_key(tenant, workflow, token),
            "ADD #m :m",
            names={"#m": "m"},
            values={":m": set(branches)},
            condition="attribute_exists(pk)",
        )
        return None if item is None else decode_token(item)

    def _lasting(self, item: Plain, token: Token) -> Plain:
        if token.state is TokenState.ENDED and self._clock is not None and self._keep_ended is not None:
            item["ttl"] = int((self._clock.now() + self._keep_ended).timestamp())
        return item

    def _run(self, statements: Sequence[Statement], writer: str) -> set[str]:
        results = execute(self._table, statements)
        done = {s.key for s, result in zip(statements, results, strict=True) if result.applied}
        doubtful: list[Key] = [
            s.key
            for s, result in zip(statements, results, strict=True)
            if result.repeated and not result.applied and s.key not in done
        ]
        if doubtful:
            found = self._table.get_many(doubtful)
            done.update(key for key, item in found.items() if item.get(_WRITER) == writer)
        return {token_id_of(key) for key in done}
