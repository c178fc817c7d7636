"""Gap: every concurrent invocation gets a process of its own, and each start unpacks all layers anew.

A cohort engine starts hundreds of executions at once; on one machine they queue for a few
processes a function instead. Unpacked code and layers are shared by content, so that a cold
start neither unpacks nor compiles again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

from local.patches import Parts

#: A handler that synchronously invokes its own function would wait for itself: let it through after this.
PATIENCE_S = 30.0
UNUSED_AFTER_S = 7 * 86400


def install(parts: Parts) -> None:
    """Queues invocations for a bounded number of processes and shares unpacked archives."""
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    gates: dict[str, threading.BoundedSemaphore] = {}
    guard = threading.Lock()
    execute = lambda_svc._execute_function_warm

    def execute_warm(func: dict[str, Any], event: Any, request_id: str) -> Any:
        name = (func.get("config") or func).get("FunctionArn", "").split(":function:")[-1].split(":")[0]
        with guard:
            gate = gates.setdefault(name, threading.BoundedSemaphore(parts.settings.lambda_processes))
        entered = gate.acquire(timeout=PATIENCE_S)
        try:
            return execute(func, event, request_id)
        finally:
            if entered:
                gate.release()

    lambda_svc._execute_function_warm = execute_warm
    cache = Unpacked(parts.settings.home / "unpacked")
    cache.prune()

    class SharedZip(zipfile.ZipFile):
        """A ZipFile whose full extraction is a link to a shared copy."""

        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            if path is None or members is not None or not isinstance(self.filename, str):
                super().extractall(path, members, pwd)
                return
            cache.link(Path(self.filename), Path(path))

    class ZipShim:
        """The ``zipfile`` module as the Lambda runtime sees it."""

        ZipFile = SharedZip
        BadZipFile = zipfile.BadZipFile

    spawn = lambda_runtime.Worker._spawn
    scope = {**spawn.__globals__, "zipfile": ZipShim}
    shared_spawn = type(spawn)(spawn.__code__, scope, spawn.__name__, spawn.__defaults__, spawn.__closure__)

    def spawn_worker(worker: Any) -> None:
        # Node handlers get links placed into their code directory, so theirs stay private.
        (shared_spawn if str(worker.config.get("Runtime", "")).startswith("python") else spawn)(worker)

    lambda_runtime.Worker._spawn = spawn_worker


class Unpacked:
    """Directory of unpacked archives by content."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()

    def link(self, archive: Path, target: Path) -> None:
        """Makes ``target`` (an empty directory) a link to the unpacked archive."""
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()[:32]
        kept = self._root / digest
        with self._lock:
            if not kept.exists():
                self._root.mkdir(parents=True, exist_ok=True)
                fresh = Path(tempfile.mkdtemp(dir=self._root, prefix=".new-"))
                with zipfile.ZipFile(archive) as opened:
                    opened.extractall(fresh)
                fresh.rename(kept)
            os.utime(kept)
        target.rmdir()
        target.symlink_to(kept)

    def prune(self) -> None:
        """Removes what was not used for a week."""
        if not self._root.exists():
            return
        for entry in self._root.iterdir():
            if entry.stat().st_mtime < time.time() - UNUSED_AFTER_S:
                shutil.rmtree(entry, ignore_errors=True)
