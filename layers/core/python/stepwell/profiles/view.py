"""What of a profile others read: `fields(profile, now)`.

It lies among the contracts, for workflows, nodes and templates read it, and slices do not import each other.
"""

from __future__ import annotations

from stepwell.contracts.fields import LiveFields, fields

__all__ = ["LiveFields", "fields"]
