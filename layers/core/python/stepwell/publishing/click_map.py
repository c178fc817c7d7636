"""Which link of a message was clicked how often: what the pass counts, with the addresses that the template shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from stepwell.contracts.link_marks import links_of
from stepwell.triggers.tallying import LINKS

_PREFIX = "link:"


class Counters(Protocol):
    """Counts of a version; see `stepwell.adapters.config_counters.ConfigCounters`."""

    def read(self, tenant: str, workflow: str, version: int) -> Mapping[str, Mapping[str, int]]:
        """Return ``{node: {outcome: n}}``."""
        ...


def click_map(
    counters: Counters, tenant: str, workflow: str, version: int, html: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the links of each node, those of the most clicks first.

    Args:
        counters: Counts.
        tenant: Tenant id.
        workflow: Workflow id.
        version: Version.
        html: What each node's template shows a sample contact, to say where a link leads; links whose address differs
            by contact have none.
    """
    counted = counters.read(tenant, f"{workflow}{LINKS}", version)
    told = []
    for node in sorted({*counted, *html}):
        clicks = {
            name.removeprefix(_PREFIX): n
            for name, n in counted.get(node, {}).items()
            if name.startswith(_PREFIX)
        }
        shown: dict[str, tuple[int, str]] = {}
        for position, (link, url) in enumerate(links_of(html.get(node, "")), 1):
            shown.setdefault(link, (position, url))
        total = sum(clicks.values())
        found: list[dict[str, Any]] = [
            {
                "link": link,
                "position": shown.get(link, (0, ""))[0],
                "url": shown.get(link, (0, ""))[1],
                "clicks": clicks.get(link, 0),
                "share": clicks.get(link, 0) / total if total else 0.0,
            }
            for link in {**shown, **clicks}
        ]
        found.sort(key=lambda one: (-one["clicks"], one["position"] or 1_000, one["link"]))
        told.append({"node": node, "clicks": total, "links": found})
    return told
