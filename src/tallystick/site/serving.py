"""Serving a commission: one web server and one worker, started and stopped together."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from django.core.management import call_command

from tallystick.site import schedule

STARTS_WITHIN = 60  # seconds


class NotServed(Exception):
    """The server did not start; the message says why."""


def serve(port: int, say: Callable[[str], None], host: str = "127.0.0.1") -> int:
    """Serve until interrupted; `say` is told the address once it answers. Returns the exit code."""
    prepare()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tallystick.site.settings"}
    web = subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
            "--workers", "1", "--blocking-threads", "4", "--no-access-log", "--log-level", "warning",
            "tallystick.site.wsgi:application",
        ],
        env=environment,
    )  # fmt: skip
    worker = subprocess.Popen([sys.executable, "-m", "tallystick.cli", "site", "worker"], env=environment)
    signal.signal(signal.SIGTERM, _stop)
    try:
        _wait_for(f"http://{host}:{port}/", web)
        say(f"http://localhost:{port}")
        while web.poll() is None and worker.poll() is None:
            time.sleep(0.5)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for process in (web, worker):
            process.terminate()
        for process in (web, worker):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def prepare() -> None:
    """Static files gathered, tables as this version needs them, the schedule in the queue."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    schedule.ensure()


def _wait_for(address: str, web: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < ends:
        if web.poll() is not None:
            raise NotServed(
                f"The web server stopped at once. Is something else on this port? Try PORT=8001. ({address})"
            )
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise NotServed(f"The web server does not answer at {address}.")


def work() -> None:
    """Run the worker until stopped."""
    call_command("db_worker", interval=1, startup_delay=False, verbosity=0, reload=False)
