"""While marketing is paused its mail waits, whatever comes due; transactional mail goes on; resuming lets it go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from stepwell.contracts.workspace import Control
from stepwell.runtime.sending import send_emails
from stepwell.workflows.nodes.base import SendEmail

from tests.unit.runtime.kitchen import TENANT, Kitchen

MAIL = SendEmail("hello", "marketing")
RECEIPT = SendEmail("hello", "transactional")


def test_marketing_waits_and_receipts_go() -> None:
    kitchen = Kitchen()
    controls = kitchen.world.workspaces.controls
    controls[TENANT] = replace(controls.get(TENANT, Control()), marketing_paused=True)
    first, second = kitchen.member(0), kitchen.member(1)
    result = send_emails(kitchen.context("first"), [(first, MAIL), (second, RECEIPT)])
    assert result.outcomes == {second.token.id: ("sent", "")}
    (until,) = result.parks.values()
    now = kitchen.world.clock.now()
    assert timedelta(hours=1) <= until - now <= timedelta(hours=2)
    assert kitchen.claims(0) == ()
    controls[TENANT] = replace(controls[TENANT], marketing_paused=False)
    again = send_emails(kitchen.context("second"), [(first, MAIL)])
    assert again.outcomes == {first.token.id: ("sent", "")}
