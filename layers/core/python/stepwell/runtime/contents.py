"""What a workspace's messages share, for one batch: snippets, blocks, connected content, the contact's language.

Nothing is read that no template of the batch names; each is read once a batch and kept by the store for a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from stepwell.channels.links import ID, KIND, LinkSettings, read_settings
from stepwell.content.blocks import Blocks
from stepwell.content.connected import Answers, Connected
from stepwell.content.including import snippets_of
from stepwell.content.languages import language_of, localized
from stepwell.content.models import Template
from stepwell.content.pieces import Source, read_piece
from stepwell.content.render import Renderer, Snippets
from stepwell.contracts.fields import fields
from stepwell.errors import Forbidden, Unavailable
from stepwell.runtime.effects import HttpRequest

if TYPE_CHECKING:
    from stepwell.conditions import Facts
    from stepwell.runtime.effects import StepContext
    from stepwell.workflows.nodes.base import Member

_SECRET = "secret:"


class PieceStore(Protocol):
    """Pieces of messages (table `config`)."""

    def piece(self, tenant: str, kind: str, piece: str) -> Mapping[str, Any] | None:
        """Return a snippet's, block's or source's document; may be a minute old. None: there is none."""
        ...


@cache
def _answers() -> Answers:
    # Of the process, as what it keeps is; it decides only whether something is asked again.
    return Answers(monotonic)


class Contents:
    """Finds what the templates of one batch name.

    Args:
        context: The step.
        renderer: Renders blocks.
    """

    def __init__(self, context: StepContext, renderer: Renderer) -> None:
        self._context = context
        self._renderer = renderer
        self._found: dict[tuple[str, str], Any] = {}
        self._links: LinkSettings | None = None
        self._snippets: dict[tuple[str, str, str, str], Snippets] = {}

    def find(self, kind: str, piece: str) -> Any:
        """Return a piece, read and checked once a batch; None: there is none."""
        key = (kind, piece)
        if key not in self._found:
            store = self._context.ports.pieces
            document = store.piece(self._context.moment.tenant, *key) if store is not None else None
            self._found[key] = None if document is None else read_piece(kind, document)
        return self._found[key]

    @property
    def links(self) -> LinkSettings:
        """How the workspace treats links of e-mails."""
        if self._links is None:
            store, tenant = self._context.ports.pieces, self._context.moment.tenant
            self._links = read_settings(store.piece(tenant, KIND, ID) if store is not None else None)
        return self._links

    def localized(self, template: Template, member: Member) -> Template:
        """Return a template in a contact's language."""
        if not template.translations:
            return template
        return localized(template, language_of(fields(member.profile, self._context.moment.now)))

    def snippets(self, template: Template) -> Snippets:
        """Return the snippets that a template puts in.

        Raises:
            TemplateFault: One is written in another language, or there are too many.
        """
        if self._context.ports.pieces is None:
            return ()
        key = (template.id, template.language, template.subject, template.text)
        if key not in self._snippets:
            self._snippets[key] = snippets_of(template, self.find)
        return self._snippets[key]

    def functions(self, member: Member, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return `block` and `connected` for one contact.

        Args:
            member: The contact.
            values: What templates read; blocks read the same.
        """
        if self._context.ports.pieces is None:
            return {}
        now = self._context.moment.now
        return {
            "block": Blocks(self._renderer, self.find, self._facts(member), now, values),
            "connected": Connected(self.find, self._get),
        }

    def _facts(self, member: Member) -> Callable[[], Facts]:
        from stepwell.workflows.facts import member_facts  # only blocks ask

        return lambda: member_facts(member, self._context.moment)

    def _get(self, source: Source, url: str) -> Any:
        return _answers().answer(self._context.moment.tenant, source, url, self._fetch)

    def _fetch(self, source: Source, url: str) -> bytes:
        moment, ports = self._context.moment, self._context.ports
        headers = {name: self._resolved(text) for name, text in source.headers.items()}
        response = ports.http.call(
            HttpRequest("GET", url, headers, b"", source.timeout_ms / 1_000, moment.workspace.api_hosts)
        )
        if response.status >= 500 or response.status == 429:
            raise Unavailable("The source does not answer.", code="content_unavailable")
        if response.status != 200:
            raise Forbidden("The source refuses.", code=f"http_{response.status}")
        return response.body

    def _resolved(self, text: str) -> str:
        before, mark, name = text.partition(_SECRET)
        if not mark:
            return text
        return before + self._context.ports.secrets.secret(self._context.moment.tenant, name.strip())
