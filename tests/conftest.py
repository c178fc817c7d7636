"""What all tests share: our own Node for the CDK, whatever the machine has, and patience on a busy machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
os.environ["PATH"] = os.pathsep.join(
    [str(Path(sys.executable).parent), str(ROOT / "node_modules/.bin"), os.environ.get("PATH", "")]
)

# On top of Hypothesis' own: in CI it draws the same examples each time, elsewhere new ones.
settings.register_profile("stepwell", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("stepwell")
