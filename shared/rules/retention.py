"""How long a file is kept (bewaartermijn) after Veilig Thuis has ended its involvement."""

from datetime import date

from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February in a year without one: a day longer, never a day shorter
        return date(day.year + years, 3, 1)


def retention_until(
    end_date: date,
    youngest_birth_date: date | None,
    settings: RuleSettings = DEFAULT_SETTINGS,
    *,
    beschermingsmaatregel_tot: date | None = None,
) -> date:
    """Return the first day on which the file may be destroyed.

    The latest of: twenty years after the end, the day on which the youngest child becomes eighteen, and the first day
    on which no measure of child protection needs the file any more (Wmo 2015 art. 5.3.4, as others quote it).
    """
    days = [_years_later(end_date, settings.bewaartermijn_jaren)]
    if youngest_birth_date is not None:
        days.append(_years_later(youngest_birth_date, settings.bewaren_tot_leeftijd_jongste_kind))
    if beschermingsmaatregel_tot is not None:
        days.append(beschermingsmaatregel_tot)
    return max(days)
