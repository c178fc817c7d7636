"""The mappings of the reference page do what stands below them, and its tables name what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from stepwell.sources.managing import checked
from stepwell.sources.models import Source, Verification, Webhook
from stepwell.sources.presets import PRESETS
from stepwell.sources.trying import tried
from stepwell.triggers.mapping import names_somebody

from .calls import NOW

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "webhooks.md").read_text("utf-8")
EXAMPLES = re.findall(r"```jsonata\n(.*?)```\s*```json\n(.*?)```\s*```json\n(.*?)```", PAGE, re.DOTALL)
_NAMES = {
    "name": "event",
    "user_id": "userId",
    "email": "email",
    "traits": "traits",
    "properties": "properties",
}


def test_all_examples_are_found():
    assert len(EXAMPLES) == PAGE.count("```jsonata") == 3


@pytest.mark.parametrize(("mapping", "sample", "wanted"), EXAMPLES)
def test_the_pages_examples(mapping: str, sample: str, wanted: str):
    told = tried(mapping, json.loads(sample), {}, "billing", NOW, names_somebody)
    assert (told["ok"], told["refused"], told["error"]) == (True, [], None)
    found: list[dict[str, Any]] = [
        {_NAMES[k]: v for k, v in event.items() if k in _NAMES} for event in told["events"]
    ]
    assert found == [{k: v for k, v in event.items() if v != {}} for event in json.loads(wanted)]


def test_the_pages_source_can_be_saved():
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    document = yaml.safe_load(text)
    checked(Source(id=document["id"], webhook=Webhook.model_validate(document["webhook"])))


def test_every_scheme_and_preset_is_told():
    schemes = {kind.model_fields["scheme"].default for kind in get_args(get_args(Verification)[0])}
    rows = set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE))
    assert schemes <= rows
    assert set(PRESETS) <= rows
