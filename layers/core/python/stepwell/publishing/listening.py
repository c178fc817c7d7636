"""What people do with mentions, alarms, hashtags and numbers of posts; the networks are reached by `post_social` alone.

An answer by hand is written down and handed over: who gives it sees what became of it in the entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from stepwell.conditions import Facts
from stepwell.contracts.clock import Clock
from stepwell.contracts.rule_documents import written
from stepwell.contracts.social import Account, Author, Mention, MentionKind, Platform
from stepwell.contracts.workspace import Document, Workspace
from stepwell.errors import Conflict, InvalidInput, NotFound
from stepwell.publishing.social_rules import checked
from stepwell.publishing.versioned import ensure_editable
from stepwell.replies.sentiment import sentiment
from stepwell.social.alarms import Alarms, ended
from stepwell.social.answering import (
    ID,
    KIND,
    SocialRules,
    answer_texts,
    read_rules,
    route,
)
from stepwell.social.crisis import PAST_DAYS, Series, hour_of, usual
from stepwell.social.engagement import TrackedPost
from stepwell.social.hashtags import Shown, Suggestion, Worth, suggest, worths
from stepwell.social.listening_ports import AlarmStore, Inbox, TrackedPosts, Wanted
from stepwell.social.mentions import Answer, AnswerState, Entry, State, event_of, mention_id
from stepwell.social.ports import Work

LEARNT_FROM = timedelta(days=365)
MAX_ANSWER = 2_000
_BUSY = frozenset({AnswerState.WANTED, AnswerState.SENDING})


class Documents(Protocol):
    """Documents of a workspace; see `stepwell.adapters.config_store.ConfigStore`."""

    def document(self, tenant: str, kind: str, id_: str) -> Document:
        """Return one, or raise NotFound."""
        ...

    def save_document(
        self, tenant: str, kind: str, id_: str, rev: int, body: Mapping[str, Any], by: str = ""
    ) -> Document:
        """Save one over the revision that was read, or raise Conflict."""
        ...

    def workspace(self, tenant: str) -> Workspace:
        """Return a tenant's settings."""
        ...


