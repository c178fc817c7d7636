"""segment-analytics-python: `replay_python.py ADDRESS FILE [EVENTS A REQUEST]` sends the calls of a JSON lines file."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

from segment.analytics.client import Client

size = int(sys.argv[3]) if len(sys.argv) > 3 else 100
client = Client(
    "secret-key",
    host=sys.argv[1],
    gzip=True,
    upload_size=size,
    upload_interval=0.05,
    on_error=lambda *fault: print(fault),
)
with Path(sys.argv[2]).open() as lines:
    for number, line in enumerate(lines, 1):
        call = json.loads(line)
        call["timestamp"] = datetime.fromisoformat(call["timestamp"])
        getattr(client, call.pop("call"))(**call)
        if number % 5_000 == 0:
            # The client's queue holds 10,000 and drops what is beyond.
            client.flush()
client.shutdown()
