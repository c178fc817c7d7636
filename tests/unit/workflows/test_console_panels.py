"""The console's panels are tested over a copy of the node types' forms: it says what the API says."""

from __future__ import annotations

import json
from pathlib import Path

from stepwell.workflows.schema import export

COPY = Path(__file__).parents[3] / "console/src/builder/panels/testing/nodes.json"


def test_the_copy_of_the_forms_is_current() -> None:
    assert json.loads(COPY.read_text()) == json.loads(json.dumps(export()["nodes"]))
