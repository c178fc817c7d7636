"""What an item of a table has to do with a contact who is erased: the rules of the sweep, without a table.

| item | what happens |
|---|---|
| anything under one of his ids, pointers to him, merges and reviews of him, rows of members and browsers | deleted |
| suppressed addresses | stay: they are hashes, and keep him from being written to |
| what he wrote on social networks, and that it was answered | deleted |
| answers of providers, what they said, checks by hand, interests in items, short links, the debugger's tail | deleted |
| audit entries and jobs | stay; his ids and names in them become `erased` |
| other documents that name him, such as a workspace's people | stay, and are counted as `mentioned` |
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable
from typing import Any, Literal

from stepwell.adapters.items.config import read_body, write_body
from stepwell.adapters.items.profiles import decode_profile
from stepwell.adapters.items.social import OF_AUTHORS
from stepwell.adapters.items.wire import Plain, pack, unpack
from stepwell.contracts.ids import short_hash
from stepwell.publishing.erasing_ports import Erasure

ERASED = "erased"
LEAST = 4
"""Texts that are shorter, such as a user id `7`, are looked for as whole fields only."""
Verdict = Literal["keep", "delete", "redact", "mentioned"]


def needles(values: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of these texts, as a word of its own and without regard to case."""
    words = sorted({re.escape(value) for value in values if len(value) >= LEAST}, key=len, reverse=True)
    return re.compile(rf"(?<![\w+])(?:{'|'.join(words)})(?![\w@])" if words else r"(?!)", re.IGNORECASE)


def of_profiles(tenant: str, item: Plain, erasure: Erasure, *, returned: bool) -> Verdict:
    """Say what happens to an item of table `profiles`; what lies under his own ids was deleted by key."""
    pk, sk = str(item["pk"]).removeprefix(f"{tenant}#"), str(item["sk"])
    people = erasure.people[1:] if returned else erasure.people
    kind, _, rest = pk.partition("#")
    match kind:
        case "P":
            if item.get("to") in erasure.people:
                return "keep" if returned else "delete"
            late = rest in erasure.identities and is_late(item, erasure)
            return "delete" if late or rest in people else "keep"
        case "SEG":
            return "delete" if sk in people else "keep"
        case "RIGHTS":
            return "delete" if sk.partition("#")[0] in people else "keep"
        case "PUSH":
            return "delete" if item.get("w") in people else "keep"
        case "MERGES":
            loser = sk.partition("#")[2]
            return "delete" if {loser, str(item.get("w"))} & set(erasure.people) else "keep"
        case "REVIEW" | "REVIEWED":
            return "delete" if set(sk.split(".")) & erasure.ids else "keep"
    return "keep"


def is_late(item: Plain, erasure: Erasure) -> bool:
    """Tell whether a profile was made of events of before the erasure, after it."""
    if "b" not in item:
        return False
    first = decode_profile(item).first_seen
    return first is None or first <= erasure.at


def of_config(tenant: str, item: Plain, erasure: Erasure, found: re.Pattern[str]) -> Verdict:
    """Say what happens to an item of table `config`."""
    pk, sk = str(item["pk"]).removeprefix(f"{tenant}#"), str(item["sk"])
    kind = pk.partition("#")[0]
    if kind in ("ERASED", "ERASING"):
        return "keep"
    if kind == "SAID" and sk in erasure.ids:
        return "delete"
    if kind == "LINK":
        return "delete" if item.get("w") in erasure.people else "keep"
    if kind in OF_AUTHORS:
        return "delete" if item.get("w") in erasure.ids else "keep"
    if kind == "LIKES":
        return "delete" if sk.partition("#")[0] in erasure.ids else "keep"
    if kind == "ANSWER" and sk in {short_hash("answer", email, length=32) for email in erasure.emails}:
        return "delete"
    document, _, name = sk.partition("#")
    if document == "VERIFY" and name in erasure.ids:
        return "delete"
    if not found.search(text_of(item)):
        return "keep"
    if kind in ("TAIL", "ANSWER"):
        return "delete"
    return "redact" if kind in ("AUDIT", "JOB") else "mentioned"


def text_of(item: Plain) -> str:
    """Return all that an item says, its key too, whatever its attributes are packed by."""
    return "\n".join(_text(value) for value in item.values())


def _text(value: Any) -> str:
    if not isinstance(value, bytes):
        return value if isinstance(value, str) else repr(value)
    for read in (lambda data: zlib.decompress(data, wbits=47), lambda data: data):
        try:
            return str(read(value).decode())
        except (zlib.error, UnicodeDecodeError):
            continue
    return ""


def redacted(item: Plain, found: re.Pattern[str]) -> Plain:
    """Return an audit entry or a job without ids and names; who did it stays, for that is not the contact."""
    after = dict(item)
    if isinstance(item.get("body"), bytes):
        body = read_body(item["body"])
        after["body"] = write_body({k: v if k == "actor" else replaced(v, found) for k, v in body.items()})
    for name in ("d", "c"):
        if isinstance(item.get(name), str):
            after[name] = pack(replaced(unpack(item[name]), found))
    return after


def replaced(value: Any, found: re.Pattern[str]) -> Any:
    """Return plain JSON with every text that is found replaced."""
    match value:
        case str():
            return found.sub(ERASED, value)
        case dict():
            return {found.sub(ERASED, name): replaced(one, found) for name, one in value.items()}
        case list():
            return [replaced(one, found) for one in value]
    return value


def cohort_without(text: str, ids: Iterable[str]) -> str:
    """Return a run's cohort in which a contact's tokens have no id; positions stay, for traces count by them."""
    gone = set(ids)
    return " ".join(
        f"{ERASED}{place}{element[16:]}" if element[:16] in gone else element
        for place, element in enumerate(text.split(" "))
    )


def without_ids(item: Plain, ids: Iterable[str]) -> Plain:
    """Return the attributes of an item of table `runs` that name a contact's tokens, without his ids."""
    pattern = re.compile("|".join(re.escape(one) for one in ids))
    change: Callable[[str], str] = lambda text: pattern.sub(ERASED, text)  # noqa: E731 - one rule, two forms
    found = {
        name: cohort_without(value, ids) if name == "c" else change(value)
        for name, value in item.items()
        if name not in ("pk", "sk") and isinstance(value, str)
    }
    return {name: value for name, value in found.items() if value != item[name]}
