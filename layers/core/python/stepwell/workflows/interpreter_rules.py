"""What each node type does to one contact, by its documented meaning: the second opinion on `workflows.nodes`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from hashlib import sha256
from typing import Any, TypeAlias

from stepwell.workflows.interpreter_mail import send, send_push, send_text
from stepwell.workflows.interpreter_moves import Here, Leave, Move, Stop
from stepwell.workflows.interpreter_waits import best_time, delay, wait_until


def _if(config: Any, here: Here) -> Move:
    holds, why = here.asks(config.condition)
    return Leave("true" if holds else "false", why)


def _switch(config: Any, here: Here) -> Move:
    said = []
    for case in config.cases:
        holds, why = here.asks(case.condition)
        said.append(why)
        if holds:
            return Leave(case.name, "; ".join(said))
    return Leave("default", "; ".join(said))


def _loop(config: Any, here: Here) -> Move:
    if here.rounds >= config.max_iterations:
        return Leave("done", f"{here.rounds} rounds are done, which is the most")
    if config.until:
        holds, why = here.asks(config.until)
        if holds:
            return Leave("done", f"until {why}")
    if config.while_:
        holds, why = here.asks(config.while_)
        if not holds:
            return Leave("done", f"while {why}")
    return Leave("body", f"round {here.rounds + 1} of at most {config.max_iterations}")


_REFERENCE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


def _value(given: Any, here: Here) -> Any:
    """Fill `{{event.x}}` and `{{field}}` where a value is such a reference and nothing else."""
    found = _REFERENCE.fullmatch(given.strip()) if isinstance(given, str) else None
    if found is None:
        return given
    root, _, rest = found[1].partition(".")
    if root == "event":
        return ((here.facts.event or {}).get("properties") or {}).get(rest)
    return here.person.traits.get(rest if root in ("profile", "contact") else found[1])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _add(traits: dict[str, Any], name: str, amount: float, bounds: tuple[float, float] | None) -> bool:
    before = traits.get(name, 0)
    if not _is_number(before):
        return False
    total = before + amount
    if bounds is not None:
        total = min(max(total, bounds[0]), bounds[1])
    traits[name] = int(total) if float(total).is_integer() else total
    return True


def _data_update(config: Any, here: Here) -> Move:
    after = {name: value for name, value in here.person.traits.items() if name not in config.remove}
    for name, given in config.set.items():
        value = _value(given, here)
        if value is not None or given is None:
            after[name] = value
    for name, given in config.add.items():
        amount = _value(given, here)
        if _is_number(amount) and not _add(after, name, amount, None):
            return Leave("failed", f"`{name}` holds no number to add to", "not_a_number")
    here.person.traits.clear()
    here.person.traits.update(after)
    changed = ", ".join([*config.set, *config.add, *config.remove])
    return Leave("next", f"changes {changed}")


def _succeeds(_config: Any, here: Here) -> Move:
    """Whatever depends on somebody else is taken to succeed unless the simulation says otherwise."""
    if here.fault:
        return Leave(here.fault, "forced by the simulation")
    return Leave(here.primary, f"is taken to leave by `{here.primary}`")


def _random(config: Any, here: Here) -> Move:
    text = "\x1f".join((here.tenant, here.workflow.id, here.node, here.contact.profile))
    bucket = int(sha256(text.encode()).hexdigest()[:16], 16) % 10_000
    total = sum(config.weights.values())
    share = Fraction(0)
    for name, weight in config.weights.items():
        share += Fraction(weight, total)
        if Fraction(bucket, 10_000) < share:
            return Leave(name, f"bucket {bucket} of 10000 falls to `{name}`", bucket=bucket)
    raise AssertionError("the shares sum up to one and a bucket is below it")


def _score(config: Any, here: Here) -> Move:
    if config.model:
        # Without the model its base is not known; most begin at 100.
        field = f"{config.model}_score"
        here.person.traits.setdefault(field, 100)
        if not _add(here.person.traits, field, config.score_increment, (0, 1000)):
            return Leave("failed", f"`{field}` holds no number to add to", "not_a_number")
        return Leave("next", f"`{field}` is now {here.person.traits[field]}")
    if not _add(here.person.traits, config.field, config.score_increment, (0, 1000)):
        return Leave("failed", f"`{config.field}` holds no number to add to", "not_a_number")
    return Leave("next", f"`{config.field}` is now {here.person.traits[config.field]}")


def _exit(config: Any, _here: Here) -> Move:
    return Stop(config.reason, "the journey ends here")


def _goal(config: Any, here: Here) -> Move:
    met, why = True, "coming here is the goal"
    if config.event:
        last = here.facts.history.last(config.event)
        met = last is not None and last >= here.entered_at
        why = f"`{config.event}` {'happened' if met else 'did not happen'} since entry"
    if met and config.condition:
        met, why = here.asks(config.condition)
    if met and config.ends:
        return Stop("goal", why)
    return Leave("next", why, "goal_met" if met else "goal_missed")


Rule: TypeAlias = Callable[[Any, Here], Move]

RULES: Mapping[str, Rule] = {
    "if_condition": _if,
    "condition_check": _if,
    "switch_case": _switch,
    "random_split": _random,
    "loop_iterator": _loop,
    "delay_action": delay,
    "wait_until": wait_until,
    "send_time_optimization": best_time,
    "data_update": _data_update,
    "scoring_update": _score,
    "email_send": send,
    "sms_send": send_text,
    "web_push": send_push,
    "goal": _goal,
    "exit": _exit,
}


def rule(node_type: str) -> Rule:
    """Return what a type does; a type that only reaches outside is taken to succeed."""
    return RULES.get(node_type, _succeeds)
