"""What the console costs before the canvas is opened: the scripts of the first page, as they are sent.

From the build's manifest: the entry, the sign-in page and the home page, everything that these import at once,
and the texts of one language. What a page loads later (charts, canvas, editors, palette) is not counted.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

from stacks.console_files import build_console

PAGES = ("src/session/SignInPage.tsx", "src/pages/home/HomePage.tsx")
TEXTS = ("app", "kit", "session", "home")
LANGUAGE = "en"


def initial_js_gzip_kb() -> float:
    """Return the sum in KiB, compressed as gzip.

    Raises:
        subprocess.CalledProcessError: The console does not build.
    """
    with tempfile.TemporaryDirectory() as folder:
        build_console(Path(folder))
        return initial_bytes(Path(folder)) / 1024


def initial_bytes(site: Path) -> int:
    """Return the compressed bytes of a built console's first pages."""
    manifest: dict[str, Any] = json.loads((site / "manifest.json").read_text())
    wanted = [key for key, chunk in manifest.items() if chunk.get("isEntry")]
    wanted += [*PAGES, *(f"src/texts/{LANGUAGE}/{area}.json" for area in TEXTS)]
    seen: set[str] = set()
    while wanted:
        key = wanted.pop()
        if key not in seen:
            seen.add(key)
            wanted += manifest[key].get("imports", [])
    files = {manifest[key]["file"] for key in seen}
    return sum(
        len(gzip.compress((site / name).read_bytes(), 9, mtime=0)) for name in files if name.endswith(".js")
    )
