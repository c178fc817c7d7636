"""Files that the command reads."""

from __future__ import annotations

import json
from pathlib import Path

from stepwell_cli.files import read_mapping


def test_times_stay_as_they_are_written_so_that_they_can_be_sent(tmp_path: Path) -> None:
    file = tmp_path / "email.yaml"
    file.write_text("starts: 2026-03-02\nat: 2026-12-01 10:00:00\ncaps: [50, 1.5, true, null]\n")
    told = read_mapping(file)
    assert told == {"starts": "2026-03-02", "at": "2026-12-01 10:00:00", "caps": [50, 1.5, True, None]}
    assert json.dumps(told)
