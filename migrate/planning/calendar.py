"""systemd's calendar expressions in cron's five fields, where these can say it: systemd.time(7)."""

from __future__ import annotations

import re

_WORDS = {
    "minutely": "* * * * *",
    "hourly": "0 * * * *",
    "daily": "0 0 * * *",
    "weekly": "0 0 * * 1",
    "monthly": "0 0 1 * *",
    "yearly": "0 0 1 1 *",
    "annually": "0 0 1 1 *",
    "quarterly": "0 0 1 1,4,7,10 *",
    "semiannually": "0 0 1 1,7 *",
}
_DAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 0}
_SHAPE = re.compile(
    r"^(?:(?P<days>[A-Za-z][A-Za-z,.-]*)\s+)?(?:(?:\*-)?(?P<month>[\d*,/.]+)-(?P<day>[\d*,/.]+)\s*)?"
    r"(?P<hour>[\d*,/.]+):(?P<minute>[\d*,/.]+)(?::(?P<second>[\d*,/.]+))?$"
)


def to_cron(expression: str) -> str | None:
    """Five cron fields, or None where the expression has years, seconds or a zone of its own."""
    text = expression.strip()
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    match = _SHAPE.match(re.sub(r"^((?:[A-Za-z,.]+\s+)?)\*-\*-\*\s+", r"\1", text))
    if match is None or (match["second"] or "0").strip("0") != "":
        return None
    fields = [match["minute"], match["hour"], match["day"] or "*", match["month"] or "*"]
    converted = [_field(field) for field in fields]
    days = _weekdays(match["days"])
    if days is None or None in converted:
        return None
    if days != "*" and fields[2] != "*":
        return None  # cron takes either day, systemd wants both
    return " ".join([*(field for field in converted if field), days])


def _field(field: str) -> str | None:
    """Lists, ranges (``..``) and steps; ``0/15`` is cron's ``0-59/15``, written ``*/15`` from zero."""
    pieces = []
    for piece in field.split(","):
        match = re.fullmatch(r"(\*|\d+)(?:\.\.(\d+))?(?:/(\d+))?", piece)
        if match is None:
            return None
        start, end, step = match.groups()
        base = start if start == "*" else str(int(start))
        if end:
            base += f"-{int(end)}"
        if step and not end and base not in ("*", "0"):
            return None
        pieces.append((f"*/{int(step)}" if base in ("*", "0") and not end else f"{base}/{int(step)}") if step else base)
    return ",".join(pieces)


def _range(first: int, last: int | None = None) -> str:
    """Cron's ranges do not go around the week's end: those that do are listed."""
    if last is None:
        return str(first)
    if first <= (last or 7):
        return f"{first}-{last or 7}"
    return ",".join(str(day % 7) for day in range(first, last + 8))


def _weekdays(text: str | None) -> str | None:
    if not text:
        return "*"
    pieces = []
    for piece in text.lower().split(","):
        ends = [_DAYS.get(day[:3]) for day in re.split(r"\.\.|-", piece)]
        if None in ends or len(ends) > 2:
            return None
        pieces.append(_range(*(end for end in ends if end is not None)))
    return ",".join(pieces)
