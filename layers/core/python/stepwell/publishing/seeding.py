"""Copies for the seed list: each published message once, rendered for a made-up contact, marked, counted nowhere.

A copy of a contact's own message would carry his name, and a link that opts him out. So seeds get what the template
gives for its sample contact; links for opting out only show where they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from stepwell.channels.email import sender_line
from stepwell.channels.email_settings import EmailSettings
from stepwell.content.faults import TemplateFault
from stepwell.contracts.messages import Email, Purpose
from stepwell.contracts.workspace import Document, Workspace
from stepwell.errors import Conflict, NotFound, NotReady, StepwellError
from stepwell.publishing.channels import settings_of
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.rendering import Letters
from stepwell.workflows.documents import from_document
from stepwell.workflows.nodes import node_type

KIND = "SEEDED"
HEADER = "X-Stepwell-Seed"
"""By which seed tools find a copy: ``<workflow>/<version>/<node>``."""
_KEPT = 50


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


class Mailer(Protocol):
    """Sends one message."""

    def send(self, email: Email) -> str:
        """Send; return the provider's id."""
        ...


@dataclass(frozen=True, slots=True)
class Seeding:
    """Sends copies to the seed list.

    Args:
        documents: Settings of e-mail, and which versions were copied.
        mailer: Sends, by the providers of the stream.
        publishing: Versions, workspace, audit log.
        letters: Makes a writer of messages for a workspace and a purpose.
    """

    documents: Documents
    mailer: Mailer
    publishing: PublishingPorts
    letters: Callable[[Workspace, str], Letters]

    def send(self, tenant: str, workflow: str, version: int, actor: str) -> dict[str, Any]:
        """Send each message of a published version to the seeds, unless that was done before.

        Raises:
            NotReady: There is no seed list.
            NotFound: There is no such version.
            Conflict: It was sent before, or somebody sends it at this moment.
        """
        settings, _ = settings_of(self.documents, tenant, "email")
        seeds = settings.seeds if isinstance(settings, EmailSettings) else ()
        if not seeds:
            raise NotReady("There is no seed list: add `seeds` to the settings of e-mail.", code="no_seeds")
        stored = self.publishing.versions.get(tenant, workflow, version)
        if stored is None:
            raise NotFound(f"`{workflow}` has no version {version}.", code="no_version")
        drawn = from_document(dict(stored.graph))
        # First noted, then sent: a seed rather misses a copy than gets it twice.
        self._note(tenant, workflow, version, actor)
        workspace = self.publishing.inventory.workspace(tenant)
        writer = self.letters(workspace, drawn.purpose or Purpose.MARKETING)
        sent: list[str] = []
        failed: list[dict[str, str]] = []
        for node in drawn.nodes:
            if node_type(node.type).function != "send_email":
                continue
            try:
                traits = dict(writer.sample(node))
                event = traits.pop("event", None) or {}
                draft = writer.draft(node, traits, event, self.publishing.now())
                for seed in seeds:
                    self.mailer.send(
                        _copy(workspace, draft, seed, f"{workflow}/{version}/{node.id}", drawn.purpose)
                    )
                sent.append(node.id)
            except (TemplateFault, StepwellError) as error:
                failed.append({"node": node.id, "code": error.code})
        self.publishing.note(
            tenant,
            actor,
            "seeds.sent",
            f"workflow/{workflow}",
            version=version,
            nodes=sent,
            failed=len(failed),
        )
        return {"workflow": workflow, "version": version, "seeds": len(seeds), "sent": sent, "failed": failed}

    def _note(self, tenant: str, workflow: str, version: int, actor: str) -> None:
        try:
            document = self.documents.document(tenant, KIND, workflow)
            rev, before = document.rev, [int(one) for one in document.body.get("versions", ())]
        except NotFound:
            rev, before = 0, []
        if version in before:
            raise Conflict(f"The seeds have version {version} of `{workflow}` already.", code="seeded")
        versions = sorted({*before, version})[-_KEPT:]
        self.documents.save_document(tenant, KIND, workflow, rev, {"versions": versions}, actor)


def _copy(workspace: Workspace, draft: Any, seed: str, place: str, purpose: str | None) -> Email:
    return Email(
        to=seed,
        sender=sender_line(draft.sender),
        subject=draft.rendered.subject,
        text=draft.rendered.text,
        html=draft.rendered.html,
        reply_to=workspace.reply_to,
        headers={HEADER: place},
        # Neither contact nor visit among the tags: nobody's event comes of it.
        tags={"tenant": workspace.tenant, "kind": "seed"},
        purpose=Purpose(purpose or Purpose.MARKETING),
    )
