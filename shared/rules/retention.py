"""How long a file is kept (bewaartermijn) after Veilig Thuis has ended its involvement."""

from datetime import date

from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February in a year without one: a day longer, never a day shorter
        return date(day.year + years, 3, 1)


def retention_until(
    end_date: date, youngest_birth_date: date | None, settings: RuleSettings = DEFAULT_SETTINGS
) -> date:
    """Return the first day on which the file may be destroyed.

    The later of: twenty years after the end, and the day on which the youngest child becomes eighteen.
    """
    until = _years_later(end_date, settings.bewaartermijn_jaren)
    if youngest_birth_date is None:
        return until
    return max(until, _years_later(youngest_birth_date, settings.bewaren_tot_leeftijd_jongste_kind))
