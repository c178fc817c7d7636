"""What dragging a node costs in a workflow of 300: script, style and layout a frame, from a trace of Chromium.

The real editor on a generated graph (``console/src/builder/workshop``), built as for production; a node is dragged
for 180 moves of the mouse (``bench/drag.mjs``). Painting is left out: there is no graphics card here.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.results import Result

ROOT = Path(__file__).resolve().parent.parent
WORKSHOP = ROOT / "console" / "src" / "builder" / "workshop"
BAR_MS = 8.0
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def dragging() -> list[Result]:
    """Measure; without Chromium the figure stays empty and its note says so."""
    name, unit = "drag_300_nodes_script_ms_p95", "ms"
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        return [Result(name, None, unit, bar=BAR_MS, note="not measured: there is no Chromium")]
    told = measure(browser)
    note = (
        f"script, style and layout a frame while a node of {told['nodes']} is dragged, {told['frames']} frames; "
        f"median {told['p50']:.1f} ms; processor time of the page's main thread, painting left out"
    )
    return [Result(name, float(told["p95"]), unit, bar=BAR_MS, note=note)]


def measure(browser: str) -> dict[str, Any]:
    """Build the editor's page and drag in it.

    Args:
        browser: Path of Chromium.

    Returns:
        ``nodes``, ``frames`` and milliseconds ``p50``, ``p95``, ``worst``.

    Raises:
        subprocess.CalledProcessError: It does not build, or the drag did not do what a drag does.
    """
    own = Path(sys.executable).parent / "node"
    node = str(own) if own.exists() else shutil.which("node") or "node"
    vite = ROOT / "node_modules" / "vite" / "bin" / "vite.js"
    with tempfile.TemporaryDirectory() as folder:
        build = [node, str(vite), "build", "-c", str(WORKSHOP / "vite.config.ts"), "--outDir", folder]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
        drag = [node, str(ROOT / "bench" / "drag.mjs"), folder, browser]
        done = subprocess.run(drag, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    told: dict[str, Any] = json.loads(done.stdout)
    return told
