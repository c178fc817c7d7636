"""What scoring models and sequences have in common: saved over the revision that was read, a version each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from stepwell.contracts.workspace import GIT, RELEASED
from stepwell.errors import Conflict, NotFound
from stepwell.publishing.listing import Page, page
from stepwell.publishing.rule_ports import RuleRecord, RuleStore


def known(store: RuleStore, tenant: str, rule: str, what: str) -> RuleRecord:
    """Return a stored document.

    Raises:
        NotFound: There is none of this id.
    """
    record = store.get(tenant, rule)
    if record is None:
        raise NotFound(f"There is no {what} `{rule}`.", code=f"no_{what.replace(' ', '_')}")
    return record


def search(
    records: Iterable[RuleRecord],
    *,
    text: str,
    sort: str,
    descending: bool,
    limit: int,
    cursor: str | None,
) -> Page[RuleRecord]:
    """Return a page of the documents whose id or name holds a text, by `id`, `name` or `updated_at`.

    Raises:
        InvalidInput: Bad limit or cursor.
    """
    wanted = text.casefold()
    found = [one for one in records if wanted in f"{one.id}\n{one.body.get('name', '')}".casefold()]
    by: dict[str, Any] = {
        "id": lambda r: r.id,
        "name": lambda r: (r.body.get("name") or r.id).casefold(),
        "updated_at": lambda r: r.updated_at.timestamp(),
    }
    return page(found, by=by[sort], id_of=lambda r: r.id, descending=descending, limit=limit, cursor=cursor)


def ensure_editable(id_: str, saved_by: str, actor: str) -> None:
    """Refuse to change what a deployment registered: whoever saved a document last is whose it is.

    Raises:
        Conflict: It is kept in git, and this is no deployment.
    """
    if saved_by == GIT and actor not in (GIT, RELEASED):
        raise Conflict(f"`{id_}` is kept in git: change its file and deploy.", code="managed_by_git")


def add(
    store: RuleStore,
    tenant: str,
    rule: str,
    body: Mapping[str, Any],
    *,
    what: str,
    now: datetime,
    actor: str,
    note: str = "",
) -> RuleRecord:
    """Store a new document; its number follows those that its id has had.

    Raises:
        Conflict: The id is taken.
    """
    if store.get(tenant, rule) is None:
        past = store.versions(tenant, rule)
        number = past[0].number + 1 if past else 1
        record = RuleRecord(rule, body, number, now, now, actor, note)
        if store.save(tenant, record):
            return record.evolve(rev=1)
    raise Conflict(f"There is a {what} `{rule}` already.", code=f"{what.replace(' ', '_')}_exists")


def change(
    store: RuleStore, tenant: str, stored: RuleRecord, rev: int, changed: RuleRecord, what: str
) -> RuleRecord:
    """Store the next version of a document that nobody changed since it was read.

    Raises:
        Conflict: Somebody else changed it first.
    """
    if stored.rev == rev:
        record = changed.evolve(version=stored.version + 1, rev=rev)
        if store.save(tenant, record):
            return record.evolve(rev=rev + 1)
    raise Conflict(
        f"The {what} `{stored.id}` was changed since you read it: read it again.",
        code="stale_rev",
        details={"rev": stored.rev},
    )


def remove(store: RuleStore, tenant: str, stored: RuleRecord, rev: int, what: str) -> None:
    """Delete a document that nobody changed since it was read.

    Raises:
        Conflict: Somebody else changed it first.
    """
    if stored.rev != rev or not store.delete(tenant, stored.id, rev):
        raise Conflict(
            f"The {what} `{stored.id}` was changed since you read it: read it again.",
            code="stale_rev",
            details={"rev": stored.rev},
        )


def body_of(store: RuleStore, tenant: str, rule: str, number: int, what: str) -> Mapping[str, Any]:
    """Return a version's document.

    Raises:
        NotFound: There is none of this number.
    """
    body = store.version(tenant, rule, number)
    if body is None:
        raise NotFound(f"The {what} `{rule}` has no version {number}.", code="no_version")
    return body


def difference(old: Any, new: Any, path: str = "") -> list[dict[str, Any]]:
    """Return what differs between two documents: ``{path, old, new}``, None for what is not there.

    Entries of lists are known by their `id`, so that one more rule at the top is one difference.
    """
    if old == new:
        return []
    before, after = _entries(old), _entries(new)
    if before is None or after is None:
        return [{"path": path, "old": old, "new": new}]
    found: list[dict[str, Any]] = []
    for name in dict.fromkeys([*before, *after]):
        place = f"{path}.{name}" if path else name
        found += difference(before.get(name), after.get(name), place)
    return found


def _entries(value: Any) -> dict[str, Any] | None:
    if isinstance(value, Mapping):
        return {str(name): entry for name, entry in value.items()}
    if isinstance(value, list | tuple):
        entries = {str(one.get("id", "")): one for one in value if isinstance(one, Mapping)}
        if len(entries) == len(value) and "" not in entries:
            return entries
    return None
