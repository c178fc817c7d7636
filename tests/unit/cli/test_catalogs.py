"""Catalogs by the command, on the real API."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import yaml
from stepwell_cli.commands.catalogs import MAX_ITEMS
from stepwell_cli.errors import Exit

from tests.unit.cli.harness import Command

SHOP = {"id": "products", "kind": "product", "currency": "EUR", "fields": [{"name": "note"}]}


@pytest.fixture
def shop(cli: Command, tmp_path: Path) -> Command:
    file = tmp_path / "products.yaml"
    file.write_text(yaml.safe_dump(SHOP), encoding="utf-8")
    if not cli.json("catalogs", "list")["items"]:
        assert "Saved products" in cli("catalogs", "push", str(file)).stdout
        assert cli.json("catalogs", "push", str(file))["rev"] == 2
    return cli


def test_a_file_of_any_size_is_written_piece_by_piece(shop: Command, tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "title", "price", "tags", "note"])
        rows.writerows(
            [f"i{n:04}", f"Lamp {n}", n, "red|new", 'two\nlines, "quoted"'] for n in range(MAX_ITEMS + 20)
        )
    told = shop.json("catalogs", "load", "products", str(file), "--quiet")
    assert (told["items"], told["created"], told["rejected"]) == (MAX_ITEMS + 20, MAX_ITEMS + 20, [])
    assert shop.json("catalogs", "load", "products", str(file))["unchanged"] == MAX_ITEMS + 20
    fields = shop.json("catalogs", "item", "products", "i0519")["fields"]
    assert fields == {
        "title": "Lamp 519",
        "price": 519,
        "tags": ["red", "new"],
        "note": 'two\nlines, "quoted"',
    }
    assert "Lamp 519" in shop("catalogs", "items", "products", "--prefix", "i0519").stdout
    assert len(shop.json("catalogs", "items", "products", "--tag", "new", "--limit", "5")["items"]) == 5
    shop("catalogs", "remove", "products", "i0519")
    assert shop.error("catalogs", "item", "products", "i0519", code=Exit.NOT_FOUND)["code"] == "no_item"


def test_what_is_refused_is_named_by_its_place_in_the_file(shop: Command, tmp_path: Path) -> None:
    file = tmp_path / "items.ndjson"
    lines = [
        json.dumps({"id": f"i{n}", "title": "x", "price": 1 if n != MAX_ITEMS + 1 else -1})
        for n in range(510)
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    done = shop("catalogs", "load", "products", str(file), code=Exit.NO)
    assert "509 created" in done.stdout
    assert f"refused {MAX_ITEMS + 2}. i{MAX_ITEMS + 1}" in done.stdout
    wrong = tmp_path / "items.xlsx"
    wrong.write_bytes(b"x")
    assert shop.error("catalogs", "load", "products", str(wrong), code=Exit.NO)["code"] == "wrong_file"


def test_a_catalog_and_its_end(shop: Command) -> None:
    assert "products" in shop("catalogs", "list").stdout
    assert "price_dropped" in shop("catalogs", "show", "products").stdout
    shop("catalogs", "delete", "products", "--yes")
    assert shop.error("catalogs", "show", "products", code=Exit.NOT_FOUND)["code"] == "no_catalog"
