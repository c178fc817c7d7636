"""The one error tree, so that every boundary translates failures in one place.

```
StepwellError
├── InvalidInput            permanent  the caller must change the request
│   └── ValidationFailed    permanent  carries all violations of a document
├── Unauthenticated         permanent
├── Forbidden               permanent
├── NotFound                permanent
├── Conflict                permanent  somebody else changed it first
├── LimitExceeded           permanent  a size, count or quota
├── NotReady                permanent  something this needs is not set up
├── FencedOff               permanent  a newer attempt owns this work
├── ProviderRejected        permanent  the provider refused for good
│   └── AddressGone         permanent  the address is dead for good: never send there again
├── OutcomeUnknown          permanent  the provider may or may not have acted: never repeat blindly
└── Unavailable             retryable  a dependency is down or slow
    └── Throttled           retryable  asked to slow down
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class StepwellError(Exception):
    """Base of all errors that Stepwell raises on purpose.

    Args:
        message: A sentence for a person: what is wrong and how to mend it.
        code: A stable machine-readable code; defaults to the class's.
        details: Where the fault lies (place, node, id). Never personal data.
    """

    default_code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False

    def __init__(
        self, message: str, *, code: str | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details: dict[str, Any] = dict(details or {})


class InvalidInput(StepwellError):
    """The request is malformed; the caller must change it."""

    default_code = "invalid_input"


class ValidationFailed(InvalidInput):
    """A document breaks rules; all violations at once.

    Args:
        message: Summary.
        violations: One mapping a violation, each with at least ``code`` and ``message``.
    """

    default_code = "validation_failed"

    def __init__(self, message: str, violations: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(message, details={"violations": [dict(v) for v in violations]})
        self.violations = [dict(v) for v in violations]


class Unauthenticated(StepwellError):
    """No or no valid credentials."""

    default_code = "unauthenticated"


class Forbidden(StepwellError):
    """The caller may not do this."""

    default_code = "forbidden"


class NotFound(StepwellError):
    """The named thing does not exist in this tenant."""

    default_code = "not_found"


class Conflict(StepwellError):
    """Somebody else changed it first, or it is in a state that forbids this."""

    default_code = "conflict"


class LimitExceeded(StepwellError):
    """A size, count or quota is exceeded."""

    default_code = "limit_exceeded"


class NotReady(StepwellError):
    """Something that this needs is not set up yet."""

    default_code = "not_ready"


class FencedOff(StepwellError):
    """A newer attempt owns this work; stop without effect."""

    default_code = "fenced_off"


class ProviderRejected(StepwellError):
    """A provider refused for good; trying again cannot help."""

    default_code = "provider_rejected"


class AddressGone(ProviderRejected):
    """The address is dead for good (an unknown number, an ended push subscription): never send there again."""

    default_code = "address_gone"


class OutcomeUnknown(StepwellError):
    """The provider may or may not have acted; never repeat blindly."""

    default_code = "outcome_unknown"


class Unavailable(StepwellError):
    """A dependency is down or slow; trying again later can help."""

    default_code = "unavailable"
    retryable = True


class Throttled(Unavailable):
    """A dependency asked to slow down.

    Args:
        message: What throttled.
        retry_after_s: Seconds to wait, if known.
    """

    default_code = "throttled"

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
