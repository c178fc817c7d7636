"""The filters of templates: Jinja2's harmless ones, safe forms of others, and a few for messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, pass_context, pass_environment, pass_eval_context
from jinja2 import filters as jinja_filters
from jinja2.exceptions import UndefinedError
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Undefined

from stepwell.content import allowed
from stepwell.content.budget import budget
from stepwell.content.locales import amount, dated, form_of


def default(value: Any, fallback: Any = "", boolean: bool = False) -> Any:
    """Stand in for what is missing: an unknown field, none, or an empty text (and, if asked, 0 and false)."""
    if isinstance(value, Undefined) or value is None or (isinstance(value, str) and not value.strip()):
        return fallback
    return fallback if boolean and not value else value


def replace(value: Any, old: Any, new: Any) -> str:
    """Replace text, measured before it is built."""
    text, wanted, put = (part if isinstance(part, str) else str(part) for part in (value, old, new))
    if wanted:
        budget().measure(len(text) + max(0, len(put) - len(wanted)) * text.count(wanted))
    return text.replace(wanted, put) if wanted else text


@pass_eval_context
def join(eval_ctx: EvalContext, value: Any, d: Any = "", attribute: str | int | None = None) -> str:
    """Join items, measured before it is built: what stands between them may be many times as much as they."""
    items = list(value)
    budget().measure(len(items) * len(str(d)))
    return jinja_filters.sync_do_join(eval_ctx, items, d, attribute)


@pass_environment
def total(environment: Environment, value: Any, attribute: str | int | None = None, start: Any = 0) -> Any:
    """Add numbers up; of other things the time would grow with their square.

    Raises:
        TypeError: One is no number.
    """
    items = list(value)
    if attribute is not None:
        items = list(map(jinja_filters.make_attrgetter(environment, attribute), items))
    for item in (start, *items):
        if not isinstance(item, int | float | Decimal):
            raise TypeError("only numbers can be added up")
    return sum(items, start)


# Jinja2 works out a filter of constants when it compiles, once for all languages, unless it asks for the context.
@pass_context
def money(_context: Context, value: Any, currency: str = "", places: int = 2) -> str:
    """Write an amount as the message's language does, ``$1,234.50``; nothing for what is no number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return ""
    work = budget()
    return amount(number, str(currency), max(0, min(places, 6)), work.language, plain=not work.escape)


@pass_context
def plural(_context: Context, value: Any, *forms: Any) -> Any:
    """Return the form that goes with a number in the message's language; the last one for what is no number.

    Args:
        value: The number.
        forms: In the order of the language: one, other; in Polish one, few, many.
    """
    if not forms:
        return ""
    try:
        place = form_of(float(value), budget().language)
    except (TypeError, ValueError, OverflowError, UndefinedError):
        place = len(forms)
    return forms[min(place, len(forms) - 1)]


@pass_context
def date(_context: Context, value: Any, form: str = "%-d %B %Y", zone: str = "UTC") -> str:
    """Write a date in the message's language: an ISO text, epoch seconds or a date; nothing for what is no date.

    It takes the usual ``%`` letters but no widths.
    """
    letters = iter(form)
    for letter in letters:
        if letter == "%" and (after := next(letters, "")) not in allowed.DATE_PARTS:
            raise ValueError(f"unknown date part %{after}")
        if letter == "%" and after == "-" and next(letters, "") not in allowed.DATE_PARTS - {"-"}:
            raise ValueError("unknown date part %-")
    try:
        at = _as_datetime(value)
    except (TypeError, ValueError, OverflowError, OSError):
        return ""
    return dated(at.astimezone(ZoneInfo(zone)), form, budget().language)


def _as_datetime(value: Any) -> datetime:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _table() -> Mapping[str, Callable[..., Any]]:
    kept = {name: jinja_filters.FILTERS[name] for name in sorted(allowed.FILTERS)}
    own: dict[str, Callable[..., Any]] = {
        "default": default,
        "d": default,
        "replace": replace,
        "money": money,
        "date": date,
        "plural": plural,
    }
    return {**kept, **own, "join": join, "sum": total}


FILTERS: Mapping[str, Callable[..., Any]] = _table()
