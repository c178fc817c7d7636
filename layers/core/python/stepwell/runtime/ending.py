"""Ends tokens, and with them enrollments: each in exactly one terminal state (engine rules 7 and 9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stepwell.contracts.ids import TokenId
from stepwell.contracts.tokens import Move, Token, TokenState
from stepwell.runtime.effects import Ports
from stepwell.runtime.parking import forget

_TRIES = 6


def ended(token: Token, reason: str) -> Token:
    """Return the token as ended; it keeps its node and run for the record."""
    return token.evolve(
        state=TokenState.ENDED, epoch=token.epoch + 1, end_reason=str(reason), due=None, resume=None, hold=""
    )


def end_tokens(ports: Ports, tenant: str, workflow: str, tokens: Sequence[Token], reason: str) -> set[str]:
    """End tokens as they were read; return the ids that this call ended (whoever loses drops it)."""
    moves = [Move(t, ended(t, reason)) for t in tokens if t.state is not TokenState.ENDED]
    return ports.tokens.move(tenant, workflow, moves) if moves else set()


class Exiter:
    """Ends a contact's enrollments at once, wherever they stand.

    Args:
        ports: Stores.
    """

    def __init__(self, ports: Ports) -> None:
        self.ports = ports

    def end(
        self,
        tenant: str,
        workflow: str,
        profile: str,
        reason: str,
        only: Callable[[Token], bool] | None = None,
    ) -> list[str]:
        """End the enrollments of a profile in a workflow.

        Args:
            tenant: Tenant id.
            workflow: Workflow id.
            profile: Profile id.
            reason: See `EndReason`.
            only: Which enrollments (asked with the primary token); None: all.

        Returns:
            The ids of enrollments that this call ended.
        """
        ended_ids: set[str] = set()
        for _ in range(_TRIES):
            tokens = self.ports.tokens.of_profile(tenant, workflow, profile)
            chosen = {t.id for t in tokens if not TokenId.parse(t.id).branches and (only is None or only(t))}
            active = [
                t
                for t in tokens
                if t.state is not TokenState.ENDED and TokenId.parse(t.id).enrollment in chosen
            ]
            if not active:
                break
            done = end_tokens(self.ports, tenant, workflow, active, reason)
            forget(self.ports, tenant, workflow, [t for t in active if t.id in done])
            ended_ids |= {i for i in done if not TokenId.parse(i).branches}
            # Those lost moved meanwhile: read again; exits are immediate, not best effort.
        return sorted(ended_ids)
