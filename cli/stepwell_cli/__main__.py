"""Lets `python -m stepwell_cli` run the command."""

from stepwell_cli.main import app

if __name__ == "__main__":
    app(prog_name="stepwell")
