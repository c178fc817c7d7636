"""An answer that is not what its route says: a failure in tests and locally; in AWS it is logged, and sent as it is."""

from __future__ import annotations

import pytest
from routes.comparing import ReplyDiffersError

from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import Api

ENTRY = {"at": "2026-03-02T09:00:01Z", "status": "maybe", "name": "ann@example.com"}


@pytest.fixture
def spoiled(api: Api) -> Api:
    """Return an API whose debugger holds an entry that is none."""
    api.parts.logs.append(TENANT, [ENTRY])
    return api


def test_it_fails_here_and_says_where_but_not_what(spoiled: Api) -> None:
    with pytest.raises(ReplyDiffersError, match=r"listEvents: .*items\.0\.status") as caught:
        spoiled.ok("GET", "/events")
    assert "ann@example.com" not in str(caught.value)


def test_in_aws_it_is_logged_and_sent_as_it_is(spoiled: Api, caplog: pytest.LogCaptureFixture) -> None:
    spoiled.parts.settings.local = False
    assert spoiled.ok("GET", "/events")["items"] == [ENTRY]
    (line,) = [vars(one) for one in caplog.records if one.getMessage() == "reply_differs"]
    assert line["operation"] == "listEvents"
    assert "items.0.status" in " ".join(line["faults"]) and "ann@" not in str(line)


def test_status_codes_are_kept(spoiled: Api) -> None:
    spoiled.parts.settings.local = False
    assert spoiled.call("GET", "/api/v1/events")[0] == 200
