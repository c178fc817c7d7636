"""What people edit and look at, on PynamoDB: workspace, switches, drafts, versions, templates, keys, audit.

Every save is conditional on the revision that was read; a version is put once and never changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pynamodb.exceptions import (
    DeleteError,
    DoesNotExist,
    GetError,
    PutError,
    PynamoDBException,
    QueryError,
    UpdateError,
)

from stepwell.adapters.config_models import DocumentItem, bind
from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.items.config import (
    CONTROL,
    DRAFT,
    TENANTS,
    TRIGGERS,
    WORKSPACE,
    config_partition,
    control_document,
    control_of,
    document_key,
    read_body,
    revision_key,
    singleton_key,
    workspace_document,
    workspace_of,
    write_body,
)
from stepwell.adapters.items.wire import Key, from_millis, millis
from stepwell.contracts.clock import Clock
from stepwell.contracts.workspace import Control, Document, Revision, WorkflowStatus, Workspace
from stepwell.errors import Conflict, NotFound, StepwellError, Throttled, Unavailable

_TRIES = 5


@contextmanager
def translated_models() -> Iterator[None]:
    """Raise PynamoDB's errors as ours; a failed condition is a Conflict."""
    try:
        yield
    except (PutError, UpdateError, DeleteError, GetError, QueryError) as error:
        raise _translate(error) from error


def _translate(error: PynamoDBException) -> StepwellError:
    code = error.cause_response_code or ""
    if code in {"ConditionalCheckFailedException", "TransactionCanceledException"}:
        return Conflict("Somebody else changed it first: read it again.")
    if code in {"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"}:
        return Throttled("DynamoDB asked to slow down.")
    return Unavailable("DynamoDB failed.", details={"dependency": "DynamoDB", "aws_code": code})


