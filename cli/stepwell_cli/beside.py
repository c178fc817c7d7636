"""Finds snippets, blocks and sources beside a message's file, so that it can be shown without a deployment.

The folders are those of workflows in git: `snippets/`, `blocks/` and `sources/`, beside `messages/` or in the folder of
the file itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stepwell.content.models import Template
from stepwell.content.pieces import BLOCK, SNIPPET, SOURCE, read_piece
from stepwell.errors import StepwellError
from stepwell.publishing.pieces import names_of

from stepwell_cli.errors import CliError
from stepwell_cli.files import read_mapping

_FOLDERS = {SNIPPET: "snippets", BLOCK: "blocks", SOURCE: "sources"}
_WORDS = {SNIPPET: "snippet", BLOCK: "block", SOURCE: "source"}
# Parts of the layout that Jinja2 templates may put in without a file.
_LAYOUT = frozenset({"base", "parts"})


class Beside:
    """Pieces of the folders around a file.

    Args:
        file: The message's file.
    """

    def __init__(self, file: Path) -> None:
        here = file.resolve().parent
        self._roots = (here, here.parent)
        self._found: dict[tuple[str, str], Any] = {}

    def find(self, kind: str, piece: str) -> Any:
        """Return a piece; None: no file has it.

        Raises:
            CliError: Its file is none of its kind.
        """
        key = (kind, piece)
        if key not in self._found:
            self._found[key] = self._read(kind, piece)
        return self._found[key]

    def _read(self, kind: str, piece: str) -> Any:
        for root in self._roots:
            for path in sorted((root / _FOLDERS[kind]).glob("*.y*ml")):
                # The id is in the file; its name is only how people find it.
                document = read_mapping(path)
                if document.get("id") != piece:
                    continue
                try:
                    return read_piece(kind, document)
                except StepwellError as error:
                    raise CliError(f"{path}: {error.message}", code=error.code) from None
        return None

    def missing(self, template: Template) -> list[str]:
        """Return what the message and its pieces put in and no file has, as people would look for it."""
        todo: list[Mapping[str, Any]] = [template.model_dump(mode="json")]
        seen: set[tuple[str, str]] = set()
        lost: set[str] = set()
        while todo:
            for kind, name in names_of(todo.pop()) - seen:
                seen.add((kind, name))
                found = self.find(kind, name)
                if found is not None:
                    todo.append(found.model_dump(mode="json"))
                elif kind != SNIPPET or name.partition(".")[0] not in _LAYOUT:
                    lost.add(f"{_WORDS[kind]} `{name}` ({_FOLDERS[kind]}/{name}.yaml)")
        return sorted(lost)
