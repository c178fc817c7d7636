"""Writes the reference page of all commands: `python -m stepwell_cli.reference > docs/reference/cli.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

import typer

from stepwell_cli.errors import MEANINGS
from stepwell_cli.main import app

_HEAD = """# The `stepwell` command

Written by `python -m stepwell_cli.reference`; a test keeps it current. `make setup` links the command into `.venv/bin`.

Every command takes `--json` where it answers with data; errors then come as JSON on standard error. Name the
deployment once with `stepwell login --stack-prefix NAME`, use `stepwell --local …` for the local cloud, or set
`STEPWELL_API_URL` and `STEPWELL_TOKEN`. Profiles are kept in `~/.config/stepwell/config.toml`, readable by you alone.
"""


def page() -> str:
    """Return the page."""
    root: Any = typer.main.get_command(app)
    lines = [_HEAD, "## Exit codes", "", "| code | meaning |", "|---|---|"]
    lines += [f"| {int(code)} | {meaning} |" for code, meaning in MEANINGS.items()]
    lines += ["", "## Options before the command", "", *_parameters(root), ""]
    for name, command in _commands(root):
        lines += [f"## `stepwell {name}`", "", *_described(command, name)]
    return "\n".join(lines).rstrip() + "\n"


def _commands(root: Any) -> Iterator[tuple[str, Any]]:
    for name, command in root.commands.items():
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
            continue
        for sub, nested in inner.items():
            if not nested.hidden:
                yield f"{name} {sub}", nested


def _described(command: Any, name: str) -> list[str]:
    arguments = [_argument(p) for p in command.params if p.param_type_name == "argument"]
    usage = " ".join([f"stepwell {name}", *arguments, "[OPTIONS]"])
    text = "\n".join(line.strip() for line in (command.help or "").strip().splitlines())
    return ["```", usage, "```", "", text, "", *_parameters(command), ""]


def _argument(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name.rstrip("_").upper())
    return name if parameter.required or name.startswith("[") else f"[{name}]"


def _parameters(command: Any) -> list[str]:
    rows = []
    for parameter in command.params:
        if parameter.hidden or parameter.name in ("install_completion", "show_completion"):
            continue
        if parameter.param_type_name == "argument":
            name = f"`{_argument(parameter)}`"
        else:
            name = ", ".join(f"`{o}`" for o in (*parameter.opts, *parameter.secondary_opts))
        rows.append(f"| {name} | {_cell(parameter.help or '')}{_notes(parameter)} |")
    return ["| | |", "|---|---|", *rows] if rows else []


def _notes(parameter: Any) -> str:
    notes = []
    kinds = (parameter.type_descriptor.annotation, *get_args(parameter.type_descriptor.annotation))
    choices = next((k for k in kinds if isinstance(k, type) and issubclass(k, Enum)), None)
    if choices is not None:
        notes.append("one of " + ", ".join(f"`{choice.value}`" for choice in choices))
    default = parameter.default
    if default not in (None, "", False) and not callable(default):
        notes.append(f"default `{default.value if isinstance(default, Enum) else default}`")
    if parameter.required and parameter.param_type_name == "option":
        notes.append("required")
    if parameter.envvar:
        notes.append(f"environment `{parameter.envvar}`")
    return f" ({'; '.join(notes)})" if notes else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
