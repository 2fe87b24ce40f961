"""Quiet hours: 22:00 to 08:00 in Bengaluru."""

from datetime import datetime, timedelta

NIGHT_BEGINS, NIGHT_ENDS = 22, 8


def is_night(now: datetime) -> bool:
    """Return True if people should be left alone."""
    return now.hour >= NIGHT_BEGINS or now.hour < NIGHT_ENDS


def morning_after(now: datetime) -> datetime:
    """Return when this night ends."""
    morning = now.replace(hour=NIGHT_ENDS, minute=0, second=0, microsecond=0)
    return morning if morning > now else morning + timedelta(days=1)


def until_night(now: datetime) -> timedelta:
    """Return how long people may still be spoken to today; nothing at night."""
    return max(now.replace(hour=NIGHT_BEGINS, minute=0, second=0, microsecond=0) - now, timedelta())
