"""How a workspace's mail fares: rates by mailbox provider, alarms told by mail, marketing paused at the limit.

Counts come from the pass (`stepwell.triggers.mail_health`), a few small items a week. Whoever may publish resumes;
from then on only what comes afterwards counts, so that the same complaints do not pause it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from stepwell.channels.email import sender_line
from stepwell.channels.email_settings import EmailSettings
from stepwell.contracts.clock import iso
from stepwell.contracts.messages import Email, Purpose
from stepwell.contracts.workspace import Document
from stepwell.deliverability.monitor import (
    ALL,
    OUTCOMES,
    WORKFLOW,
    Alarm,
    Counts,
    Health,
    added,
    day_number,
    judge,
    window,
)
from stepwell.errors import Conflict, NotFound, NotReady, StepwellError
from stepwell.publishing.channels import settings_of
from stepwell.publishing.ports import PublishingPorts

KIND, ID = "MAILHEALTH", "state"
WATCHER = "stepwell"
_TRIES = 5


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


class Counters(Protocol):
    """Counts of outcomes; see `stepwell.triggers.ports.Counters`."""

    def read(self, tenant: str, workflow: str, version: int) -> dict[str, dict[str, int]]:
        """Return ``{node: {outcome: n}}``."""
        ...


class Mailer(Protocol):
    """Sends one message."""

    def send(self, email: Email) -> str:
        """Send; return the provider's id."""
        ...


@dataclass(frozen=True, slots=True)
class MailHealth:
    """Looks how mail fares, and acts on it.

    Args:
        documents: Settings of e-mail, and what was told and paused.
        counters: What the pass counted.
        mailer: Sends the news.
        publishing: Switches, workspace, audit log, clock.
    """

    documents: Documents
    counters: Counters
    mailer: Mailer
    publishing: PublishingPorts

    def read(self, tenant: str) -> dict[str, Any]:
        """Return rates by mailbox provider, alarms, and whether marketing is paused."""
        state, _ = self._state(tenant)
        return shown(self._health(tenant, state), state, self._paused(tenant), self._days(state))

    def look(self, tenant: str) -> Health:
        """Look; pause marketing and tell people where that is due. May be repeated."""
        for _ in range(_TRIES):
            state, rev = self._state(tenant)
            health = self._health(tenant, state)
            settings, _ = settings_of(self.documents, tenant, "email")
            wants = isinstance(settings, EmailSettings) and settings.pause
            pause = health.stop if wants and not self._paused(tenant) else None
            fresh = [alarm for alarm in health.alarms if self._untold(alarm, state)]
            if pause is None and not fresh:
                return health
            try:
                self._save(tenant, self._after(state, fresh, pause), rev)
            except Conflict:
                continue
            if pause is not None:
                self.publishing.switches.set_marketing_paused(tenant, True)
                details = {"mailbox": pause.mailbox, "complaints": pause.count, "of": pause.of}
                self.publishing.note(tenant, WATCHER, "marketing.paused", "workspace", **details)
            self._tell(tenant, settings, pause, fresh)
            return health
        raise Conflict("Somebody changes it at this moment: try again.", code="stale_rev")

    def resume(self, tenant: str, actor: str) -> dict[str, Any]:
        """Let marketing go on; what was counted so far pauses it no more.

        Raises:
            Conflict: It is not paused.
        """
        if not self._paused(tenant):
            raise Conflict("Marketing is not paused.", code="not_paused")
        now = self._now()
        forgiven = self.counters.read(tenant, WORKFLOW, day_number(now.date()))
        for _ in range(_TRIES):
            state, rev = self._state(tenant)
            body = {"resumed_at": iso(now), "resumed_by": actor, "since": now.date().isoformat()}
            try:
                self._save(tenant, {**body, "forgiven": forgiven, "last_pause": state.get("paused")}, rev)
            except Conflict:
                continue
            self.publishing.switches.set_marketing_paused(tenant, False)
            self.publishing.note(tenant, actor, "marketing.resumed", "workspace")
            return self.read(tenant)
        raise Conflict("Somebody changes it at this moment: try again.", code="stale_rev")

    def pause(self, tenant: str, actor: str) -> dict[str, Any]:
        """Pause marketing by hand; the same again is no error."""
        if not self._paused(tenant):
            self.publishing.switches.set_marketing_paused(tenant, True)
            self.publishing.note(tenant, actor, "marketing.paused", "workspace")
        return self.read(tenant)

    def _now(self) -> datetime:
        return self.publishing.now().astimezone(UTC)

    def _paused(self, tenant: str) -> bool:
        return self.publishing.switches.control(tenant).marketing_paused

    def _days(self, state: Mapping[str, Any]) -> list[date]:
        since = state.get("since")
        return window(self._now().date(), date.fromisoformat(since) if since else None)

    def _health(self, tenant: str, state: Mapping[str, Any]) -> Health:
        days = self._days(state)
        parts = [self.counters.read(tenant, WORKFLOW, day_number(day)) for day in days]
        counted = state.get("since") in {day.isoformat() for day in days}
        forgiven: Counts | None = state.get("forgiven") if counted else None
        return judge(added(parts, forgiven))

    def _untold(self, alarm: Alarm, state: Mapping[str, Any]) -> bool:
        told = (state.get("told") or {}).get(f"{alarm.kind}/{alarm.mailbox}")
        return bool(told != self._now().date().isoformat())

    def _after(self, state: Mapping[str, Any], fresh: list[Alarm], pause: Alarm | None) -> dict[str, Any]:
        today = self._now().date().isoformat()
        told = {key: day for key, day in (state.get("told") or {}).items() if day == today}
        body = {**state, "told": told | {f"{a.kind}/{a.mailbox}": today for a in fresh}}
        if pause is not None:
            body["paused"] = {"at": iso(self._now()), **alarm_document(pause)}
        return body

    def _state(self, tenant: str) -> tuple[dict[str, Any], int]:
        try:
            document = self.documents.document(tenant, KIND, ID)
        except NotFound:
            return {}, 0
        return dict(document.body), document.rev

    def _save(self, tenant: str, body: Mapping[str, Any], rev: int) -> None:
        self.documents.save_document(tenant, KIND, ID, rev, body, WATCHER)

    def _tell(self, tenant: str, settings: Any, pause: Alarm | None, fresh: list[Alarm]) -> None:
        """Tell the watchers; who cannot be told now is not told: the page and the audit log say it too."""
        workspace = self.publishing.inventory.workspace(tenant)
        to = settings.watchers or ((workspace.reply_to,) if workspace.reply_to else ())
        subject, text = letter(workspace.name or tenant, pause, fresh)
        for address in to:
            try:
                email = Email(
                    to=address,
                    sender=sender_line(workspace.sender),
                    subject=subject,
                    text=text,
                    tags={"tenant": tenant, "kind": "team"},
                    purpose=Purpose.TRANSACTIONAL,
                )
                self.mailer.send(email)
            except (NotReady, StepwellError) as error:
                self.publishing.note(tenant, WATCHER, "alarm.not_told", "workspace", code=error.code)


