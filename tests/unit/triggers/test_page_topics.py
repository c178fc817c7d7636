from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.events import Event
from stepwell.errors import Unavailable, ValidationFailed
from stepwell.triggers.page_topics import Topics, read_pages, with_topics

from .test_tracking import NOW

PAGES = {
    "pages": [
        {"match": "/pricing*", "topic": "pricing", "tags": ["sales"]},
        {"match": "/blog/*", "topic": "blog"},
        {"match": "/*", "topic": "other"},
    ]
}


class MemoryPages:
    down = False

    def page_topics(self, tenant: str) -> Topics:
        if self.down:
            raise Unavailable("down")
        return Topics(read_pages(PAGES if tenant == "acme" else {}))


def event(name: str = "cta_click", **properties: Any) -> Event:
    return Event(
        message_id="m", kind="track", name=name, properties=properties, occurred_at=NOW, received_at=NOW
    )


@pytest.mark.parametrize(
    ("properties", "more"),
    [
        ({"path": "/pricing"}, {"topic": "pricing", "content_tags": ["sales"]}),
        ({"path": "/PRICING/eu"}, {"topic": "pricing", "content_tags": ["sales"]}),
        ({"path": "/blog/x"}, {"topic": "blog"}),
        ({"path": "/"}, {"topic": "other"}),
        ({"path": "/pricing", "topic": "mine"}, {}),
        ({"path": "/pricing", "content_tags": ["mine"]}, {"topic": "pricing"}),
        ({"path": 7}, {}),
        ({}, {}),
    ],
)
def test_a_click_says_what_its_page_is_about(properties: dict[str, Any], more: dict[str, Any]) -> None:
    (found,) = with_topics([event(**properties)], "acme", MemoryPages())
    assert found.properties == {**properties, **more}


def test_other_events_and_workspaces_are_left_alone() -> None:
    bought = event("purchase", path="/pricing")
    assert with_topics([bought], "acme", MemoryPages()) == (bought,)
    assert with_topics([event(path="/pricing")], "other", MemoryPages()) == (event(path="/pricing"),)
    assert with_topics([event(path="/pricing")], "acme", None) == (event(path="/pricing"),)
    down = MemoryPages()
    down.down = True
    assert with_topics([event(path="/pricing")], "acme", down) == (event(path="/pricing"),)


@given(st.text(max_size=600))
def test_any_path_is_borne(path: str) -> None:
    Topics(read_pages(PAGES)).of(path)


@pytest.mark.parametrize(
    "page", [{"match": "pricing", "topic": "x"}, {"match": "/[a", "topic": "x"}, {"match": "/a"}]
)
def test_lists_with_faults_are_refused(page: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        read_pages({"pages": [page]})
    assert refused.value.violations
