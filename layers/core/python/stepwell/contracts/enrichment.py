"""Names that the pass, the worker beside it and the profile share about what others know of a contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

PROVIDERS = ("clearbit", "fullcontact", "zoominfo")
ENRICHING = frozenset(PROVIDERS)
"""Sources whose values fill gaps: whatever the person or the customer's own systems told stands before them."""
VERIFIED = "verified"
"""Source of values that somebody has checked by hand."""

ENRICHMENT_WANTED = "enrichment_wanted"
VERIFICATION_WANTED = "verification_wanted"
ATTRIBUTES_PURGED = "attributes_purged"
WANTED_PREFIX = "_enrich_"
VERIFY_RULE = "_verify"
"""Reserved ids of rules that are kept like segments: ids of people's segments begin with a letter."""

ENRICH, VERIFY, CHECK_EMAIL, NOTE_PURGE = "enrich", "verify", "check_email", "note_purge"


class ProfilingWork(Protocol):
    """Takes what the pass finds out and cannot do itself: calls to others, DNS, lists for people.

    A piece of work is `{"what": enrich|verify|check_email|note_purge, "profile": id, …}` and may be asked for twice.
    """

    def ask(self, tenant: str, work: Sequence[Mapping[str, Any]]) -> None:
        """Hand work over.

        Raises:
            Unavailable: It was not taken; ask again.
        """
        ...
