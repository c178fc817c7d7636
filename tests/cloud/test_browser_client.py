"""The browser client as a deployment serves it: from a form on a page to the e-mail that answers it."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import httpx

from tests.cloud.graphs import chain, mail, node
from tests.cloud.platform import ROOT, Platform, Tenant

CLIENT = ROOT / "tests/functional/clients/stepwell_browser.mjs"


def test_a_form_on_a_page_starts_a_workflow(platform: Platform, tenant: Tenant):
    tenant.template("joined", purpose="transactional")
    tenant.publish(
        chain(
            "join",
            node("sent", "event_trigger", event="form_submission", where='event.form_type = "newsletter"'),
            mail("joined", purpose="transactional"),
        )
    )
    node_program = Path(sys.executable).with_name("node")
    subprocess.run(
        [str(node_program), str(CLIENT), platform.address, tenant.write_key],
        cwd=ROOT,
        check=True,
        timeout=120,
    )
    platform.quiet()
    assert [m["to"][0] for m in tenant.inbox()] == ["ann@people.example"]


def test_the_script_is_served_small_and_kept(platform: Platform):
    address = f"{platform.address}/sdk/v1/stepwell.min.js"
    with httpx.stream("GET", address, headers={"Accept-Encoding": "gzip"}, timeout=30) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert len(packed) < 8 * 1024
    assert b"stepwell" in gzip.decompress(packed)
    again = httpx.get(address, headers={"If-None-Match": answer.headers["etag"]}, timeout=30)
    assert (again.status_code, again.content) == (304, b"")


def test_the_pixel_starts_a_workflow_too(platform: Platform, tenant: Tenant):
    tenant.template("seen", purpose="transactional")
    tenant.publish(
        chain(
            "flyer",
            node("seen_it", "event_trigger", event="flyer_seen"),
            mail("seen", purpose="transactional"),
        )
    )
    tenant.batch([{"type": "identify", "userId": "ann", "traits": {"email": "ann@people.example"}}])
    platform.quiet()
    for key, signal in ((tenant.write_key, "0"), ("nobodys", "0"), (tenant.write_key, "1")):
        answer = httpx.get(
            f"{platform.address}/v1/pixel.gif",
            params={"k": key, "e": "flyer_seen", "userId": "ann"},
            headers={"Sec-GPC": signal},
            timeout=30,
        )
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
        assert answer.content.startswith(b"GIF89a")
    platform.quiet()
    assert [m["to"][0] for m in tenant.inbox()] == ["ann@people.example"]
