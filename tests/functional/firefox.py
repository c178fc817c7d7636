"""Drives Firefox ESR by Marionette, the protocol of its own tests: JSON over a socket, no driver to install."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FIREFOX = os.environ.get("STEPWELL_FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox") or ""

# Nothing of the browser's own talks to anybody, and what the tests need is allowed on this machine.
PREFERENCES: Mapping[str, Any] = {
    "app.normandy.enabled": False,
    "app.update.auto": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    # Marionette switches the connection to the push service off unless somebody says otherwise.
    "dom.push.connection.enabled": True,
    "dom.push.testing.allowInsecureServerURL": True,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "privacy.globalprivacycontrol.enabled": False,
    "services.settings.server": "http://127.0.0.1:9/none",
    "toolkit.telemetry.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "alerts.useSystemBackend": False,
}


class Firefox:
    """A Firefox without a window.

    Args:
        home: Folder of its profile.
        preferences: Besides `PREFERENCES`.
    """

    def __init__(self, home: Path, **preferences: Any) -> None:
        self._sent = 0
        self._rest = b""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        told = {**PREFERENCES, "marionette.port": port, **preferences}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in told.items()]
        home.mkdir(parents=True, exist_ok=True)
        (home / "user.js").write_text("\n".join(lines))
        environment = {**os.environ, "HOME": str(home), "MOZ_HEADLESS": "1", "MOZ_CRASHREPORTER_DISABLE": "1"}
        self._process = subprocess.Popen(
            [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(home)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=(home / "stderr.txt").open("wb"),
        )
        self._socket = self._connected(port)
        self._read()  # its greeting
        self.ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": True}}})
        self.ask("WebDriver:SetTimeouts", {"script": 60_000, "pageLoad": 60_000})

    def _connected(self, port: int) -> socket.socket:
        for _ in range(600):
            try:
                return socket.create_connection(("127.0.0.1", port), 60)
            except OSError:
                if self._process.poll() is not None:
                    raise
                time.sleep(0.1)
        raise TimeoutError("Firefox does not answer")

    def ask(self, command: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """Carry out a command and return its answer."""
        self._sent += 1
        text = json.dumps([0, self._sent, command, parameters or {}])
        self._socket.sendall(f"{len(text.encode())}:{text}".encode())
        _, number, error, value = self._read()
        if error:
            raise RuntimeError(f"{command}: {error}")
        assert number == self._sent
        return value.get("value") if isinstance(value, dict) and "value" in value else value

    def _read(self) -> Any:
        while b":" not in self._rest:
            self._more()
        length, _, self._rest = self._rest.partition(b":")
        while len(self._rest) < int(length):
            self._more()
        text, self._rest = self._rest[: int(length)], self._rest[int(length) :]
        return json.loads(text)

    def _more(self) -> None:
        found = self._socket.recv(65_536)
        if not found:
            raise ConnectionError("Firefox hung up")
        self._rest += found

    def go(self, url: str) -> None:
        """Open a page."""
        self.ask("WebDriver:Navigate", {"url": url})

    def run(self, script: str, *given: Any) -> Any:
        """Run the body of an async function in the page; return what it returns."""
        wrapped = (
            "const done = arguments[arguments.length - 1]; const given = [...arguments].slice(0, -1);"
            f"(async () => {{ {script} }})().then((v) => done({{v}}), (e) => done({{e: String(e)}}));"
        )
        found = self.ask("WebDriver:ExecuteAsyncScript", {"script": wrapped, "args": list(given)})
        if "e" in found:
            raise RuntimeError(found["e"])
        return found.get("v")

    def click(self, selector: str) -> None:
        """Click something as a person does: browsers ask for permissions only then."""
        found = self.ask("WebDriver:FindElement", {"using": "css selector", "value": selector})
        self.ask("WebDriver:ElementClick", {"id": next(iter(found.values()))})

    def close(self) -> None:
        """End the browser."""
        self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(20)
