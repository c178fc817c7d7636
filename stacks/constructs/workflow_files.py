"""The folder of workflows, and of what they need, that is kept in git: read and compiled at synth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stepwell.contracts import names
from stepwell.contracts.parcels import canonical, digest
from stepwell.errors import StepwellError

# A number that no version has: the deployment puts the one in that is given out when it runs.
_UNKNOWN_VERSION = 987_654_321
VERSION, PARTITION = "Version", "Partition"


@dataclass(frozen=True)
class DocumentFile:
    """One document that workflows need.

    Attributes:
        kind: What registers it (``Custom::Stepwell<kind>``).
        id: Its id.
        document: Its content.
    """

    kind: str
    id: str
    document: Mapping[str, Any]

    def names(self, other: DocumentFile) -> bool:
        """Tell whether this document may name another; nothing names itself, and only workflows name messages."""
        return other.kind != "Message" and _named(self.document, other.id)


@dataclass(frozen=True)
class WorkflowFile:
    """One workflow.

    Attributes:
        id: Workflow id.
        document: As drawn.
        definition: Its machine, with ``${token}`` for what is known at deployment.
        digest: Tells this content from another; a new compiler makes another, too.
    """

    id: str
    document: Mapping[str, Any]
    definition: str
    digest: str

    def names(self, other: DocumentFile) -> bool:
        """Tell whether the workflow may name a document; one too many does no harm, it is only waited for."""
        return _named(self.document, other.id)


def _named(document: Mapping[str, Any], id_: str) -> bool:
    """Tell whether an id stands somewhere as a word, or as the score of a model."""
    return (
        re.search(rf"(?<![a-z0-9_]){re.escape(id_)}(_score|_grade)?(?![a-z0-9_])", canonical(document))
        is not None
    )


def function_tokens() -> dict[str, str]:
    """Return the token in definitions a node function."""
    return {name: "".join(part.capitalize() for part in name.split("_")) for name in names.NODE_FUNCTIONS}


def read_workflows(folder: Path, tenant: str) -> list[WorkflowFile]:
    """Compile all workflows of a folder.

    Raises:
        ValueError: A file is no valid workflow (all its errors are named), two have the same id, or there is no
            such folder.
    """
    if not folder.is_dir():
        raise ValueError(f"context workflows: there is no folder {folder}")
    found: dict[str, tuple[Path, WorkflowFile]] = {}
    for path in _files(folder):
        try:
            one = compile_text(path.read_text(encoding="utf-8"), tenant)
        except StepwellError as error:
            raise ValueError(_explained(path, error)) from error
        if one.id in found:
            raise ValueError(f"{found[one.id][0].name} and {path.name} are both workflow `{one.id}`")
        found[one.id] = (path, one)
    return [one for _, one in found.values()]


def compile_text(text: str, tenant: str) -> WorkflowFile:
    """Compile one workflow.

    Raises:
        ValidationFailed: It has errors; all of them are named.
    """
    # The compiler is needed only by deployments that keep workflows in git; it takes a second to import.
    from stepwell.workflows.checks import ensure_valid, run_checks
    from stepwell.workflows.compiler import CompileTargets, compile_workflow
    from stepwell.workflows.documents import load_yaml, to_document
    from stepwell.workflows.expansion import expand
    from stepwell.workflows.graph import Graph

    workflow = load_yaml(text)
    ensure_valid(run_checks(workflow), publishing=True)
    targets = CompileTargets(
        tenant=tenant,
        version=_UNKNOWN_VERSION,
        functions={function: f"${{{token}}}" for function, token in function_tokens().items()},
        partition=f"${{{PARTITION}}}",
    )
    compiled = compile_workflow(Graph(expand(workflow)), targets).text()
    definition = compiled.replace(str(_UNKNOWN_VERSION), f"${{{VERSION}}}")
    document = to_document(workflow)
    return WorkflowFile(workflow.id, document, definition, digest(canonical(document), definition))


def read_documents(folder: Path) -> list[DocumentFile]:
    """Read what is beside the workflows, in an order in which each comes after those that it names.

    Raises:
        ValueError: A file is not what its folder holds (all its errors are named), or two have the same id.
    """
    found: list[DocumentFile] = []
    for name, (kind, read) in _readers().items():
        paths: dict[str, Path] = {}
        of_kind: dict[str, DocumentFile] = {}
        for path in _files(folder / name):
            try:
                id_, document = read(path.read_text(encoding="utf-8"))
            except StepwellError as error:
                raise ValueError(_explained(path, error)) from error
            if id_ in paths:
                raise ValueError(f"{paths[id_].name} and {path.name} are both {kind.lower()} `{id_}`")
            paths[id_], of_kind[id_] = path, DocumentFile(kind, id_, document)
        found += _in_order(of_kind)
    return found


def _in_order(documents: Mapping[str, DocumentFile]) -> list[DocumentFile]:
    """Put each after those of its kind that it names; of a circle, which registering refuses, nobody waits."""
    done: dict[str, DocumentFile] = {}

    def put(one: DocumentFile, above: frozenset[str]) -> None:
        for other in documents.values():
            if other.id not in done and other.id not in above and other.id != one.id and one.names(other):
                put(other, above | {one.id})
        done.setdefault(one.id, one)

    for one in documents.values():
        put(one, frozenset({one.id}))
    return list(done.values())


def _readers() -> dict[str, tuple[str, Callable[[str], tuple[str, Mapping[str, Any]]]]]:
    """Return by folder what its files are called and how one is read; a later one may name those before it."""
    from stepwell.content.library import read_template
    from stepwell.publishing import git_pieces, social_rules
    from stepwell.publishing.git_documents import normal
    from stepwell.workflows.yaml_text import yaml_mapping

    def message(text: str) -> tuple[str, Mapping[str, Any]]:
        template = read_template(text)
        return template.id, template.model_dump(mode="json")

    def document(kind: str) -> Callable[[str], tuple[str, Mapping[str, Any]]]:
        return lambda text: normal(kind, yaml_mapping(text))

    def piece(kind: str) -> Callable[[str], tuple[str, Mapping[str, Any]]]:
        return lambda text: git_pieces.normal(kind, yaml_mapping(text))

    return {
        "scoring": ("ScoringModel", document("ScoringModel")),
        "sequences": ("Sequence", document("Sequence")),
        "segments": ("Segment", document("Segment")),
        "sources": ("ContentSource", piece("ContentSource")),
        "snippets": ("Snippet", piece("Snippet")),
        "blocks": ("Block", piece("Block")),
        "messages": ("Message", message),
        "social": (social_rules.NAME, lambda text: social_rules.normal(yaml_mapping(text))),
    }


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(p for p in folder.glob("*") if p.suffix in {".yaml", ".yml"})


def _explained(path: Path, error: StepwellError) -> str:
    lines = [f"{path.name}: {error.message}"]
    for one in error.details.get("violations", ()):
        place = " ".join(str(one[key]) for key in ("node", "place") if one.get(key))
        lines.append(f"  {place + ': ' if place else ''}{one['message']}")
    return "\n".join(lines)
