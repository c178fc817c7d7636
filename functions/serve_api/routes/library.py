"""Where the workflow templates lie: beside this function in its package, or in the repository."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from stepwell.content.library import read_template
from stepwell.content.models import Template
from stepwell.errors import NotReady

_HERE = Path(__file__).resolve().parent


@cache
def folder() -> Path:
    """Return the folder of workflow templates.

    Raises:
        NotReady: It was not packaged.
    """
    for place in (_HERE.parent / "templates", *(p / "statemachines" / "templates" for p in _HERE.parents)):
        if place.is_dir():
            return place
    raise NotReady("The library of workflow templates is not in this deployment.", code="no_library")


@cache
def messages() -> dict[str, Template]:
    """Return the messages of the library by id, sorted.

    Raises:
        NotReady: They were not packaged.
    """
    files = sorted((folder() / "messages").glob("*.yaml"))
    return {path.stem: read_template(path.read_text(encoding="utf-8")) for path in files}
