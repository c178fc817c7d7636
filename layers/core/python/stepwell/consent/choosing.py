"""What contacts choose on pages behind signed links: channels, topics, how often; double opt-in; data requests.

Every change has its proof, which is written first: when, from where, in which words. What opens something needs the
address that got the link to be the contact's still; what closes something always holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from stepwell.consent.asking import addresses_of, event_of, mark_of
from stepwell.consent.centre import Centre
from stepwell.consent.choice_ports import ChoicePorts
from stepwell.consent.proofs import ASKED, DENIED, GRANTED, Proof, given, number_of
from stepwell.consent.unsubscribe import UNSUBSCRIBED
from stepwell.contracts.consent_kinds import PROOF, ProofKind, kind_for
from stepwell.contracts.links import OptOut, address_hash, read_confirmation, read_opt_out
from stepwell.contracts.preferences import ALL, LIMIT, NO_LIMIT, TOPIC
from stepwell.errors import InvalidInput

CONFIRM_WITHIN = timedelta(days=14)
OLD_LINK = "old_link"
_PROOFS = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand for the person behind a link.

    Attributes:
        centre: What can be chosen.
        sender: Name to show.
        channels: Whether marketing may come by each channel that reaches the contact.
        closed: Why nothing goes to the address of a channel, whatever is chosen here.
        topics: Whether each topic is wanted.
        limit: How often at most, or `none`.
    """

    centre: Centre
    sender: str
    channels: Mapping[str, bool] = field(default_factory=dict)
    closed: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, bool] = field(default_factory=dict)
    limit: str = NO_LIMIT


@dataclass(frozen=True, slots=True)
class _Person:
    id: str
    addresses: Mapping[str, str]
    same: bool

    @property
    def number(self) -> str:
        return self.addresses.get("sms", "")


