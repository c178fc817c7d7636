"""Every e-mail that SES accepted, as it was accepted, on disk so that it survives a restart.

SQLite, because it holds a hundred thousand messages, can be searched, and needs nothing installed.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
  id TEXT PRIMARY KEY, at REAL NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL,
  subject TEXT NOT NULL,
  configuration_set TEXT NOT NULL, tags TEXT NOT NULL, operation TEXT NOT NULL, outcome TEXT NOT NULL,
  size INTEGER NOT NULL, raw BLOB NOT NULL, request TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS message_at ON message (at);
"""
_COLUMNS = "id, at, sender, recipients, subject, configuration_set, tags, operation, outcome, size"


@dataclass(frozen=True)
class Message:
    """One accepted e-mail.

    Attributes:
        id: SES message id, as the API returned it.
        at: Virtual time of acceptance, seconds since the epoch.
        recipients: All envelope recipients (to, cc, bcc).
        tags: Message tags, name to value.
        operation: ``Simple``, ``Raw``, ``Template`` or ``Bulk``.
        outcome: ``delivered``, ``bounced`` or ``complained``.
        raw: The whole MIME message; empty in lists.
        request: Parts of the API request worth keeping (feedback address, template name …).
    """

    id: str
    at: float
    sender: str
    recipients: tuple[str, ...]
    subject: str
    configuration_set: str
    tags: dict[str, str]
    operation: str
    outcome: str
    size: int
    raw: bytes = b""
    request: dict[str, Any] = field(default_factory=dict)


class Outbox:
    """Stores and finds messages.

    Args:
        file: The SQLite file.
        limit: The oldest messages beyond this many are dropped.
    """

    def __init__(self, file: Path, limit: int = 200_000) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._limit = limit
        self._adds = 0
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def add(self, message: Message) -> None:
        """Stores a message."""
        row = (
            message.id,
            message.at,
            message.sender,
            json.dumps(message.recipients),
            message.subject,
            message.configuration_set,
            json.dumps(message.tags),
            message.operation,
            message.outcome,
            len(message.raw),
            zlib.compress(message.raw, 1),
            json.dumps(message.request),
        )
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO message VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", row)
            self._adds += 1
            if self._adds % 1000 == 0:
                self._db.execute(
                    "DELETE FROM message WHERE rowid <= (SELECT max(rowid) FROM message) - ?", (self._limit,)
                )

    def count(self, q: str = "", tag: str = "") -> int:
        """How many messages match."""
        where, values = _where(q, tag)
        with self._lock:
            return int(self._db.execute(f"SELECT count(*) FROM message {where}", values).fetchone()[0])

    def count_since(self, at: float) -> int:
        """How many messages were accepted at or after a time."""
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM message WHERE at >= ?", (at,)).fetchone()[0])

    def find(self, q: str = "", tag: str = "", limit: int = 50, offset: int = 0) -> list[Message]:
        """Newest first, without raw MIME.

        Args:
            q: Part of an address, the subject or the id.
            tag: ``name`` or ``name:value`` of a message tag.
            limit: At most this many.
            offset: Skips this many.
        """
        where, values = _where(q, tag)
        query = f"SELECT {_COLUMNS} FROM message {where} ORDER BY at DESC, rowid DESC LIMIT ? OFFSET ?"
        with self._lock:
            rows = self._db.execute(query, (*values, limit, offset)).fetchall()
        return [_message(row) for row in rows]

    def get(self, message_id: str) -> Message | None:
        """A message with its raw MIME."""
        with self._lock:
            row = self._db.execute(
                f"SELECT {_COLUMNS}, raw, request FROM message WHERE id = ?", (message_id,)
            ).fetchone()
        return _message(row) if row else None

    def set_outcome(self, message_id: str, outcome: str) -> None:
        """Notes what became of a message later."""
        with self._lock:
            self._db.execute("UPDATE message SET outcome = ? WHERE id = ?", (outcome, message_id))

    def clear(self) -> None:
        """Drops all messages."""
        with self._lock:
            self._db.execute("DELETE FROM message")

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()


def _where(q: str, tag: str) -> tuple[str, tuple[str, ...]]:
    clauses, values = [], []
    if q:
        clauses.append("(recipients LIKE ? OR sender LIKE ? OR subject LIKE ? OR id = ?)")
        values += [f"%{q}%", f"%{q}%", f"%{q}%", q]
    if tag:
        name, _, value = tag.partition(":")
        # json_each rather than a path, because SES allows names that a JSON path would have to quote.
        clauses.append(
            "EXISTS (SELECT 1 FROM json_each(message.tags) t WHERE t.key = ?"
            + (" AND t.value = ?)" if value else ")")
        )
        values += [name, value] if value else [name]
    return ("WHERE " + " AND ".join(clauses) if clauses else "", tuple(values))


def _message(row: tuple[Any, ...]) -> Message:
    raw, request = (zlib.decompress(row[10]), json.loads(row[11])) if len(row) > 10 else (b"", {})
    return Message(
        id=row[0],
        at=row[1],
        sender=row[2],
        recipients=tuple(json.loads(row[3])),
        subject=row[4],
        configuration_set=row[5],
        tags=json.loads(row[6]),
        operation=row[7],
        outcome=row[8],
        size=row[9],
        raw=raw,
        request=request,
    )