class Accounts(Protocol):
    """Connected accounts."""

    def accounts(self, tenant: str) -> list[Account]:
        """Return all."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """What people do.

    Args:
        clock: The clock.
        documents: Rules.
        inbox: Mentions.
        alarms: Alarms.
        posts: Posts that are on networks.
        accounts: Connected accounts.
        work: Hands answers over.
    """

    clock: Clock
    documents: Documents
    inbox: Inbox
    alarms: AlarmStore
    posts: TrackedPosts
    accounts: Accounts
    work: Work

    def find(self, tenant: str, id_: str) -> Entry:
        """Return a mention.

        Raises:
            NotFound: There is none.
        """
        found = self.inbox.find(tenant, id_)
        if found is None:
            raise NotFound("There is no such mention.", code="no_mention")
        return found

    def page(
        self, tenant: str, wanted: Wanted, limit: int, cursor: str | None
    ) -> tuple[list[Entry], str | None]:
        """Return mentions, newest first."""
        return self.inbox.page(tenant, wanted, limit, cursor)

    def change(self, tenant: str, id_: str, rev: int, state: str | None, assignee: str | None) -> Entry:
        """Change how far the team is with a mention.

        Raises:
            Conflict: Somebody else changed it first.
            NotFound: There is none.
        """
        entry = self._at(tenant, id_, rev)
        changes: dict[str, Any] = {} if state is None else {"state": State(state)}
        if assignee is not None:
            changes["assignee"] = assignee
        return self._saved(tenant, entry.evolve(**changes))

    def answer(self, tenant: str, id_: str, rev: int, text: str, actor: str) -> Entry:
        """Answer a mention; it goes out within seconds, and the entry tells what became of it.

        Raises:
            Conflict: Somebody else changed it first, or an answer is on its way.
            NotReady: Its account is not connected.
            InvalidInput: There is nothing to say.
        """
        entry = self._at(tenant, id_, rev)
        said = text.strip()
        if not said or len(said) > MAX_ANSWER:
            raise InvalidInput(f"An answer has 1 to {MAX_ANSWER:,} characters.", code="bad_answer")
        if entry.answer is not None and entry.answer.state in _BUSY:
            raise Conflict("An answer is on its way.", code="answer_on_its_way")
        if entry.mention.account not in {one.id for one in self.accounts.accounts(tenant)}:
            raise InvalidInput(
                "The account that was spoken to is not connected: connect it, or answer on the network itself.",
                code="no_account",
            )
        answer = Answer(said, actor, self.clock.now(), AnswerState.WANTED)
        saved = self._saved(tenant, entry.evolve(answer=answer))
        self.work.ask(tenant, [{"kind": "answer", "mention": saved.id}])
        return saved

    def rules(self, tenant: str) -> tuple[SocialRules, Document | None]:
        """Return the workspace's rules, and the document that they stand in; None: the default ones."""
        try:
            found = self.documents.document(tenant, KIND, ID)
        except NotFound:
            return read_rules({}), None
        return read_rules(found.body), found

    def save_rules(self, tenant: str, body: Mapping[str, Any], rev: int, actor: str) -> Document:
        """Save rules; they hold within a minute.

        Raises:
            ValidationFailed: They have faults.
            Conflict: Somebody else changed them first, or they are kept in git.
        """
        rules = checked(body, self.documents.workspace(tenant).teams)
        stored = self.rules(tenant)[1]
        ensure_editable(ID, stored.by if stored is not None else "", actor)
        return self.documents.save_document(tenant, KIND, ID, rev, written(rules), actor)

    def try_rules(
        self, tenant: str, text: str, platform: Platform, kind: MentionKind, rules: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Tell how a mention would be understood and what would be done; nothing is kept or sent."""
        used = read_rules(rules) if rules is not None else self.rules(tenant)[0]
        now = self.clock.now()
        felt = sentiment(text)
        mention = Mention(platform, "", "try", "", kind, Author("0", "ann", "Ann"), text, "", now)
        id_ = mention_id(platform, "try")
        entry = Entry(id_, mention, felt.label, felt.score, felt.language)
        told = event_of(entry, now)
        event = {"name": told["name"], "type": "webhook", "timestamp": told["occurred_at"]}
        rule = route(used, entry, Facts(profile={}, event={**event, "properties": told["properties"]}), now)
        return {
            "sentiment": felt.label,
            "score": felt.score,
            "language": felt.language,
            "rule": rule.id if rule else None,
            "answer": answer_texts(rule, entry)[0] if rule and rule.answer else None,
            "escalate": bool(rule and rule.escalate),
            "ignore": bool(rule and rule.ignore),
            "assign": rule.assign if rule else "",
            "forward": list(rule.forward) if rule else [],
            "emit": rule.emit if rule else None,
        }

    def alarm_list(self, tenant: str) -> list[Alarms]:
        """Return the alarms of all accounts that ever had one."""
        return [one for one in self.alarms.all(tenant) if one.history]

    def pulse(self, tenant: str, account: str, hours: int) -> tuple[Series, Mapping[datetime, float], Alarms]:
        """Return an account's counts by hour, how many bad ones are usual in each, and its alarms."""
        now = self.clock.now()
        alarms = self.alarms.get(tenant, account)
        series = self.inbox.series(tenant, account, now - timedelta(days=PAST_DAYS, hours=hours + 24))
        last = hour_of(now)
        wanted = [last - timedelta(hours=step) for step in range(hours - 1, -1, -1)]
        expected = {hour: usual(series, hour, alarms.hours).mean for hour in wanted}
        return series, expected, alarms

    def end_alarm(self, tenant: str, account: str, actor: str) -> Alarms:
        """End a crisis by hand.

        Raises:
            Conflict: None is on, or it changed at this moment.
        """
        alarms = self.alarms.get(tenant, account)
        if alarms.on is None:
            raise Conflict("No alarm is on.", code="no_alarm")
        done = ended(alarms, self.clock.now(), actor)
        if not self.alarms.save(tenant, done):
            raise Conflict("It changed at this moment: look again.", code="stale_rev")
        return replace(done, rev=alarms.rev + 1)

    def hashtags(self, tenant: str, account: str) -> list[Worth]:
        """Return what an account's hashtags are worth, the best first."""
        found = worths(self._shown(tenant, account))
        return sorted(found.values(), key=lambda one: (-one.lift, one.tag))

    def suggest(
        self, tenant: str, text: str, account: str, platform: Platform | None
    ) -> tuple[Sequence[Suggestion], int]:
        """Return hashtags for a text, best first, and of how many posts they were learnt.

        Args:
            tenant: Tenant id.
            text: What is to be posted.
            account: The account it goes by.
            platform: Its network; None: the account's.

        Raises:
            NotFound: There is no such account, and no network is named.
        """
        if platform is None:
            platform = next(
                (one.platform for one in self.accounts.accounts(tenant) if one.id == account), None
            )
            if platform is None:
                raise NotFound("There is no such account.", code="no_account")
        posts = self._shown(tenant, account)
        return suggest(text, posts, platform, self.rules(tenant)[0].own_tags), len(posts)

    def tracked(self, tenant: str, days: int, account: str = "", platform: str = "") -> list[TrackedPost]:
        """Return posts of the last days with their numbers, newest first."""
        found = self.posts.since(tenant, self.clock.now() - timedelta(days=days))
        return [
            post
            for post in found
            if (not account or post.account == account) and (not platform or post.platform == platform)
        ]

    def _shown(self, tenant: str, account: str) -> list[Shown]:
        posts = self.posts.since(tenant, self.clock.now() - LEARNT_FROM)
        return [
            Shown(post.text, post.at, float(post.engagement))
            for post in posts
            # What was never counted did not get nothing.
            if post.account == account and post.samples and not post.gone
        ]

    def _at(self, tenant: str, id_: str, rev: int) -> Entry:
        entry = self.find(tenant, id_)
        if entry.rev != rev:
            raise Conflict("Somebody else changed it first: read it again.", code="stale_rev")
        return entry

    def _saved(self, tenant: str, entry: Entry) -> Entry:
        if not self.inbox.save(tenant, entry):
            raise Conflict("Somebody else changed it first: read it again.", code="stale_rev")
        return entry.evolve(rev=entry.rev + 1)
