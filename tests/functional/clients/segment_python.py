"""segment-analytics-python: `segment_python.py ADDRESS`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from segment.analytics.client import Client

client = Client(
    "secret-key", host=sys.argv[1], gzip=True, upload_interval=0.2, on_error=lambda *fault: print(fault)
)
client.identify("ann", {"email": "ann@people.example", "firstName": "Ann"})
client.track("ann", "Order Completed", {"total": 12.5}, timestamp=datetime(2026, 3, 1, 9, tzinfo=UTC))
client.page("ann", "docs", "Pricing", {"path": "/pricing"})
client.screen("ann", "app", "Home")
client.group("ann", "acme", {"name": "Acme"})
client.alias("visitor-1", "ann")
client.track(anonymous_id="visitor-2", event="Seen")
client.shutdown()