class ConfigStore:
    """Documents of tenants in table `config`.

    Args:
        table: Table name.
        region: AWS region.
        clock: The clock.
    """

    def __init__(self, table: str, region: str, clock: Clock) -> None:
        self._models = bind(table, region)
        self._clock = clock

    def workspace(self, tenant: str) -> Workspace:
        """Return a tenant's settings, strongly read.

        Raises:
            NotFound: No such tenant.
        """
        return workspace_of({**read_body(self._get(singleton_key(tenant, WORKSPACE)).body), "tenant": tenant})

    def save_workspace(self, workspace: Workspace, by: str = "") -> None:
        """Save a tenant's settings, and put a new tenant on the list of all."""
        with translated_models():
            self._models.tenant(TENANTS, workspace.tenant).save()
        body = workspace_document(workspace)
        self._rewrite(singleton_key(workspace.tenant, WORKSPACE), lambda _: body, by)

    def tenants(self) -> list[str]:
        """Return all tenant ids."""
        with translated_models():
            return [item.sk for item in self._models.tenant.query(TENANTS, consistent_read=True)]

    def control(self, tenant: str) -> Control:
        """Return the switches, strongly read."""
        try:
            return control_of(read_body(self._get(singleton_key(tenant, CONTROL)).body))
        except NotFound:
            return Control()

    def set_status(self, tenant: str, workflow: str, status: WorkflowStatus, by: str = "") -> Control:
        """Switch one workflow; return the switches as they are then."""
        return self._switch(tenant, lambda c: replace(c, workflows={**c.workflows, workflow: status}), by)

    def set_stopped(self, tenant: str, stopped: bool, by: str = "") -> Control:
        """Stop everything, or lift the stop."""
        return self._switch(tenant, lambda control: replace(control, stopped=stopped), by)

    def set_marketing_paused(self, tenant: str, paused: bool, by: str = "") -> Control:
        """Have marketing mail wait, or let it go on."""
        return self._switch(tenant, lambda control: replace(control, marketing_paused=paused), by)

    def _switch(self, tenant: str, change: Any, by: str) -> Control:
        body = self._rewrite(
            singleton_key(tenant, CONTROL), lambda old: control_document(change(control_of(old))), by
        )
        return control_of(body)

    def triggers(self, tenant: str) -> tuple[int, dict[str, Any]]:
        """Return (revision, trigger index), strongly read; (0, {}) when nothing is published."""
        try:
            item = self._get(singleton_key(tenant, TRIGGERS))
        except NotFound:
            return 0, {}
        return int(item.rev), read_body(item.body)

    def save_triggers(self, tenant: str, rev: int, index: Mapping[str, Any], by: str = "") -> None:
        """Save the trigger index over revision ``rev``.

        Raises:
            Conflict: Another publication was faster.
        """
        self._put(singleton_key(tenant, TRIGGERS), rev, index, by)

    def document(self, tenant: str, kind: str, id_: str) -> Document:
        """Return a document.

        Raises:
            NotFound: No such document.
        """
        return _document(kind, self._get(document_key(tenant, kind, id_)))

    def documents(
        self, tenant: str, kind: str, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[Document], str | None]:
        """Page through the documents of a kind in order of their ids."""
        model = self._models.document
        pk = config_partition(tenant)
        with translated_models():
            page = model.query(
                pk,
                model.sk.startswith(f"{kind}#"),
                limit=limit,
                consistent_read=True,
                last_evaluated_key=read_cursor(cursor, pk),
            )
            found = [_document(kind, item) for item in page]
        return found, write_cursor(page.last_evaluated_key)

    def save_document(
        self, tenant: str, kind: str, id_: str, rev: int, body: Mapping[str, Any], by: str = ""
    ) -> Document:
        """Save a document over the revision that was read (0: it is new).

        Raises:
            Conflict: Somebody else changed it first.
        """
        return _document(kind, self._put(document_key(tenant, kind, id_), rev, body, by))

    def delete_document(self, tenant: str, kind: str, id_: str, rev: int) -> None:
        """Delete a document of this revision; its revisions stay.

        Raises:
            Conflict: Somebody else changed or deleted it first.
        """
        model = self._models.document
        with translated_models():
            model(*document_key(tenant, kind, id_)).delete(condition=model.rev == rev)

    def put_revision(
        self,
        tenant: str,
        kind: str,
        id_: str,
        number: int,
        body: Mapping[str, Any],
        by: str = "",
        note: str = "",
    ) -> Revision:
        """Put an immutable version; putting the same once more is no error.

        Raises:
            Conflict: This number holds something else.
        """
        model = self._models.document
        item = model(
            *revision_key(tenant, kind, id_, number),
            rev=number,
            body=write_body(body),
            at=millis(self._clock.now()),
            by=by,
            note=note,
        )
        try:
            with translated_models():
                item.save(condition=model.pk.does_not_exist())
        except Conflict:
            item = self._get(revision_key(tenant, kind, id_, number))
            if item.body != write_body(body):
                raise
        return _revision(kind, id_, item)

    def revision(self, tenant: str, kind: str, id_: str, number: int) -> dict[str, Any]:
        """Return an immutable version's body.

        Raises:
            NotFound: No such version.
        """
        return read_body(self._get(revision_key(tenant, kind, id_, number)).body)

    def revisions(
        self, tenant: str, kind: str, id_: str, limit: int = 50, cursor: str | None = None
    ) -> tuple[list[Revision], str | None]:
        """Page through versions without bodies, newest first."""
        model = self._models.document
        pk = revision_key(tenant, kind, id_, 0)[0]
        with translated_models():
            page = model.query(
                pk,
                limit=limit,
                consistent_read=True,
                scan_index_forward=False,
                attributes_to_get=["pk", "sk", "rev", "at", "by", "note"],
                last_evaluated_key=read_cursor(cursor, pk),
            )
            found = [_revision(kind, id_, item) for item in page]
        return found, write_cursor(page.last_evaluated_key)

    def publish(
        self, tenant: str, workflow: str, document: Mapping[str, Any], by: str = "", note: str = ""
    ) -> Revision:
        """Put a workflow's document as its next version.

        Raises:
            Conflict: Others keep publishing it at the same moment.
        """
        for _ in range(_TRIES):
            last, _cursor = self.revisions(tenant, DRAFT, workflow, limit=1)
            number = last[0].number + 1 if last else 1
            try:
                return self.put_revision(tenant, DRAFT, workflow, number, document, by, note)
            except Conflict:
                continue
        raise Conflict("Others publish this workflow at the same moment.")

    def _get(self, key: Key) -> DocumentItem:
        try:
            with translated_models():
                return self._models.document.get(*key, consistent_read=True)
        except DoesNotExist:
            name = key[1].partition("#")[2] or key[1]
            raise NotFound(f"There is no {name!r} here.", details={"id": name}) from None

    def _put(self, key: Key, rev: int, body: Mapping[str, Any], by: str) -> DocumentItem:
        model = self._models.document
        item = model(*key, rev=rev + 1, body=write_body(body), at=millis(self._clock.now()), by=by)
        with translated_models():
            item.save(condition=model.rev == rev if rev else model.pk.does_not_exist())
        return item

    def _rewrite(self, key: Key, change: Any, by: str) -> dict[str, Any]:
        for _ in range(_TRIES):
            try:
                item = self._get(key)
                rev, old = int(item.rev), read_body(item.body)
            except NotFound:
                rev, old = 0, {}
            body: dict[str, Any] = change(old)
            try:
                self._put(key, rev, body, by)
            except Conflict:
                continue
            return body
        raise Conflict("It is being changed by others at the same moment.")


def _document(kind: str, item: DocumentItem) -> Document:
    id_ = item.sk.partition("#")[2]
    return Document(kind, id_, int(item.rev), read_body(item.body), from_millis(int(item.at)), item.by)


def _revision(kind: str, id_: str, item: DocumentItem) -> Revision:
    return Revision(kind, id_, int(item.rev), from_millis(int(item.at)), item.by, item.note or "")
