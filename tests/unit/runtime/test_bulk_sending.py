"""Mail in bulk: one call a chunk, an answer a message, and the same care for each."""

from __future__ import annotations

from typing import Any

from stepwell.contracts.messages import ClaimState, Email
from stepwell.errors import OutcomeUnknown, ProviderRejected, StepwellError, Throttled, Unavailable
from stepwell.runtime.effects import EffectResult
from stepwell.runtime.sending import send_emails
from stepwell.workflows.nodes.base import SendEmail

from tests.unit.runtime.kitchen import Kitchen

MAIL = SendEmail("hello", "marketing")


class Bulk:
    """A mailer that takes many at a time; `faults` by address."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.faults: dict[str, StepwellError] = {}
        self.raises: Exception | None = None

    def send(self, email: Email) -> str:
        (result,) = self.send_many([email])
        if isinstance(result, StepwellError):
            raise result
        return result

    def send_many(self, emails: list[Email]) -> list[str | StepwellError]:
        self.calls.append([email.to for email in emails])
        if self.raises is not None:
            raise self.raises
        return [self.faults.get(email.to, f"m-{n}") for n, email in enumerate(emails)]


def run(count: int, bulk: Bulk, kitchen: Kitchen) -> EffectResult:
    kitchen.world.mailer = bulk  # type: ignore[assignment]
    members: list[Any] = [(kitchen.member(n), MAIL) for n in range(count)]
    return send_emails(kitchen.context("first"), members)


def test_a_chunk_is_one_call() -> None:
    bulk = Bulk()
    result = run(60, bulk, Kitchen())
    assert set(result.outcomes.values()) == {("sent", "")}
    assert [len(call) for call in bulk.calls] == [25, 25, 10]


def test_each_message_has_its_own_end() -> None:
    bulk, kitchen = Bulk(), Kitchen()
    bulk.faults = {
        "p1@example.com": ProviderRejected("no"),
        "p2@example.com": OutcomeUnknown("lost"),
        "p3@example.com": Throttled("slow", retry_after_s=3),
    }
    result = run(5, bulk, kitchen)
    assert list(result.outcomes.values()) == [
        ("sent", ""),
        ("failed", "provider_rejected"),
        ("sent", "unknown"),
        ("sent", ""),
    ]
    assert (len(result.later), result.wait_s) == (1, 3)
    states = [[claim.state for claim in kitchen.claims(n)] for n in range(5)]
    assert states == [[ClaimState.CLAIMED], [], [ClaimState.UNKNOWN], [], [ClaimState.CLAIMED]]


def test_what_is_raised_before_the_call_sent_nothing() -> None:
    bulk, kitchen = Bulk(), Kitchen()
    bulk.raises = Unavailable("no settings")
    result = run(3, bulk, kitchen)
    assert len(result.later) == 3
    assert [kitchen.claims(n) for n in range(3)] == [()] * 3


def test_what_breaks_in_the_client_may_be_out() -> None:
    bulk, kitchen = Bulk(), Kitchen()
    bulk.raises = ValueError("a client's own fault")
    result = run(3, bulk, kitchen)
    assert {outcome for outcome, _ in result.outcomes.values()} == {"set_aside"}
    assert [claim.state for n in range(3) for claim in kitchen.claims(n)] == [ClaimState.UNKNOWN] * 3
