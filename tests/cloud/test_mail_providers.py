"""Mail by SendGrid and Mailgun through the deployed platform: another provider only where the first surely did not."""

from __future__ import annotations

from typing import Any

import httpx

from tests.cloud.graphs import chain, mail, node
from tests.cloud.platform import Platform, Tenant


def providers(platform: Platform, tenant: Tenant) -> None:
    """SendGrid first, then Mailgun, then SES; both call back, as they were told by their own APIs."""
    base = f"{platform.cloud.endpoint}/_stepwell/providers"
    settings = {
        "providers": [
            {"id": "grid", "kind": "sendgrid", "options": {"address": f"{base}/sendgrid"}},
            {
                "id": "gun",
                "kind": "mailgun",
                "options": {"address": f"{base}/mailgun", "domain": "mg.shop.example"},
            },
            {"id": "own", "kind": "ses"},
        ]
    }
    tenant.api.put("/channels/email", {"settings": settings})
    for provider, key in (("grid", "SG.test"), ("gun", "test-key")):
        tenant.api.put(f"/channels/email/providers/{provider}/secrets", {"secrets": {"api_key": key}})
    grid, gun = ({"authorization": "Bearer SG.test"}, httpx.BasicAuth("api", "test-key"))
    hook = f"{base}/sendgrid/v3/user/webhooks/event/settings"
    public = httpx.get(f"{hook}/signed", headers=grid).json()["public_key"]
    signing = httpx.get(f"{base}/mailgun/v5/accounts/http_signing_key", auth=gun).json()["http_signing_key"]
    for scheme, secret in (("sendgrid", public), ("mailgun", signing)):
        webhook = {"verify": {"scheme": scheme}, "callback": True}
        tenant.api.post("/sources", {"id": scheme, "webhook": webhook, "secret": secret})
    address = f"{platform.address}/v1/webhooks/{tenant.id}"
    told = {"enabled": True, "url": f"{address}/sendgrid"}
    assert httpx.patch(hook, json=told, headers=grid).status_code == 200
    for id_ in ("accepted", "delivered", "permanent_fail", "complained", "opened", "clicked"):
        data = {"id": id_, "url": f"{address}/mailgun"}
        url = f"{base}/mailgun/v3/domains/mg.shop.example/webhooks"
        assert httpx.post(url, data=data, auth=gun).status_code == 200


def by_whom(tenant: Tenant) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for message in tenant.inbox():
        found.setdefault(message["to"][0], []).append(message["operation"])
    return found


def test_each_message_goes_once_by_the_first_that_takes_it(platform: Platform, tenant: Tenant):
    providers(platform, tenant)
    tenant.template("letter")
    tenant.publish(chain("letters", node("go", "manual_trigger"), mail("letter")))
    fine, lost, gone = "fine@people.example", "lost@lost.test", "gone@bounce.test"
    tenant.start("letters", [fine, lost, gone])
    platform.quiet()
    assert by_whom(tenant) == {fine: ["Sendgrid"], lost: ["Sendgrid"], gone: ["Sendgrid"]}
    # The lost answer's message was confirmed by its event; nobody else was asked to send it.
    counted = tenant.outcomes("letters", "letter")
    assert (counted["accepted"], counted["delivered"], counted["bounced"]) == (3, 2, 1)
    assert tenant.api.get(f"/contacts/{gone}")["suppressed"]
    first = next(m for m in tenant.inbox() if m["to"] == [fine])
    answer: Any = platform.cloud.post(f"/_stepwell/inbox/{first['id']}/complain")
    assert answer["answered"] == 200
    platform.quiet()
    assert tenant.api.get(f"/contacts/{fine}")["suppressed"]
    # Both providers refuse their accounts for this address: SES sends it.
    refused = "other@account.test"
    tenant.start("letters", [refused])
    platform.quiet()
    assert by_whom(tenant)[refused] == ["Simple"]
    assert tenant.states("letters") == {"completed": 4}
    # Which leaves the two alone for a while.
    late = "late@people.example"
    tenant.start("letters", [late])
    platform.quiet()
    assert by_whom(tenant)[late] == ["Simple"]
    platform.run(600)
    health = tenant.api.get("/deliverability")
    everybody = health["mailboxes"][0]
    assert (everybody["mailbox"], everybody["complained"], everybody["bounced"]) == ("all", 1, 1)
    assert not health["paused"], "one of four is no reason to stop"
