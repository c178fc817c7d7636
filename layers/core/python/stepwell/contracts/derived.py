"""Names of what the pass itself tells of a contact (ADR 9), where histories keep these apart from what it did.

Apart from `contracts.events`, for node functions read histories and must not load msgspec.
"""

from __future__ import annotations

DERIVED_EVENTS = frozenset(
    {
        "attributes_purged",
        "contact_inactive",
        "enrichment_wanted",
        "lifecycle_stage_changed",
        "score_threshold_crossed",
        "segment_entered",
        "segment_left",
        "sequence_completed",
        "verification_wanted",
    }
)
"""A sequence that tells of itself by a name of the workspace's own counts as something that the contact did."""
