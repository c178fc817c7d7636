"""`connected("weather", city)`: data fetched when a message is written: guarded, kept, and told when it fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, final
from urllib.parse import quote

from stepwell.content.budget import OverBudget, budget
from stepwell.content.including import Find
from stepwell.content.lookups import Function
from stepwell.content.missing import Missing
from stepwell.content.pieces import SOURCE, Source, read_piece
from stepwell.errors import NotReady, StepwellError

MOST = 5
_COST = 200
_KEPT = 1_000
_KEPT_BYTES = 4_000_000
_KEPT_FAULT_S = 30.0
_MAX_VALUE = 500
_MAX_ID = 64

Fetch = Callable[[Source, str], bytes]
"""Requests an address once; raises a StepwellError when there is no good answer within the source's limits."""


class Answers:
    """Answers of connected content, kept by a process for as long as their sources say.

    Args:
        seconds: A clock that only goes forward.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._kept: dict[tuple[str, str, str], tuple[float, Any]] = {}
        self._bytes = 0

    def answer(self, tenant: str, source: Source, url: str, fetch: Fetch) -> Any:
        """Return an answer, from before or fetched.

        Raises:
            StepwellError: There is none; a fault is kept too, so that a host that is down is not asked for everybody.
        """
        now, key = self._seconds(), (tenant, source.id, url)
        known = self._kept.get(key)
        if known is not None and now < known[0]:
            if isinstance(known[1], StepwellError):
                raise known[1]
            return known[1]
        # Read answers take several times their bytes, and all workspaces share this memory.
        if len(self._kept) >= _KEPT or self._bytes >= _KEPT_BYTES:
            self._kept.clear()
            self._bytes = 0
        try:
            body = fetch(source, url)
            found = _read(source, body)
        except StepwellError as error:
            self._kept[key] = (now + _KEPT_FAULT_S, error)
            raise
        if source.cache_seconds:
            self._kept[key] = (now + source.cache_seconds, found)
            self._bytes += len(body)
        return found


def _read(source: Source, body: bytes) -> Any:
    if len(body) > source.max_bytes:
        raise NotReady("The answer is too big.", code="content_too_big")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotReady("The answer is no JSON.", code="content_unreadable") from error


@final
class Connected(Function):
    """The function `connected` of templates.

    Args:
        find: Finds sources.
        get: Returns the answer of an address; see `Answers.answer`. None: a preview, which shows samples.
    """

    __slots__ = ("_asked", "_find", "_get")

    def __init__(self, find: Find, get: Callable[[Source, str], Any] | None = None) -> None:
        self._find = find
        self._get = get
        self._asked: set[str] = set()

    def __call__(self, name: object = "", *values: object, **named: object) -> Any:
        """Return a source's answer for these values.

        Raises:
            NotReady: There is none, and the source says to skip the message.
            OverBudget: Too many addresses in one message.
        """
        budget().spend(_COST)
        document = self._find(SOURCE, name) if isinstance(name, str) and 0 < len(name) <= _MAX_ID else None
        if document is None:
            return Missing(name="connected")
        source: Source = read_piece(SOURCE, document)
        if self._get is None:
            return _shown(source, source.sample)
        url = address(source, [*values, *(named[param] for param in source.params if param in named)])
        self._asked.add(url)
        if len(self._asked) > MOST:
            raise OverBudget(f"connected content of more than {MOST} addresses")
        try:
            return _shown(source, self._get(source, url))
        except StepwellError as error:
            if source.on_fault == "fallback":
                return _shown(source, source.fallback)
            raise NotReady("Connected content is not to be had.", code="content_unavailable") from error


def _shown(source: Source, answer: Any) -> Any:
    return Missing(name=f"connected.{source.id}") if answer is None else budget().measure_value(answer)


def address(source: Source, values: list[object]) -> str:
    """Return a source's address with values in it; each is encoded, so that it stays one part of a path or query."""
    url = source.url
    for index, param in enumerate(source.params):
        value = values[index] if index < len(values) else ""
        text = "" if value is None or isinstance(value, Mapping | list | tuple) else str(value)
        # ".." alone would climb out of its place in a path, encoded or not.
        encoded = quote(text[:_MAX_VALUE], safe="") if text.strip(".") else ""
        url = url.replace("{" + param + "}", encoded)
    return url
