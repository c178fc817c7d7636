"""The social networks' world: who is there, what was posted, who may speak for whom, and who wants to be told.

Posts lie in the outbox (operation `Post`), what people write to an account without a post likewise (`Mention`), so that
the feed page shows them; codes, tokens and webhooks lie in a file. A hashtag in a text is its fate: see `FATES`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from local.outbox import Message, Outbox

POST, MENTION = "Post", "Mention"
FATES: Mapping[str, str] = {
    "#standin_busy": "busy",
    "#standin_broken": "broken",
    "#standin_lost": "lost",
    "#standin_refused": "refused",
    "#standin_expired": "expired",
    "#standin_slow": "slow",
}
ADMIN = "admin"
_CODE_S = 60.0


@dataclass(frozen=True)
class Someone:
    """Somebody on the networks.

    Attributes:
        id: Numeric id, the same on all networks.
        handle: Without ``@``.
        name: Shown name.
        email: Told to apps that may know it.
        followers: How many follow them.
    """

    id: str
    handle: str
    name: str
    email: str
    followers: int


#: Who may be chosen on the "allow" pages and who likes, comments and writes; the first is our own admin.
PEOPLE = (
    Someone("1000001", "team_admin", "Team Admin", "admin@shop.example", 12),
    Someone("2000001", "ada_example", "Ada Example", "ada@people.example", 5_400),
    Someone("2000002", "bo_example", "Bo Example", "bo@people.example", 81),
    Someone("2000003", "cy_example", "Cy Example", "cy@people.example", 240_000),
)
BY_HANDLE = {one.handle: one for one in PEOPLE}
BY_ID = {one.id: one for one in PEOPLE}


class World:
    """Everything that the networks know.

    Args:
        outbox: Where posts lie.
        file: Where codes, tokens and webhooks lie.
        now: Tells the (virtual) time.
        later: Does something after an answer went out; default: at once.
    """

    def __init__(
        self,
        outbox: Outbox,
        file: Path,
        now: Callable[[], float],
        later: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        self._outbox = outbox
        self._file = file
        self.now = now
        self.later = later or (lambda do: do())
        self._lock = threading.RLock()

    # ---- posts ------------------------------------------------------------------------------------------------

    def fate(self, text: str) -> str:
        """What happens to a post of this text; empty: it is published."""
        return next((fate for tag, fate in FATES.items() if tag in text), "")

    def add(self, network: str, account: str, id_: str, text: str, **more: Any) -> Message:
        """Keep a post."""
        request = {
            "network": network,
            "account": account,
            "text": text,
            "likes": [],
            "comments": [],
            "shares": 0,
            **more,
        }
        return self._keep(POST, id_, network, account, text, request)

    def say(
        self, network: str, account: str, kind: str, author: Someone, text: str, id_: str = ""
    ) -> Message:
        """Keep something that somebody wrote to an account: ``mention``, ``message`` or ``review``."""
        request = {"network": network, "account": account, "kind": kind, "author": author.id, "text": text}
        return self._keep(MENTION, id_ or self.number(), network, account, text, request)

    def find(self, id_: str) -> Message | None:
        """Return a post or mention that was not removed."""
        found = self._outbox.get(id_)
        if found is None or found.operation not in (POST, MENTION) or found.outcome == "removed":
            return None
        return found

    def all(self, network: str = "", account: str = "", operation: str = POST) -> list[Message]:
        """Return posts or mentions, the newest first."""
        found = [
            full
            for one in self._outbox.find(limit=1_000)
            if one.operation == operation and one.outcome != "removed"
            if (full := self._outbox.get(one.id)) is not None
        ]
        return [
            one
            for one in found
            if (not network or one.request["network"] == network)
            and (not account or one.request["account"] == account)
        ]

    def change(self, message: Message, **more: Any) -> Message:
        """Change what is kept of a post."""
        changed = replace(message, request={**message.request, **more})
        self._outbox.add(changed)
        return changed

    def remove(self, id_: str) -> bool:
        """Remove a post; False: there is none."""
        if self.find(id_) is None:
            return False
        self._outbox.set_outcome(id_, "removed")
        return True

    def comment(self, message: Message, author: str, text: str, id_: str, parent: str = "") -> dict[str, Any]:
        """Add a comment to a post; return it."""
        made = {"id": id_, "author": author, "text": text, "parent": parent, "at": self.now()}
        self.change(message, comments=[*message.request.get("comments", ()), made])
        return made

    def commented(self, network: str, comment: str) -> tuple[Message, dict[str, Any]] | None:
        """Find a comment with its post."""
        for one in self.all(network):
            for made in one.request["comments"]:
                if made["id"] == comment:
                    return one, made
        return None

    def _keep(
        self, operation: str, id_: str, network: str, account: str, text: str, request: Mapping[str, Any]
    ) -> Message:
        made = Message(
            id=id_,
            at=self.now(),
            sender=f"{network}: {account}" if operation == POST else network,
            recipients=(f"{network} feed",) if operation == POST else (account,),
            subject=" ".join(text.split())[:120],
            configuration_set="",
            tags={},
            operation=operation,
            outcome="delivered",
            size=0,
            raw=_mime(text).as_bytes(),
            request=dict(request),
        )
        self._outbox.add(made)
        return made

    # ---- who may speak for whom -------------------------------------------------------------------------------

    def code(self, network: str, person: str, asked: Mapping[str, str]) -> str:
        """Make a code that is good once, for a minute."""
        code = secrets.token_urlsafe(24)
        self._change(
            "codes", code, {**asked, "network": network, "person": person, "until": self.now() + _CODE_S}
        )
        return code

    def redeem(
        self, network: str, code: str, client: str, redirect: str, verifier: str
    ) -> dict[str, Any] | None:
        """Take a code; None: it is not good, not this client's, or the verifier does not fit its challenge."""
        found = self._take("codes", code)
        if found is None or found["network"] != network or found["until"] < self.now():
            return None
        if found.get("client_id") != client or found.get("redirect_uri") != redirect:
            return None
        challenge = found.get("code_challenge", "")
        digest = hashlib.sha256(verifier.encode()).digest()
        if challenge and base64.urlsafe_b64encode(digest).decode().rstrip("=") != challenge:
            return None
        return found

    def issue(self, network: str, kind: str, person: str, seconds: float | None, **more: Any) -> str:
        """Make a token."""
        token = f"test-{network}-{kind}-{secrets.token_urlsafe(18)}"
        until = None if seconds is None else self.now() + seconds
        self._change(
            "tokens", token, {"network": network, "kind": kind, "person": person, "until": until, **more}
        )
        return token

    def token(self, network: str, token: str, kind: str = "access") -> dict[str, Any] | None:
        """Return what a token stands for; None: it is not good."""
        found: dict[str, Any] | None = self._kept()["tokens"].get(token)
        if found is None or found["network"] != network or found["kind"] != kind:
            return None
        return None if found["until"] is not None and found["until"] <= self.now() else found

    def end(self, token: str) -> bool:
        """End a token; False: there was none."""
        return self._take("tokens", token) is not None

    def expire(self, network: str) -> None:
        """End all access tokens of a network, as if their time were over."""
        kept = self._kept()
        for found in kept["tokens"].values():
            if found["network"] == network and found["kind"] == "access":
                found["until"] = 0.0
        self._write(kept)

    # ---- who wants to be told ---------------------------------------------------------------------------------

    def hook(self, network: str) -> dict[str, str]:
        """Return the webhook of a network: ``url`` and ``secret``; empty: there is none."""
        found: dict[str, str] = self._kept()["hooks"].get(network, {})
        return found

    def set_hook(self, network: str, url: str, secret: str) -> None:
        """Set the webhook of a network."""
        self._change("hooks", network, {"url": url, "secret": secret})

    def number(self) -> str:
        """Return a new id, bigger than all before."""
        with self._lock:
            kept = self._kept()
            kept["last"] += 1
            self._write(kept)
            return str(1_990_000_000_000_000_000 + kept["last"])

    def keep(self, name: str, value: Mapping[str, Any]) -> None:
        """Keep something of a network's own: an upload, a container."""
        self._change("things", name, dict(value))

    def kept(self, name: str) -> dict[str, Any] | None:
        """Return what `keep` kept."""
        found: dict[str, Any] | None = self._kept()["things"].get(name)
        return found

    def _change(self, part: str, name: str, value: Any) -> None:
        with self._lock:
            kept = self._kept()
            kept[part][name] = value
            self._write(kept)

    def _take(self, part: str, name: str) -> dict[str, Any] | None:
        with self._lock:
            kept = self._kept()
            found: dict[str, Any] | None = kept[part].pop(name, None)
            self._write(kept)
            return found

    def _kept(self) -> dict[str, Any]:
        with self._lock:
            empty: dict[str, Any] = {"codes": {}, "tokens": {}, "hooks": {}, "things": {}, "last": 0}
            return empty | (json.loads(self._file.read_text()) if self._file.exists() else {})

    def _write(self, kept: Mapping[str, Any]) -> None:
        with self._lock:
            self._file.write_text(json.dumps(kept))


def _mime(text: str) -> EmailMessage:
    made = EmailMessage()
    made.set_content(text)
    return made