def letter(workspace: str, pause: Alarm | None, alarms: list[Alarm]) -> tuple[str, str]:
    """Return subject and text of the news."""
    lines = [f"- {_sentence(alarm)}" for alarm in alarms]
    if pause is None:
        head = f"Mail of {workspace} fares badly. Nothing was paused."
        return f"Deliverability of {workspace}", "\n".join([head, "", *lines, ""])
    head = (
        f"Marketing mail of {workspace} is paused: {_sentence(pause)}\n\n"
        "Gmail and Yahoo bar senders at 0.3 %. Messages wait; transactional ones go on. Find out who complains and "
        "why, clean the list, then resume under Settings, Channels, or with `stepwell deliverability resume`."
    )
    return f"Marketing of {workspace} is paused", "\n".join([head, "", *lines, ""])


def _sentence(alarm: Alarm) -> str:
    what = "called spam" if alarm.kind == "complaints" else "bounced for good"
    where = "all mailbox providers" if alarm.mailbox == ALL else alarm.mailbox
    return f"{alarm.count} of {alarm.of} messages to {where} were {what} ({alarm.rate:.2%}, limit {alarm.limit:.1%})."


def alarm_document(alarm: Alarm) -> dict[str, Any]:
    """Return an alarm as people see it."""
    return {
        "kind": alarm.kind,
        "mailbox": alarm.mailbox,
        "rate": round(alarm.rate, 6),
        "limit": alarm.limit,
        "count": alarm.count,
        "of": alarm.of,
    }


def shown(health: Health, state: Mapping[str, Any], paused: bool, days: list[date]) -> dict[str, Any]:
    """Return how mail fares as people see it."""
    return {
        "since": min(days).isoformat(),
        "paused": paused,
        "pause": state.get("paused") if paused else None,
        "resumed_at": state.get("resumed_at"),
        "mailboxes": [
            {
                "mailbox": name,
                **{outcome: rates.count(outcome) for outcome in OUTCOMES},
                "complaint_rate": rates.complaint_rate,
                "bounce_rate": rates.bounce_rate,
            }
            for name, rates in health.mailboxes.items()
        ],
        "alarms": [alarm_document(alarm) for alarm in health.alarms],
    }
