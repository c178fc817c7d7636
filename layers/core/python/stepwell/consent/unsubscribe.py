"""Unsubscribing by a message's signed link, by one click (RFC 8058) or on a page, and taking it back.

A GET never changes anything: mail scanners follow links. An opt-out takes hold in three places: the contact's
consent (whose revision stops claims under way), the address, and the stream (which ends enrollments at once).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from stepwell.consent.asking import addresses_of, mark_of
from stepwell.consent.pages import Theme
from stepwell.consent.proofs import DENIED, GRANTED, ConsentProofs, Proof, given, number_of
from stepwell.contracts.clock import Clock, iso
from stepwell.contracts.consent_kinds import ProofKind
from stepwell.contracts.ids import short_hash
from stepwell.contracts.links import OptOut, address_hash, read_opt_out
from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import Workspace
from stepwell.errors import InvalidInput

UNSUBSCRIBED = "unsubscribed"


class Profiles(Protocol):
    """Where contacts are looked up."""

    def get(self, tenant: str, ids: Sequence[str]) -> dict[str, Profile]:
        """Read profiles by id."""
        ...


class Consents(Protocol):
    """Where consent and suppressed addresses are kept."""

    def records(self, tenant: str, profiles: Sequence[str]) -> dict[str, MessagingRecord]:
        """Read messaging records."""
        ...

    def set_consent(self, tenant: str, profile: str, changes: Mapping[str, str]) -> None:
        """Set consents."""
        ...

    def suppressed(self, tenant: str, channel: str, addresses: Sequence[str]) -> dict[str, str]:
        """Return why addresses are suppressed."""
        ...

    def suppress(
        self, tenant: str, channel: str, address: str, reason: str, at: datetime, source: str
    ) -> None:
        """Suppress an address."""
        ...

    def unsuppress(self, tenant: str, channel: str, address: str) -> None:
        """Lift a suppression."""
        ...


class Stream(Protocol):
    """Where events go."""

    def emit(self, tenant: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Put events on the stream."""
        ...


