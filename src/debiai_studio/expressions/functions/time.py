"""year, month, day, weekday, hour, minute, second; those with a zone as they are in UTC.

Within expressions moments are microseconds since 1970. ``date("…")`` is read by the binding.
"""

from __future__ import annotations

from debiai_studio.expressions.functions.function import Case, Function, says
from debiai_studio.expressions.tree import Kind


def _part(name: str, description: str, sql: str = "") -> Function:
    made = says(f"{sql or name}(make_timestamp({{0}}))")
    cases = tuple(Case((kind,), Kind.INTEGER, made) for kind in (Kind.TIME, Kind.ZONED_TIME))
    return Function(name, f"{name}(moment)", description, cases)


TIME = (
    _part("year", "The year."),
    _part("month", "The month, 1 to 12."),
    _part("day", "The day of the month, 1 to 31."),
    _part("weekday", "1 for Monday to 7 for Sunday.", "isodow"),
    _part("hour", "The hour, 0 to 23."),
    _part("minute", "The minute, 0 to 59."),
    _part("second", "The second, 0 to 59."),
)
