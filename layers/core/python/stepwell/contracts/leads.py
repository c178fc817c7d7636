"""Lead forms of networks: what somebody answered in a form that an ad or a page showed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from stepwell.contracts.social import Account, Tokens


@dataclass(frozen=True, slots=True)
class Lead:
    """A form that was sent.

    Attributes:
        external_id: The network's id.
        form: Id of the form.
        answers: What was answered, by the network's name of the question in small letters (`email`, `full_name`, …).
        accepted: Whether every consent that the form asked for was given; None: it asked for none.
    """

    external_id: str
    form: str
    answers: Mapping[str, str] = field(repr=False)
    accepted: bool | None = None


class LeadForms(Protocol):
    """A network's lead forms. Errors are those of `stepwell.contracts.social.Network`."""

    def lead(self, account: Account, tokens: Tokens, lead: str) -> Lead:
        """Return a form that was sent."""
        ...
