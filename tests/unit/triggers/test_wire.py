"""What browsers are told of who may call."""

from __future__ import annotations

from stepwell.triggers.wire import CORS


def test_browsers_may_do_what_the_browser_client_does():
    assert CORS["access-control-allow-origin"] == "*"
    methods = CORS["access-control-allow-methods"].split(", ")
    assert {"GET", "POST"} <= set(methods)
    assert "content-type" in CORS["access-control-allow-headers"]
    # Not among the headers that a browser shows to scripts unasked.
    assert "retry-after" in CORS["access-control-expose-headers"]