class Workspaces(Protocol):
    """Where the sender's name comes from."""

    def workspace(self, tenant: str) -> Workspace:
        """Return a tenant's settings."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand for the person behind a link.

    Attributes:
        opt_out: What the link says.
        sender: Name to show.
        subscribed: Whether marketing may reach them.
        theme: Look of the workspace's pages.
    """

    opt_out: OptOut
    sender: str
    subscribed: bool
    theme: Theme = field(default_factory=Theme)


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Reads and changes what a link stands for.

    Args:
        clock: Tells the time.
        profiles: Contacts.
        consents: Consent and suppressed addresses.
        stream: The event stream.
        workspaces: Tenants.
        keys: Keys of links by id.
        proofs: Where it is written down who said what when; None: nowhere.
        themes: Returns the look of a workspace's pages; None: they have none of their own.
    """

    clock: Clock
    profiles: Profiles
    consents: Consents
    stream: Stream
    workspaces: Workspaces
    keys: Mapping[str, bytes]
    proofs: ConsentProofs | None = None
    themes: Callable[[str], Theme] | None = None

    def standing(self, token: str) -> Standing:
        """Return how things stand; changes nothing.

        Raises:
            InvalidInput: Not a link of ours.
        """
        opt_out = read_opt_out(token, self.keys)
        profile, address = self._person(opt_out)
        record = self.consents.records(opt_out.tenant, [profile])[profile]
        reason = self._suppressed(opt_out, address)
        denied = record.consent.get(_consent(opt_out)) == DENIED or reason == UNSUBSCRIBED
        return self._stands(opt_out, subscribed=not denied)

    def unsubscribe(self, token: str, method: str) -> Standing:
        """Opt out; done again, it changes nothing more.

        Args:
            token: The link's token.
            method: ``one_click`` or ``page``.

        Raises:
            InvalidInput: Not a link of ours.
            Unavailable: A store or the stream did not answer; to be repeated.
        """
        opt_out = read_opt_out(token, self.keys)
        profile, address = self._person(opt_out)
        self._prove(opt_out, profile, DENIED, method, token, address)
        # After a merge the old record may still be read by a step under way: an opt-out always wins.
        for known in sorted({profile, opt_out.profile}):
            self.consents.set_consent(opt_out.tenant, known, {_consent(opt_out): DENIED})
        if address and opt_out.channel != "push" and not self._suppressed(opt_out, address):
            self.consents.suppress(
                opt_out.tenant,
                opt_out.channel,
                address,
                UNSUBSCRIBED,
                self.clock.now(),
                f"link:{opt_out.workflow}",
            )
        home = {**opt_out.origin, **_changes(opt_out, DENIED)}
        self._emit(opt_out, token, profile, _event(opt_out, "unsubscribed"), method, home)
        return self._stands(opt_out, subscribed=False)

    def resubscribe(self, token: str) -> Standing:
        """Take an opt-out back. Bounces and complaints stay suppressed.

        Raises:
            InvalidInput: Not a link of ours, or of an address that is the contact's no more.
            Unavailable: A store or the stream did not answer; to be repeated.
        """
        opt_out = read_opt_out(token, self.keys)
        profile, address = self._person(opt_out)
        if not address and opt_out.channel != "push":
            # Whoever has an address that the contact gave up must not open the one that the contact has now.
            raise InvalidInput("This link is not complete.", code="bad_link")
        self._prove(opt_out, profile, GRANTED, "page", token, address)
        if address and self._suppressed(opt_out, address) == UNSUBSCRIBED:
            self.consents.unsuppress(opt_out.tenant, opt_out.channel, address)
        opened = given({_consent(opt_out): GRANTED}, ProofKind.PAGE, address)
        self.consents.set_consent(opt_out.tenant, profile, opened)
        # Of a message nothing but what became of it is counted: that somebody came back is not.
        home = {"workflow": opt_out.workflow, **_changes(opt_out, GRANTED)}
        self._emit(opt_out, token, profile, _event(opt_out, "resubscribed"), "page", home)
        return self._stands(opt_out, subscribed=True)

    def _stands(self, opt_out: OptOut, *, subscribed: bool) -> Standing:
        name = self.workspaces.workspace(opt_out.tenant).name
        theme = self.themes(opt_out.tenant) if self.themes is not None else Theme()
        return Standing(opt_out, name, subscribed, theme)

    def _person(self, opt_out: OptOut) -> tuple[str, str]:
        """Return the profile as it is by now, and its address if it still is the one that got the message."""
        profile = self.profiles.get(opt_out.tenant, [opt_out.profile]).get(opt_out.profile)
        if profile is None:
            return opt_out.profile, ""
        address = addresses_of(profile).get(opt_out.channel, "")
        same = bool(address) and address_hash(opt_out.tenant, address) == opt_out.address
        return profile.id, address if same else ""

    def _suppressed(self, opt_out: OptOut, address: str) -> str:
        if not address or opt_out.channel == "push":
            return ""
        return self.consents.suppressed(opt_out.tenant, opt_out.channel, [address]).get(address, "")

    def _prove(
        self, opt_out: OptOut, profile: str, state: str, method: str, token: str, address: str
    ) -> None:
        if self.proofs is None:
            return
        now = self.clock.now()
        proof = Proof(
            profile=profile,
            key=_consent(opt_out),
            state=state,
            at=now,
            received_at=now,
            message_id=mark_of(state, token, now),
            source=f"unsubscribe_link:{method}",
            explicit=True,
            how=ProofKind.PAGE.value,
            number=number_of(_consent(opt_out), address),
        )
        # The proof first: nothing holds that cannot be proved.
        self.proofs.put(opt_out.tenant, [proof])

    def _emit(
        self, opt_out: OptOut, token: str, profile: str, name: str, method: str, home: Mapping[str, Any]
    ) -> None:
        now = iso(self.clock.now())
        self.stream.emit(
            opt_out.tenant,
            [
                {
                    "v": 1,
                    # A repeated request within the minute is one event; a later change of mind is another.
                    "message_id": "link-" + short_hash(name, token, now[:16], length=24),
                    "kind": "engagement",
                    "name": name,
                    "profile": profile,
                    "properties": {
                        **home,
                        "channel": opt_out.channel,
                        "purpose": opt_out.purpose.value,
                        "method": method,
                    },
                    "occurred_at": now,
                    "received_at": now,
                    "source": "stepwell",
                }
            ],
        )


def _consent(opt_out: OptOut) -> str:
    return f"{opt_out.channel}:{opt_out.purpose.value}"


def _changes(opt_out: OptOut, state: str) -> dict[str, Any]:
    # Of notifications the event's name does not say whether they were ended or opened again.
    return {"changes": {_consent(opt_out): state}} if opt_out.channel == "push" else {}


def _event(opt_out: OptOut, what: str) -> str:
    # `push_unsubscribed` tells of a browser that shows nothing any more.
    return "preferences_changed" if opt_out.channel == "push" else f"{opt_out.channel}_{what}"
