"""What every test may ask for: a home of its own, real data, programs, and the size of a run.

Settings read TALLYSTICK_HOME when they load, so the temporary home is made here, before Django is set up, and
again in each of pytest-xdist's workers: no test ever touches somebody's commission.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.utils import translation

ROOT = Path(__file__).resolve().parents[1]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

if settings.configured:
    raise pytest.UsageError(
        "Django's settings were loaded before the tests made their home. Unset DJANGO_SETTINGS_MODULE."
    )
HOME = Path(tempfile.mkdtemp(prefix=f"tallystick-{WORKER}-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["TALLYSTICK_HOME"] = str(HOME)
os.environ["TALLYSTICK_TESTING"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "tallystick.site.settings"
django.setup()  # test modules import models at their top

PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "bean-check": (str(ROOT / ".venv/bin/bean-check"), "bean-check"),
}


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Let xdist's workers, started next, read settings from their own home, not from this process's."""
    if session.config.pluginmanager.hasplugin("dsession"):
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A browser test needs Chromium, whether or not it says so again."""
    if item.get_closest_marker("browser"):
        find_program("chromium")


def absent(reason: str) -> None:
    """Skip with the reason; where CI=true nothing may be absent, so fail."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"{reason} With CI=true it must be there.", pytrace=False)
    pytest.skip(reason)


def find_program(name: str) -> str:
    """The path of a program, under any name it goes by; see `absent` for where there is none."""
    for candidate in PROGRAMS.get(name, (name,)):
        path = shutil.which(candidate)
        if path:
            return path
    absent(f"The program '{name}' is not installed.")
    raise AssertionError


@pytest.fixture(scope="session")
def data() -> Callable[[str], Path]:
    """data("tlog/merkle"): a file or folder of the real data, or the test is skipped and says so."""
    folder = Path(os.environ.get("TALLYSTICK_DATA") or ROOT.parent / "shared" / "data")

    def find(name: str) -> Path:
        path = folder / name
        if not path.exists():
            absent(f"Real data '{name}' is not there; set TALLYSTICK_DATA to the folder that holds it.")
        return path

    return find


@pytest.fixture(autouse=True)
def _english() -> None:
    """Django leaves the language of the last page active; each test begins in English."""
    translation.activate("en")


@pytest.fixture(scope="session")
def scale() -> float:
    """The share of a size named in an issue that this run does: TALLYSTICK_SCALE, or 0.01."""
    return float(os.environ.get("TALLYSTICK_SCALE") or 0.01)


@pytest.fixture(scope="session")
def needs() -> Callable[[str], str]:
    """needs("hledger"): the program's path, or the test is skipped and says so."""
    return find_program


@pytest.fixture(scope="session")
def postgres() -> str:
    """The URL of a PostgreSQL on which a test may make databases, or the test is skipped and says so."""
    url = os.environ.get("TALLYSTICK_TEST_POSTGRES")
    if not url:
        absent("No PostgreSQL for tests; set TALLYSTICK_TEST_POSTGRES=postgresql://user:password@host:port/name.")
    return str(url)
