"""Command line: ``python -m local up|down|status|serve|env|seed|code|demo``."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path

from local import daemon
from local.settings import LocalSettings


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local", description="The local cloud")
    parser.add_argument("command", choices=["up", "down", "status", "serve", "env", "seed", "code", "demo"])
    parser.add_argument("--customers", type=int, default=200, help="demo: customers to replay (default: 200)")
    parser.add_argument("--picture", type=Path, help="demo: save what it shows as an SVG")
    parser.add_argument("--port", type=int, help="port (default: STEPWELL_PORT or 4566)")
    parser.add_argument("--home", type=Path, help="directory of the state (default: .local)")
    asked = parser.parse_args(arguments)
    settings = LocalSettings.from_env().with_overrides(
        home=asked.home and asked.home.resolve(), port=asked.port
    )
    if asked.command == "serve":
        from local.server import serve

        serve(settings)
    if asked.command == "demo":
        from local.demo.replay import demo

        demo(settings, asked.customers, asked.picture)
        return 0
    try:
        return COMMANDS[asked.command](settings)
    except daemon.LocalCloudError as error:
        print(error, file=sys.stderr)
        return 1


def _up(settings: LocalSettings) -> int:
    outcome = daemon.up(settings)
    print(f"The local cloud {'runs' if outcome == 'running' else 'is up'} at {settings.endpoint}")
    print(f"  Overview  http://localhost:{settings.port}/_stepwell/")
    print(f"  Inbox     http://localhost:{settings.port}/_stepwell/inbox")
    return 0


def _down(settings: LocalSettings) -> int:
    outcome = daemon.down(settings)
    if outcome == "killed":
        print("The local cloud did not end in time and was killed: changes since its last save are lost.")
        return 1
    print(
        "The local cloud is stopped; its state is kept."
        if outcome == "stopped"
        else "The local cloud was not running."
    )
    return 0


def _status(settings: LocalSettings) -> int:
    found = daemon.health(settings)
    pid = daemon.running_pid(settings)
    print(
        json.dumps(
            {
                "running": found is not None,
                "pid": pid,
                "endpoint": settings.endpoint,
                "home": str(settings.home),
            }
        )
    )
    return 0 if found is not None else 1


def _env(settings: LocalSettings) -> int:
    for name, value in settings.client_environment().items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def _seed(settings: LocalSettings) -> int:
    from local.demo.workspace import EDITOR, EMAIL, PASSWORD, seed

    workspace = seed(settings)
    print(f"""
Stepwell is up, with the demo workspace.
  Console    {workspace.api_url}
  API        {workspace.api_url}/docs  (/openapi.json, /api/v1/...)
  Inbox      http://localhost:{settings.port}/_stepwell/inbox
  Overview   http://localhost:{settings.port}/_stepwell/
  Sign-in    {EDITOR} / {PASSWORD}
             {EMAIL} / {PASSWORD}, and the code of {PYTHON} -m local code
Try next
  make demo                                            real purchases through a 14-day journey, in about a minute
  .venv/bin/stepwell --local login                     then: .venv/bin/stepwell --local workflows list
  .venv/bin/stepwell simulate local/demo/second_purchase.yaml
  make down                                            stops it; make up goes on with its data""")
    return 0


def _code(settings: LocalSettings) -> int:
    from local.demo.second_factor import current_code

    code = current_code(settings)
    print(code or "Nobody has a second factor here yet: `make up` gives the demo's administrator one.")
    return 0 if code else 1


COMMANDS = {"up": _up, "down": _down, "status": _status, "env": _env, "seed": _seed, "code": _code}
PYTHON = ".venv/bin/python"


if __name__ == "__main__":
    sys.exit(main())
