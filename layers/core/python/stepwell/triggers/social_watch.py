"""Looks whether an account's mentions make a crisis, tells people of it, and notes when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from stepwell.contracts.clock import iso
from stepwell.contracts.workspace import AuditEntry
from stepwell.social.alarms import Alarm, Alarms, begun, ended, is_over, worse
from stepwell.social.answering import SocialRules
from stepwell.social.crisis import PAST_DAYS, hour_of, judge
from stepwell.social.engagement import next_look
from stepwell.triggers.social_ports import SocialPorts

WATCHER = "stepwell"
LOOKED_BACK = 3
"""Hours that are judged: what is polled once an hour comes in late."""
MEASURE = "measure/-"


def watch(ports: SocialPorts, tenant: str, account: str, rules: SocialRules) -> Alarms:
    """Look at an account; of several who look at the same time one tells.

    Raises:
        Unavailable: A store did not answer; to be repeated.
    """
    now = ports.clock.now()
    alarms = ports.alarms.get(tenant, account)
    if not rules.crisis.enabled and alarms.on is None:
        return alarms
    series = ports.inbox.series(tenant, account, now - timedelta(days=PAST_DAYS + 1))
    known = {
        "false_alarms": rules.crisis.false_alarms,
        "at_least": rules.crisis.at_least,
    }
    if alarms.on is not None:
        if not rules.crisis.enabled or is_over(alarms, series, now):
            return _over(ports, tenant, alarms, rules)
        verdict = judge(series, hour_of(now), leave_out=alarms.hours, **known)  # type: ignore[arg-type]
        grown = worse(alarms, verdict)
        if grown is not alarms and ports.alarms.save(tenant, grown):
            alarms = replace(grown, rev=alarms.rev + 1)
        return _told(ports, tenant, alarms, rules)
    last = alarms.history[-1].ended if alarms.history else None
    for step in range(LOOKED_BACK):
        hour = hour_of(now) - timedelta(hours=step)
        if last is not None and hour <= last:
            # What was a crisis is none anew.
            break
        verdict = judge(series, hour, leave_out=alarms.hours, **known)  # type: ignore[arg-type]
        if verdict.alarm:
            on = begun(alarms, verdict, now)
            if not ports.alarms.save(tenant, on):
                return ports.alarms.get(tenant, account)
            return _told(ports, tenant, replace(on, rev=alarms.rev + 1), rules)
    return alarms


def measure_next(ports: SocialPorts, tenant: str) -> bool:
    """Have posts and alarms looked at when they next need it; return whether any does.

    Posts that fall due within the same hour are asked for together, at its end; one that is due still could not be
    asked for and is asked for again in the next hour; an alarm that is on is looked at every hour.
    """
    now = ports.clock.now()
    soonest = hour_of(now) + timedelta(hours=1)
    asked = (next_look(post) for post in ports.posts.since(tenant, now - timedelta(days=33)))
    looks = [max(_full_hour(at), soonest) for at in asked if at is not None]
    if any(one.on is not None for one in ports.alarms.all(tenant)):
        looks.append(soonest)
    if looks:
        ports.timer.at(tenant, MEASURE, min(looks))
    return bool(looks)


def _full_hour(at: datetime) -> datetime:
    """Round a moment up to the full hour."""
    hour = hour_of(at)
    return hour if hour == at else hour + timedelta(hours=1)


def _told(ports: SocialPorts, tenant: str, alarms: Alarms, rules: SocialRules) -> Alarms:
    """Tell people of an alarm that they were not told of."""
    on = alarms.on
    if on is None or on.told:
        return alarms
    now = ports.clock.now()
    name = _name(ports, tenant, alarms.account)
    ports.letters.tell(tenant, rules.crisis.tell, f"{name} is spoken of badly", _letter(name, on, rules))
    details = {"bad": on.bad, "all": on.all, "expected": on.expected}
    ports.audit.audit(
        tenant,
        AuditEntry(now, WATCHER, "social_alarm.began", f"social-account/{alarms.account or '-'}", details),
    )
    # It ends by itself although nobody writes any more.
    ports.timer.at(tenant, MEASURE, hour_of(now) + timedelta(hours=1))
    told = replace(alarms, history=(*alarms.history[:-1], replace(on, told=True)))
    return replace(told, rev=alarms.rev + 1) if ports.alarms.save(tenant, told) else told


def _over(ports: SocialPorts, tenant: str, alarms: Alarms, rules: SocialRules) -> Alarms:
    now = ports.clock.now()
    done = ended(alarms, now)
    if not ports.alarms.save(tenant, done):
        return ports.alarms.get(tenant, alarms.account)
    name = _name(ports, tenant, alarms.account)
    began = iso(done.history[-1].began)
    text = f"What began at {began} is over: {name} is spoken of as usual again.\n"
    if rules.crisis.pause_posts:
        text += "Scheduled posts that waited go out now.\n"
    ports.letters.tell(tenant, rules.crisis.tell, f"{name}: the storm is over", text)
    ports.audit.audit(
        tenant, AuditEntry(now, WATCHER, "social_alarm.ended", f"social-account/{alarms.account or '-'}")
    )
    return replace(done, rev=alarms.rev + 1)


def _name(ports: SocialPorts, tenant: str, account: str) -> str:
    found = next((one for one in ports.connected.accounts(tenant) if one.id == account), None)
    return f"{found.name} on {found.platform.label}" if found else "An account that is not connected"


def _letter(name: str, alarm: Alarm, rules: SocialRules) -> str:
    lines = [
        f"{alarm.bad} of {alarm.all} mentions of {name} within an hour sound bad; {alarm.expected:g} are usual at this "
        f"hour. So many come by chance {alarm.chance * 8760:.2g} times a year.",
        "",
        "Automatic answers to this account's mentions are held until it is over.",
    ]
    if rules.crisis.pause_posts:
        lines.append("Scheduled posts of the account wait until it is over.")
    lines += [
        "",
        "Read what is written under Social, Inbox, and answer by hand. The alarm ends by itself after three",
    ]
    lines += ["ordinary hours, or when somebody ends it.", ""]
    return "\n".join(lines)