@dataclass(frozen=True, slots=True)
class Choices:
    """Reads and changes what contacts choose.

    Args:
        ports: What the pages reach.
    """

    ports: ChoicePorts

    def standing(self, token: str) -> Standing:
        """Return how things stand; changes nothing.

        Raises:
            InvalidInput: Not a link of ours.
        """
        opt_out = read_opt_out(token, self.ports.keys)
        return self._standing(opt_out.tenant, self._person(opt_out))

    def save(self, token: str, fields: Mapping[str, str], words: Mapping[str, str], ip: str) -> Standing:
        """Save the form of the page; what was not on it stays.

        Args:
            token: The link's token.
            fields: The form: ``channel.<name>`` and ``topic.<id>`` where ticked, and ``limit``.
            words: The text that stood beside each choice, by consent key.
            ip: Whence it came.

        Raises:
            InvalidInput: Not a link of ours.
            Unavailable: A store or the stream did not answer; to be repeated.
        """
        opt_out = read_opt_out(token, self.ports.keys)
        person = self._person(opt_out)
        before = self._standing(opt_out.tenant, person)
        wanted = {
            **{f"{name}:marketing": f"channel.{name}" in fields for name in before.channels},
            **{f"{TOPIC}{name}": f"topic.{name}" in fields for name in before.topics},
        }
        held = {
            **{f"{name}:marketing": on for name, on in before.channels.items()},
            **{f"{TOPIC}{name}": on for name, on in before.topics.items()},
        }
        changes = {
            key: GRANTED if on else DENIED
            for key, on in wanted.items()
            # Who no longer has the address that got the link can close things only.
            if on != held[key] and (person.same or not on)
            if not on or key.partition(":")[0] not in before.closed
        }
        limit = fields.get("limit", before.limit)
        opens = before.limit != NO_LIMIT and not person.same
        if limit != before.limit and not opens and limit in (*before.centre.frequencies, NO_LIMIT):
            changes[f"{LIMIT}{ALL}"] = limit
        if changes:
            self._change(opt_out.tenant, person, opt_out, changes, words, ip, token)
        return self._standing(opt_out.tenant, person)

    def confirm(self, token: str, ip: str) -> Standing:
        """Take the answer to a double opt-in: the channel's marketing is granted.

        Raises:
            InvalidInput: Not a link of ours, of an address that is the contact's no more, too old, or sent before
                the person said no (`old_link`).
            Unavailable: A store or the stream did not answer; to be repeated.
        """
        said, person, known = self._confirming(token)
        key = f"{said.channel}:marketing"
        wording = next((proof.wording for proof in known if proof.state == ASKED), "")
        self._prove(said.tenant, person, {key: GRANTED}, {key: wording}, ip, token, "double_opt_in")
        opened = given({key: GRANTED}, ProofKind.DOUBLE, person.number)
        self.ports.consents.set_consent(said.tenant, person.id, opened)
        self._free(said.tenant, said.channel, person)
        self._emit(said.tenant, person.id, "opt_in_confirmed", {"channel": said.channel}, token)
        return self._standing(said.tenant, person)

    def confirming(self, token: str) -> str:
        """Return who asks for a confirmation; changes nothing.

        Raises:
            InvalidInput: As `confirm`.
        """
        said, _, _ = self._confirming(token)
        return self.ports.workspaces.workspace(said.tenant).name

    def request(self, token: str, what: str) -> Standing:
        """Record that a contact asks for its data (`access`) or to be erased (`erasure`).

        Raises:
            InvalidInput: Not a link of ours, or no such request.
            Unavailable: A store or the stream did not answer; to be repeated.
        """
        opt_out = read_opt_out(token, self.ports.keys)
        person = self._person(opt_out)
        standing = self._standing(opt_out.tenant, person)
        # An address that went to somebody else must not fetch or end another's data.
        if what not in ("access", "erasure") or not standing.centre.data_requests or not person.same:
            raise InvalidInput("This cannot be asked here.", code="bad_request")
        now = self.ports.clock.now()
        self.ports.requests.add(opt_out.tenant, person.id, what, now, f"link:{opt_out.channel}")
        self._emit(opt_out.tenant, person.id, "data_requested", {"what": what}, token)
        return standing

    def _confirming(self, token: str) -> tuple[Any, _Person, list[Proof]]:
        """Read a link; return also what was said of its channel, newest first."""
        said = read_confirmation(token, self.ports.keys)
        if self.ports.clock.now().timestamp() - said.minute * 60 > CONFIRM_WITHIN.total_seconds():
            raise InvalidInput("This link is too old.", code=OLD_LINK)
        person = self._find(said.tenant, said.profile, said.channel, said.address)
        if not person.same:
            raise InvalidInput("This link is not complete.", code="bad_link")
        ids = sorted({person.id, said.profile})
        found = [one for known in ids for one in self.ports.proofs.of(said.tenant, known, _PROOFS)[0]]
        found = [one for one in found if one.key == f"{said.channel}:marketing"]
        found.sort(key=lambda one: one.at, reverse=True)
        # Whoever has an old mail must not undo a no that came after it. In the link's own minute the no holds.
        if found and found[0].state == DENIED and found[0].at.timestamp() >= said.minute * 60:
            raise InvalidInput("The person said no after this link was sent.", code=OLD_LINK)
        return said, person, found

    def _person(self, opt_out: OptOut) -> _Person:
        return self._find(opt_out.tenant, opt_out.profile, opt_out.channel, opt_out.address)

    def _find(self, tenant: str, profile: str, channel: str, mark: str) -> _Person:
        found = self.ports.profiles.get(tenant, [profile]).get(profile)
        if found is None:
            return _Person(profile, {}, same=False)
        addresses = addresses_of(found)
        same = channel in addresses and address_hash(tenant, addresses[channel]) == mark
        return _Person(found.id, addresses, same)

    def _standing(self, tenant: str, person: _Person) -> Standing:
        centre = self.ports.centre(tenant)
        workspace = self.ports.workspaces.workspace(tenant)
        consent = self.ports.consents.records(tenant, [person.id])[person.id].consent
        shown: list[str] = [name for name in centre.channels if name in person.addresses]
        if "push:marketing" not in consent:
            shown = [name for name in shown if name != "push"]
        channels: dict[str, bool] = {}
        reasons = {name: self._reason(tenant, name, person) for name in shown}
        closed = {name: why for name, why in reasons.items() if why not in ("", UNSUBSCRIBED)}
        for name in shown:
            answer = consent.get(f"{name}:marketing")
            asked = workspace.marketing_opt_in or name == "sms"
            noted = consent.get(f"{PROOF}{name}", "")
            # Agreed to for another number: not for this one.
            moved = bool(noted) and not kind_for(noted, person.addresses[name])
            wanted = not moved if answer == GRANTED else answer != DENIED and not asked
            channels[name] = wanted and reasons[name] != UNSUBSCRIBED
        topics = {topic.id: consent.get(f"{TOPIC}{topic.id}") != DENIED for topic in centre.topics}
        limit = consent.get(f"{LIMIT}{ALL}", NO_LIMIT)
        return Standing(centre, workspace.name, channels, closed, topics, limit)

    def _reason(self, tenant: str, channel: str, person: _Person) -> str:
        address = person.addresses.get(channel, "")
        if not address or channel == "push":
            return ""
        return self.ports.consents.suppressed(tenant, channel, [address]).get(address, "")

    def _free(self, tenant: str, channel: str, person: _Person) -> None:
        if self._reason(tenant, channel, person) == UNSUBSCRIBED:
            self.ports.consents.unsuppress(tenant, channel, person.addresses[channel])

    def _change(
        self,
        tenant: str,
        person: _Person,
        opt_out: OptOut,
        changes: Mapping[str, str],
        words: Mapping[str, str],
        ip: str,
        token: str,
    ) -> None:
        # The proof first: nothing holds that cannot be proved.
        self._prove(tenant, person, changes, words, ip, token, "preference_centre")
        closed = {key: value for key, value in changes.items() if value == DENIED}
        # After a merge the old record may still be read by a step under way: an opt-out always wins.
        for known in sorted({person.id, opt_out.profile} if closed else set()):
            self.ports.consents.set_consent(tenant, known, closed)
        opened = {key: value for key, value in changes.items() if value != DENIED}
        if opened:
            self.ports.consents.set_consent(tenant, person.id, given(opened, ProofKind.PAGE, person.number))
        now = self.ports.clock.now()
        for key, value in changes.items():
            channel, _, purpose = key.partition(":")
            if purpose != "marketing":
                continue
            address = person.addresses[channel]
            if value == GRANTED:
                self._free(tenant, channel, person)
            elif channel != "push" and not self._reason(tenant, channel, person):
                self.ports.consents.suppress(tenant, channel, address, UNSUBSCRIBED, now, "preference_centre")
            if channel != "push":  # of which these names say that a browser came or went
                name = f"{channel}_{'resubscribed' if value == GRANTED else 'unsubscribed'}"
                told = {"channel": channel, "purpose": "marketing", "method": "preferences"}
                # Counted at the message that led here: an end of its own channel.
                ends = value == DENIED and channel == opt_out.channel
                home = opt_out.origin if ends else {"workflow": opt_out.workflow}
                self._emit(tenant, person.id, name, {**home, **told}, token)
        self._emit(tenant, person.id, "preferences_changed", {"changes": dict(changes)}, token)

    def _prove(
        self,
        tenant: str,
        person: _Person,
        changes: Mapping[str, str],
        words: Mapping[str, str],
        ip: str,
        token: str,
        source: str,
    ) -> None:
        now = self.ports.clock.now()
        self.ports.proofs.put(
            tenant,
            [
                Proof(
                    profile=person.id,
                    key=key,
                    state=state,
                    at=now,
                    received_at=now,
                    message_id=mark_of(source, token, now),
                    wording=words.get(key, ""),
                    source=source,
                    explicit=True,
                    ip=ip[:45],
                    how=(ProofKind.DOUBLE if source == "double_opt_in" else ProofKind.PAGE).value,
                    number=number_of(key, person.number),
                )
                for key, state in changes.items()
            ],
        )

    def _emit(self, tenant: str, profile: str, name: str, properties: Mapping[str, Any], token: str) -> None:
        now = self.ports.clock.now()
        self.ports.stream.emit(tenant, [event_of(profile, name, properties, mark_of(name, token, now), now)])
