"""What messages share, by the command, on the real API."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.unit.cli.harness import Command

pytestmark = pytest.mark.cloud


def test_pieces_links_and_pictures(cli: Command, tmp_path: Path) -> None:
    file = tmp_path / "hero.yaml"
    choices = (
        "choices:\n  - {id: pro, when: 'plan == \"pro\"', html: '10 %'}\ndefault: {id: all, html: Hello}\n"
    )
    file.write_text(f"id: hero\nkind: offer\n{choices}")
    assert cli.json("content", "push", "blocks", str(file))["items"][0]["rev"] == 1
    printed = tmp_path / "printed.yaml"
    printed.write_text(cli("content", "get", "blocks", "hero").stdout)
    assert cli.json("content", "push", "blocks", str(printed))["items"][0]["rev"] == 2
    assert [one["id"] for one in cli.json("content", "list", "blocks")["items"]] == ["hero"]
    cli("content", "delete", "blocks", "hero")
    settings = tmp_path / "links.yaml"
    settings.write_text("tracking: own\nutm: {utm_source: news}\n")
    cli("content", "links", str(settings))
    assert "tracking: own" in cli("content", "links").stdout
    picture = tmp_path / "dot.png"
    out = io.BytesIO()
    Image.new("RGB", (3, 3)).save(out, "PNG")
    picture.write_bytes(out.getvalue())
    assert cli.json("content", "upload", str(picture))["items"][0]["width"] == 3
