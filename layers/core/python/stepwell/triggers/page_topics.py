"""What pages are about, so that a click or a download says the topic that somebody was reading about.

A workspace keeps a list of patterns of paths with a topic and tags; the first that fits a page is its. Events of
websites get `topic` and `content_tags` when they are taken in, unless the page itself said so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import translate
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stepwell.contracts.event_catalogue import EVENT_TYPES
from stepwell.contracts.events import Event
from stepwell.contracts.faults import violations_of
from stepwell.errors import StepwellError, ValidationFailed

KIND, ID = "PAGES", "topics"
"""Under which the list lies among a workspace's documents."""
MAX_PATH = 500
_TOPICAL = frozenset(name for name, known in EVENT_TYPES.items() if "topic" in known.properties)
_Word = Annotated[str, Field(min_length=1, max_length=60)]


class Page(BaseModel):
    """Pages of one kind.

    Attributes:
        match: Pattern of their path: `*` any run of characters, `?` one; case does not matter.
        topic: What they are about.
        tags: Further words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    match: Annotated[str, Field(pattern=r"^/[^\[\]]*$", max_length=200)]
    topic: _Word
    tags: Annotated[tuple[_Word, ...], Field(max_length=20)] = ()


class Pages(BaseModel):
    """A workspace's list.

    Attributes:
        pages: In the order in which they are asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    pages: Annotated[tuple[Page, ...], Field(max_length=200)] = ()


class PageStore(Protocol):
    """Lists of workspaces."""

    def page_topics(self, tenant: str) -> Topics:
        """Return a workspace's list, up to a minute old."""
        ...


class Topics:
    """A list, compiled.

    Args:
        pages: The workspace's.
    """

    def __init__(self, pages: Pages) -> None:
        self._pages = [(re.compile(translate(p.match), re.IGNORECASE), p) for p in pages.pages]

    def of(self, path: str) -> Page | None:
        """Return what a page is about, None: no pattern fits."""
        path = path[:MAX_PATH]
        return next((page for pattern, page in self._pages if pattern.match(path)), None)


def read_pages(document: Mapping[str, Any]) -> Pages:
    """Read a list that somebody wrote.

    Raises:
        ValidationFailed: It breaks rules: all of them, each with place and reason.
    """
    try:
        return Pages.model_validate(dict(document))
    except ValidationError as error:
        violations = violations_of(error, code="invalid_field")
        raise ValidationFailed("The list of pages has faults.", violations) from error


def with_topics(events: Sequence[Event], tenant: str, store: PageStore | None) -> tuple[Event, ...]:
    """Return events with the topics of their pages; a store that does not answer holds nothing up."""
    if store is None or not any(event.name in _TOPICAL for event in events):
        return tuple(events)
    try:
        topics = store.page_topics(tenant)
    except StepwellError:
        return tuple(events)
    return tuple(_with_topic(event, topics) if event.name in _TOPICAL else event for event in events)


def _with_topic(event: Event, topics: Topics) -> Event:
    properties = event.properties
    path = properties.get("path")
    page = topics.of(path) if isinstance(path, str) and not properties.get("topic") else None
    if page is None:
        return event
    tags = {} if properties.get("content_tags") or not page.tags else {"content_tags": list(page.tags)}
    return event.evolve(properties={**properties, "topic": page.topic, **tags})
