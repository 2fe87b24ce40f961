"""When people are left alone: from 22 to 8 o'clock, as the clocks of Bengaluru say."""

from datetime import datetime, timedelta

NIGHT_BEGINS, NIGHT_ENDS = 22, 8


def is_night(now: datetime) -> bool:
    """Whether people should be left alone."""
    return now.hour >= NIGHT_BEGINS or now.hour < NIGHT_ENDS


def morning_after(now: datetime) -> datetime:
    """When this night ends."""
    morning = now.replace(hour=NIGHT_ENDS, minute=0, second=0, microsecond=0)
    return morning if morning > now else morning + timedelta(days=1)


def until_night(now: datetime) -> timedelta:
    """How long people may still be spoken to today; nothing at night."""
    return max(now.replace(hour=NIGHT_BEGINS, minute=0, second=0, microsecond=0) - now, timedelta())
