"""The text that instruments read: one type, unit and help a metric, values under labels, and an end."""

from services.monitoring.domain.metrieken import Meting, Metriek, exposition


def test_a_metric_has_its_unit_in_its_name_and_the_text_ends() -> None:
    text = exposition(
        [
            Metriek("keten_wacht", "Hoe lang", (Meting(1.5, {"soort": "outbox"}), Meting(0, {})), "seconds"),
            Metriek("keten_niets", "Leeg", ()),
        ]
    )

    assert text.splitlines() == [
        "# TYPE keten_wacht_seconds gauge",
        "# UNIT keten_wacht_seconds seconds",
        "# HELP keten_wacht_seconds Hoe lang",
        'keten_wacht_seconds{soort="outbox"} 1.5',
        "keten_wacht_seconds 0",
        "# TYPE keten_niets gauge",
        "# HELP keten_niets Leeg",
        "# EOF",
    ]
    assert text.endswith("# EOF\n")


def test_what_would_end_a_value_or_a_line_is_escaped() -> None:
    text = exposition([Metriek("x", "a\nb", (Meting(1, {"l": 'a"b\\c\nd'}),))])

    assert "# HELP x a\\nb" in text
    assert 'x{l="a\\"b\\\\c\\nd"} 1' in text
