"""Days and months in the fund's own zone."""

import pytest

from tallystick.record import days


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2026-03-08T05:59:59Z", "America/Chicago", "2026-03-07"),
        ("2026-03-08T06:00:00Z", "America/Chicago", "2026-03-08"),
        ("2026-03-09T04:59:59Z", "America/Chicago", "2026-03-08"),  # daylight saving began
        ("2026-03-09T05:00:00Z", "America/Chicago", "2026-03-09"),
        ("2026-12-31T23:30:00Z", "Asia/Kathmandu", "2027-01-01"),  # 5:45 ahead
        ("2026-12-31T18:14:59Z", "Asia/Kathmandu", "2026-12-31"),
        ("2026-12-31T18:15:00Z", "Asia/Kathmandu", "2027-01-01"),
        ("2026-01-01T00:00:00Z", "UTC", "2026-01-01"),
    ],
)
def test_a_moment_falls_on_the_zones_own_day(at: str, zone: str, day: str) -> None:
    assert days.local_day(at, zone) == day
    assert days.local_month(at, zone) == day[:7]


def test_the_days_around() -> None:
    assert days.next_day("2024-02-28") == "2024-02-29"
    assert days.next_day("2026-12-31") == "2027-01-01"
    assert days.previous_day("2026-01-01") == "2025-12-31"
    assert not days.is_day("2026-02-30")


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "", "/etc/passwd"])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        days.zone(name)


def test_a_moment_comes_back_as_it_was() -> None:
    assert days.moment(days.parse("2026-03-02T15:00:00Z")) == "2026-03-02T15:00:00Z"
