"""Takes what somebody wrote to or about an account: into the inbox, onto the stream, and on to the rules.

In this order, so that whatever fails is done again by a redelivery or the next poll and nothing is told twice: the
inbox keeps one entry an id; its event has a message id made of it, which the pass counts once; the rules are asked for
by a call that may come twice; only then the entry is noted as told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from stepwell.contracts.events import Event
from stepwell.contracts.social import Account, Mention
from stepwell.replies.sentiment import sentiment
from stepwell.social.mentions import Entry, event_of, mention_id, mention_of
from stepwell.triggers.leads import LEAD, wanted
from stepwell.triggers.social_ports import HearPorts

_MOST_AT_ONCE = 50
_MOST_EXTRA = 12
_NAMES = (
    "mention mention_id account account_id post_id parent_id text url author author_handle author_name followers "
    "platform sentiment sentiment_score language reach amplification"
)
_OURS = frozenset(_NAMES.split())


class Hearing:
    """Takes mentions.

    Args:
        ports: What it reaches.
    """

    def __init__(self, ports: HearPorts) -> None:
        self._ports = ports

    def hear(self, tenant: str, mentions: Sequence[Mention]) -> int:
        """Take what a network's list said; return how many were news.

        Raises:
            Unavailable: A store or the stream did not answer; to be repeated.
        """
        accounts = self._ports.accounts(tenant)
        fresh = [entry for one in mentions if (entry := self._kept(tenant, one, accounts)) is not None]
        now = self._ports.clock.now()
        if fresh:
            self._ports.stream.emit(tenant, [event_of(entry, now) for entry in fresh])
            self.told(tenant, fresh)
        return len(fresh)

    def take(self, tenant: str, events: Sequence[Event]) -> tuple[list[Event], list[Entry]]:
        """Sort the events of a webhook's call.

        Returns:
            What goes on the stream: mentions under the id that they have whichever way they came, those that were
            told already left out, and all other events as they are; and the entries that `told` is to be called with
            once the stream has them.

        Raises:
            Unavailable: The inbox did not answer; to be repeated.
        """
        accounts: Sequence[Account] | None = None
        going: list[Event] = []
        fresh: list[Entry] = []
        for event in events:
            mention = mention_of(event.name, event.anonymous_id or "", event.properties, event.when)
            if mention is None and event.name != LEAD:
                going.append(event)
                continue
            if accounts is None:
                accounts = self._ports.accounts(tenant)
            if mention is None:
                work = wanted(event, accounts)
                if work is None:
                    going.append(event)
                else:
                    # The event waits for what was answered: who fetches it tells the event.
                    self._ports.work.ask(tenant, [work])
                continue
            if event.properties.get("verb") in ("remove", "hide", "delete"):
                continue
            entry = self._kept(tenant, mention, accounts, _extra(event.properties))
            if entry is not None:
                fresh.append(entry)
                going.append(msgspec.convert(event_of(entry, event.received_at), Event))
        return going, fresh

    def told(self, tenant: str, entries: Sequence[Entry]) -> None:
        """Have the rules asked about entries whose events are on the stream, and note that they are told."""
        ids = [entry.id for entry in entries]
        for start in range(0, len(ids), _MOST_AT_ONCE):
            self._ports.work.ask(tenant, [{"kind": "heard", "mentions": ids[start : start + _MOST_AT_ONCE]}])
        for entry in entries:
            self._ports.inbox.told(tenant, entry)

    def _kept(
        self,
        tenant: str,
        mention: Mention,
        accounts: Sequence[Account],
        extra: Mapping[str, Any] | None = None,
    ) -> Entry | None:
        """Return an entry that is to be told; None: it was told, or is our own."""
        ours = [one for one in accounts if one.platform is mention.platform]
        if mention.author.external_id in {one.external_id for one in ours}:
            return None
        spoken_to = next((one.id for one in ours if mention.account in (one.id, one.external_id)), "")
        felt = sentiment(mention.text)
        entry = Entry(
            id=mention_id(mention.platform, mention.external_id),
            mention=Mention(
                platform=mention.platform,
                account=spoken_to,
                external_id=mention.external_id,
                parent=mention.parent,
                kind=mention.kind,
                author=mention.author,
                text=mention.text,
                url=mention.url,
                # A clock that is ahead must not put it on top of the inbox for good.
                at=min(mention.at, self._ports.clock.now()),
            ),
            sentiment=felt.label,
            score=felt.score,
            language=felt.language,
            extra=extra or {},
        )
        kept = self._ports.inbox.keep(tenant, entry)
        return None if kept.told else kept


def _extra(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what else a mapping told: conditions may ask for it."""
    found = {
        name: value
        for name, value in told.items()
        if name not in _OURS and isinstance(value, str | int | float | bool) and len(str(value)) <= 500
    }
    return dict(sorted(found.items())[:_MOST_EXTRA])
