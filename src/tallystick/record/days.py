"""Days and months as the commission counts them: in its own time zone, set in entry 0. Pure.

Moments are "2026-11-22T10:00:00Z" (UTC, whole seconds), days "2026-11-22", months "2026-11". All three sort as text.
Zone rules come from the tzdata package, locked with the program, so that every checker counts the same days.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def parse(at: str) -> datetime:
    """The moment as an aware datetime in UTC. ValueError when it is none (February 30th)."""
    return datetime.fromisoformat(at)


def moment(when: datetime) -> str:
    """An aware datetime as a moment; fractions of a second are cut off."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=8)
def zone(name: str) -> ZoneInfo:
    """The IANA time zone of this name. ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"There is no time zone {name}.") from error


@lru_cache(maxsize=4096)
def _local_day_of_quarter(quarter: str, zone_name: str) -> str:
    return parse(quarter).astimezone(zone(zone_name)).date().isoformat()


def local_day(at: str, zone_name: str) -> str:
    """The day on which a moment falls in a zone. No zone is offset by less than whole quarter hours today; where one
    once was, the quarter's first second decides, for everybody alike."""
    quarter = int(at[14:16]) // 15 * 15
    return _local_day_of_quarter(f"{at[:14]}{quarter:02d}:00Z", zone_name)


def local_month(at: str, zone_name: str) -> str:
    """The calendar month in which a moment falls in a zone."""
    return local_day(at, zone_name)[:7]


def next_day(day: str) -> str:
    """The day after."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def previous_day(day: str) -> str:
    """The day before."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def is_day(day: str) -> bool:
    """Whether the calendar has this day."""
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
