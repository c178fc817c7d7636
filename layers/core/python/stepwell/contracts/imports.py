"""What marks events that came from an import, for whoever folds and matches them."""

from __future__ import annotations

from stepwell.contracts.events import Event

IMPORT_SOURCE = "import"
"""Source of imported events; a schema may rank it among the sources of a field."""
CONSENT_TOLD = "consent_told"
"""Trusted event (kind `engagement`): what somebody agreed to, as an import tells it."""
BACKFILL = "backfill"
"""Property of events that tell what was, not what happens: they start, end and wake nothing."""
FILL_GAPS = "fill_gaps"
"""Property of identify events whose values stand only where the contact has none."""


def is_backfill(event: Event) -> bool:
    """Tell whether an imported event shall move nobody in any workflow."""
    return event.source == IMPORT_SOURCE and event.properties.get(BACKFILL) is True


def fills_gaps(event: Event) -> bool:
    """Tell whether an imported event's values stand only where there are none."""
    return event.source == IMPORT_SOURCE and event.properties.get(FILL_GAPS) is True
