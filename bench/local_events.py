"""Events through the running local cloud: how many a second become true in profiles, and how soon one does.

The HTTP front, the stream, the functions' processes and the tables are those of the real deployment on one machine;
the figures say how fast to try things out it is, not what AWS does.
"""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import boto3
import httpx
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.dynamo_profiles import DynamoProfiles
from stepwell.contracts.ids import profile_id

from bench.results import Result

PEOPLE = 500
EVENTS_EACH = 20
EVENTS_A_REQUEST = 100
SENDERS = 4
SAMPLES = 30
NAME = "bench_seen"
PATIENCE_S = 300


def local_events(workspace: Any, endpoint: str, tenant: str, prefix: str) -> list[Result]:
    """Measure; the demo workspace and its write key are used.

    Args:
        workspace: `local.demo.workspace.DemoWorkspace`.
        endpoint: Of the local cloud.
        tenant: The workspace's id.
        prefix: Prefix of the deployment's names.
    """
    client = boto3.client("dynamodb", endpoint_url=endpoint)
    # Python does not resolve the names of local APIs.
    api = (urlsplit(workspace.api_url).hostname or "").split(".")[0]
    http = httpx.Client(
        base_url=f"{endpoint}/_aws/execute-api/{api}/$default",
        auth=(workspace.write_key, ""),
        timeout=60,
        trust_env=False,
    )
    track = _Track(http, DynamoProfiles(DynamoTable(client, f"{prefix}-profiles")), tenant)
    track.lag()
    rate = track.rate()
    lags = sorted(track.lag() for _ in range(SAMPLES))
    return [
        Result(
            "local_events_per_s",
            rate,
            "events/s",
            note=f"make up: {PEOPLE * EVENTS_EACH:,} events of {PEOPLE} contacts in requests of {EVENTS_A_REQUEST} by "
            f"{SENDERS} senders, from the first request until all profiles have them",
        ),
        Result(
            "local_event_lag_ms",
            statistics.median(lags),
            "ms",
            note=f"make up: from the answer 200 until the profile is true, median of {SAMPLES} single events "
            f"(90th percentile {lags[len(lags) * 9 // 10]:,.0f} ms)",
        ),
    ]


class _Track:
    def __init__(self, http: httpx.Client, profiles: DynamoProfiles, tenant: str) -> None:
        self._http = http
        self._profiles = profiles
        self._tenant = tenant
        self._run = f"{time.time_ns():x}"
        self._number = 0

    def lag(self) -> float:
        """Return the milliseconds from the answer to the profile."""
        self._number += 1
        user = f"lag-{self._run}-{self._number}"
        self._send([self._event(user, 0)])
        accepted = time.perf_counter()
        self._wait([user], 1, accepted, 0.005)
        return (time.perf_counter() - accepted) * 1000

    def rate(self) -> float:
        """Return events a second, many senders at a time."""
        users = [f"rate-{self._run}-{number}" for number in range(PEOPLE)]
        events = [self._event(user, number) for number in range(EVENTS_EACH) for user in users]
        began = time.perf_counter()
        with ThreadPoolExecutor(SENDERS) as senders:
            parts = [events[at : at + EVENTS_A_REQUEST] for at in range(0, len(events), EVENTS_A_REQUEST)]
            list(senders.map(self._send, parts))
        self._wait(users, EVENTS_EACH, began, 0.2)
        return len(events) / (time.perf_counter() - began)

    def _event(self, user: str, number: int) -> dict[str, Any]:
        properties = {"number": number}
        return {
            "type": "track",
            "userId": user,
            "event": NAME,
            "messageId": f"{user}-{number}",
            "properties": properties,
        }

    def _send(self, events: list[dict[str, Any]]) -> None:
        for _ in range(20):
            answer = self._http.post("/v1/batch", json={"batch": events})
            if answer.status_code not in (429, 503):
                answer.raise_for_status()
                return
            time.sleep(float(answer.headers.get("retry-after", 1)))
        answer.raise_for_status()

    def _wait(self, users: list[str], least: int, began: float, pause_s: float) -> None:
        left = {profile_id(self._tenant, "user", user) for user in users}
        while left:
            found = self._profiles.get(self._tenant, sorted(left)[:100])
            done = {i for i, p in found.items() if p.history.get("e", {}).get(NAME, [0])[0] >= least}
            left -= done
            if not done:
                if time.perf_counter() - began > PATIENCE_S:
                    raise TimeoutError(f"{len(left)} profiles still lack events")
                time.sleep(pause_s)
