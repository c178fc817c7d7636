"""Runs MiniStack with our mends in this process.

The environment is prepared before MiniStack is imported, because it reads it at import.
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import sys
import traceback

from local.activity import Activity
from local.application import DueMarkers
from local.clock import VirtualClock
from local.counters import Counters
from local.faults import Faults
from local.mail_publisher import MailPublisher
from local.outbox import Outbox
from local.patches import Parts, install_all
from local.providers.mailing import MailProviders
from local.providers.mounting import TextProviders
from local.providers.networking import SocialProviders
from local.providers.pushing import PushProviders
from local.quiescence import Quiescence
from local.settings import LocalSettings
from local.stepper import Stepper
from local.web import Asgi, Cloud


def serve(settings: LocalSettings) -> None:
    """Serves until SIGTERM or SIGINT, then writes the state and exits the process."""
    settings.home.mkdir(parents=True, exist_ok=True)
    os.environ.update(settings.server_environment())
    _raise_file_limit()
    cloud, parts = build(settings)
    settings.pid_file.write_text(str(os.getpid()))
    failed = 0
    try:
        asyncio.run(_serve(cloud, settings))
    except OSError:
        traceback.print_exc()
        failed = 1
    finally:
        _stop_lambdas()
        parts.outbox.close()
        settings.pid_file.unlink(missing_ok=True)
        sys.stdout.flush()
        sys.stderr.flush()
        # Threads of executions that still wait would keep a normal exit from ending.
        os._exit(failed)


def build(settings: LocalSettings) -> tuple[Asgi, Parts]:
    """Imports MiniStack, installs the mends and returns the application."""
    from ministack import app

    activity = Activity()
    clock = VirtualClock(settings.clock_file, activity)
    parts = Parts(
        settings=settings,
        activity=activity,
        clock=clock,
        counters=Counters(),
        outbox=Outbox(settings.outbox_file, settings.outbox_limit),
        faults=Faults(settings.max_send_rate, clock.now),
        mail=MailPublisher(activity),
    )
    timetable = install_all(parts)
    stepper = Stepper(
        parts.clock,
        Quiescence(activity),
        DueMarkers(activity, timetable.sweeping),
        timetable,
        settings.recurring_min_s,
    )
    stepper.start()
    cloud = Cloud(app.app, parts, stepper, lambda: app.save_all(app._build_persistence_save_dict()))
    texts = TextProviders(MailProviders(cloud, parts), parts)
    return SocialProviders(PushProviders(texts, parts), parts), parts


async def _serve(cloud: Asgi, settings: LocalSettings) -> None:
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    config = Config()
    config.bind = [f"127.0.0.1:{settings.port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 2
    config.loglevel = settings.log_level
    config.backlog = 1024
    # Saving the state of a large run takes longer than hypercorn's default minute allows.
    config.shutdown_timeout = 300
    config.startup_timeout = 300
    logging.getLogger("stepwell").setLevel(logging.INFO)
    await hypercorn_serve(cloud, config, shutdown_trigger=stop.wait)


def _stop_lambdas() -> None:
    from ministack.core import lambda_runtime

    lambda_runtime.reset()


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
