"""Crashes where they hurt: nobody is mailed twice, everybody ends."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.cloud.graphs import chain, delay, mail, node
from tests.cloud.platform import Platform, Tenant

PEOPLE = 40
TWO_MAILS = chain(
    "two_mails", node("go", "manual_trigger"), mail("first"), delay("rest", "1_hour"), mail("last")
)


@pytest.mark.parametrize(
    "faults",
    [
        {"functions": {"fail_after": {"send-email": 2, "step-cohort": 1}, "throttle": {"send-email": 2}}},
        {"functions": {"fail_before": {"send-email": 2}}, "ses": {"throttle_next": 5, "fail_next": 3}},
        {"ses": {"kill_after_accept": 5}},
        {"ses": {"kill_before_accept": 3}, "api": {"drop_after": {"UpdateItem": 3, "StartExecution": 1}}},
    ],
    ids=lambda faults: "+".join(kind for group in faults.values() for kind in group),
)
def test_nobody_is_mailed_twice_and_everybody_ends(
    platform: Platform, tenant: Tenant, faults: dict[str, Any]
):
    for template in ("first", "last"):
        tenant.template(template)
    tenant.publish(TWO_MAILS)
    people = [f"p{n}@people.example" for n in range(PEOPLE)]
    platform.faults(**faults)
    tenant.start("two_mails", people)
    platform.run(2 * 86400)

    mails = Counter(m["subject"] for m in tenant.inbox())
    assert set(mails.values()) == {1}
    assert set(tenant.states("two_mails")) <= {"completed"}, tenant.states("two_mails")
    assert sum(tenant.states("two_mails").values()) == PEOPLE
    # Whose first send went unanswered is not mailed again, but gets what follows.
    assert sum(1 for subject in mails if subject.startswith("last")) == PEOPLE
    first = sum(1 for subject in mails if subject.startswith("first"))
    # An answer that never came, or an HTTP 500, leaves open whether the message went out: marketing is not repeated.
    lost = sum(faults.get("ses", {}).get(kind, 0) for kind in ("kill_before_accept", "fail_next"))
    assert PEOPLE - lost <= first <= PEOPLE
    left = platform.cloud.get("/_stepwell/faults")
    assert not any(
        n for place in ("functions", "api") for kind in left[place].values() for n in kind.values()
    )
