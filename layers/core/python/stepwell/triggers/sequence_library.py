"""Ready-made sequences: documents in `statemachines/templates/sequences`, one YAML file each, to start from."""

from __future__ import annotations

from pathlib import Path

import yaml

from stepwell.errors import InvalidInput, ValidationFailed
from stepwell.triggers.sequence_model import Sequence, read_sequence

FOLDER = "sequences"


def load_examples(library: Path) -> dict[str, Sequence]:
    """Read all examples of a library's folder, by id, sorted.

    Raises:
        ValidationFailed: A file is no sequence; the message names the file.
        InvalidInput: A file's name is not its sequence's id.
    """
    found = {}
    for path in sorted((library / FOLDER).glob("*.yaml")):
        try:
            sequence = read_sequence(yaml.safe_load(path.read_text(encoding="utf-8")))
        except ValidationFailed as error:
            raise ValidationFailed(f"{path.name}: {error.message}", error.violations) from error
        if sequence.id != path.stem:
            raise InvalidInput(f"{path.name} holds the sequence `{sequence.id}`: name the file after it.")
        found[sequence.id] = sequence
    return found
