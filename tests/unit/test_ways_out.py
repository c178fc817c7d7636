"""Every way a message leaves: the modules that hand one to a provider are these, and the reference tells of each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("layers/core/python/stepwell", "functions", "cli/stepwell_cli")
HANDS_OVER = frozenset({"send", "send_many", "publish", "hand_over", "hand_over_all"})
# Calls of providers' clients: nobody but their adapters makes them.
CLIENTS = frozenset(
    {"send_email", "send_bulk_email", "send_raw_email", "send_text_message", "send_media_message", "sendmail"}
)
# Of the same names, and no message to anybody: jobs on the moves queue.
QUEUES = ("moves", "queue")

WAYS = {
    "runtime/sending.py": "after the claim of the gate",
    "runtime/mail_letters.py": "after the claim of the gate",
    "runtime/text_letters.py": "after the claim of the gate",
    "runtime/push_letters.py": "after the claim of the gate",
    "runtime/notifying.py": "notes to a team",
    "publishing/test_sending.py": "test messages",
    "publishing/seeding.py": "copies to the seed list",
    "publishing/mail_health.py": "alarms to watchers",
    "triggers/replies.py": "forwarded and automatic answers",
    "triggers/text_answers.py": "answers to keywords",
    "adapters/social_letters.py": "notes to a team",
    "adapters/social_parts.py": "notes to a team",
}
# What stands between those and the wire.
ADAPTERS = {
    "adapters/channel_senders.py",
    "adapters/ses_mailer.py",
    "adapters/sns_sms.py",
    "adapters/sns_topics.py",
    "adapters/eum_sms.py",
}
# Posts on a company's own page; no contact gets them.
POSTS = {
    "social/publisher.py",
    "social/campaigns.py",
    "social_work.py",
    "adapters/facebook_pages.py",
}
# Methods of the same names that lead to those above, or are no message.
OTHERS = {
    "functions/serve_api/routes/publishing.py",
    "functions/serve_api/routes/test_sending.py",
    "functions/serve_api/routes/provider_states.py",
    "functions/serve_api/routes/deliverability.py",
    "cli/stepwell_cli/commands/events.py",
    "cli/stepwell_cli/doctor/resolver.py",
}


def calls(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the receiver and the method of each call of a method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield ast.unparse(node.func.value), node.func.attr


def handing_over() -> set[str]:
    found = set()
    for source in SOURCES:
        for path in (ROOT / source).rglob("*.py"):
            for receiver, method in calls(ast.parse(path.read_text(encoding="utf-8"))):
                last = receiver.rpartition(".")[2]
                if method in CLIENTS or (method in HANDS_OVER and last.strip("_") not in QUEUES):
                    found.add(path.relative_to(ROOT).as_posix().removeprefix("layers/core/python/stepwell/"))
    return found


def test_nobody_else_hands_a_message_to_a_provider() -> None:
    assert handing_over() == WAYS.keys() | ADAPTERS | POSTS | OTHERS


def test_nobody_asks_a_provider_past_the_door() -> None:
    # `ChannelSender.sender` gives the bare adapter; `alone` and `send` look at each message first.
    found = {
        path.relative_to(ROOT).as_posix()
        for source in SOURCES
        for path in (ROOT / source).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "sender"
        and len(node.args) + len(node.keywords) > 1
    }
    assert found == {"layers/core/python/stepwell/adapters/channel_senders.py"}


def test_the_reference_tells_of_each_way() -> None:
    page = (ROOT / "docs" / "reference" / "send-gate.md").read_text(encoding="utf-8")
    told = page[page.index("## Every way a message leaves") :]
    assert [name for name in WAYS if f"`{name}`" not in told] == []
