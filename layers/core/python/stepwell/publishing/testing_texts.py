"""Text messages and notifications as tests of themselves: composed as they would go, marked, counted nowhere.

A test costs what a message costs and rings somebody's phone, so it goes where tests of mail go: texts to a test
number of the workspace, notifications to the browsers of the caller's own contact or of a test address's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stepwell.channels.email import Origin
from stepwell.channels.push.composing import MAX_TEXT, MAX_TITLE
from stepwell.channels.sms.composing import compose
from stepwell.channels.sms.numbers import normal_number
from stepwell.channels.sms.settings import SmsSettings
from stepwell.content.checks import preview_link
from stepwell.contracts.ids import profile_id
from stepwell.contracts.messages import Purpose, Push, Sms, Subscription
from stepwell.contracts.workspace import Workspace
from stepwell.errors import Forbidden, InvalidInput, NotFound
from stepwell.publishing.rendering import Draft

MARK = "[Test] "


def tags_of(workspace: Workspace) -> dict[str, str]:
    """Return the tags by which nothing of a test comes home as a contact's."""
    return {"tenant": workspace.tenant, "test": "yes"}


def numbers_of(workspace: Workspace) -> list[str]:
    """Return the phone numbers among the workspace's test addresses."""
    return [one for one in workspace.test_addresses if one.startswith("+")]


def allowed_number(workspace: Workspace, to: str) -> str:
    """Return where a test text goes, E.164: to a test number of the workspace; empty: to the first.

    Raises:
        Forbidden: The number is none of them.
        InvalidInput: It is no number, or none is named and there are none.
    """
    numbers = numbers_of(workspace)
    if not to.strip():
        if not numbers:
            raise InvalidInput(
                "The workspace has no test number: admins add one to its test addresses.",
                code="no_test_number",
            )
        return numbers[0]
    number = normal_number(to)
    if not number:
        raise InvalidInput("Write the number with its country: +49 151 23456789.", code="no_number")
    if number not in numbers:
        raise Forbidden(
            "Test texts go to a test number of the workspace; admins add these.", code="no_test_number"
        )
    return number


def text(workspace: Workspace, settings: SmsSettings, to: str, draft: Draft) -> Sms:
    """Compose a test text, with the sender, the brand and the way out that it would have.

    Args:
        workspace: Its name stands for a brand.
        settings: Senders, footer, limits.
        to: A test number.
        draft: The message.

    Raises:
        NotReady: It could not go to this number at all; see `channels.sms.composing.compose`.
    """
    nobody = profile_id(workspace.tenant, "user", "test")
    composed = compose(
        to=to,
        text=f"{MARK}{draft.rendered.text}",
        origin=Origin(workspace.tenant, "test", 0, "test", f"{nobody}.0.1", ""),
        purpose=Purpose(draft.purpose),
        settings=settings,
        name=workspace.name,
        sender=draft.sender,
        language=draft.language.partition("-")[0],
        opt_out_url=preview_link(),
    )
    return replace(composed.sms, tags=tags_of(workspace))


def notifications(workspace: Workspace, subscriptions: Sequence[Subscription], draft: Draft) -> list[Push]:
    """Compose a test notification for each browser; without a report token, browsers tell nothing of it.

    Raises:
        NotFound: There is no browser.
    """
    if not subscriptions:
        raise NotFound(
            "The contact with this address has allowed no notifications in any browser: open your site, "
            "sign in with this address and allow them.",
            code="no_browser",
        )
    return [
        Push(
            subscription=one,
            title=f"{MARK}{draft.rendered.subject}"[:MAX_TITLE],
            body=draft.rendered.text.strip()[:MAX_TEXT],
            ttl_s=600,
            urgency="high",
            tags=tags_of(workspace),
            purpose=Purpose.TRANSACTIONAL,
        )
        for one in subscriptions
    ]
