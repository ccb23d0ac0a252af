"""Link the same corpus with Splink on DuckDB, an established library for probabilistic record linkage.

It stands outside the environment of the project:

    python3 -m venv /tmp/splink && /tmp/splink/bin/pip install splink==5.0.0 duckdb==2.0.0
    .venv/bin/python -m bench.matching.uitvoer /tmp/corpus
    /tmp/splink/bin/python bench/matching/met_splink.py /tmp/corpus

Set up as its manual advises: its own comparisons for names, dates and codes with term frequencies, u by random
sampling, m from the answers of the tuning half. The borders are chosen on the tuning half, at the precision given
on the command line (ours), and measured on the unseen half.
"""

import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb  # type: ignore[import-not-found]
import splink.comparison_library as cl  # type: ignore[import-not-found]
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI  # type: ignore[import-not-found]

BLOCKING = (
    ("bsn",),
    ("voornaam", "geboortedatum"),
    ("kern", "geboortedatum"),
    ("kern", "jaar"),
    ("kern", "voornaam"),
    ("postcode", "huisnummer", "jaar"),
    ("postcode", "huisnummer", "voornaam"),
    ("telefoon",),
)


def main() -> None:
    """Train, predict and print."""
    folder = Path(sys.argv[1])
    wanted = [float(value) for value in sys.argv[2:]] or [0.999, 0.99, 0.95, 0.87]
    begin = time.perf_counter()
    conn = duckdb.connect()
    conn.execute("SET threads = 2")
    for name in ("register", "vragen"):
        file = folder / f"{name}.csv"
        conn.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{file}', all_varchar = true, nullstr = '')")
    conn.execute("ALTER TABLE register ADD COLUMN van VARCHAR; ALTER TABLE register ADD COLUMN soort VARCHAR")
    conn.execute("ALTER TABLE register ADD COLUMN ongezien VARCHAR")
    db = DuckDBAPI(connection=conn)
    tables = [
        db.register("register", dataset_display_name="register"),
        db.register("vragen", dataset_display_name="vragen"),
    ]
    linker = Linker(tables, _settings())
    linker.training.estimate_probability_two_random_records_match(
        [block_on("voornaam", "kern", "geboortedatum")], recall=0.5
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    conn.execute("""
        CREATE TABLE antwoorden AS SELECT 'register' AS source_dataset_l, van AS unique_id_l,
               'vragen' AS source_dataset_r, unique_id AS unique_id_r
        FROM vragen WHERE van IS NOT NULL AND ongezien = '0'
    """)
    linker.training.estimate_m_from_pairwise_labels(db.register("antwoorden"))
    trained = time.perf_counter()
    found = linker.inference.predict(threshold_match_weight=-5)
    pairs = _pairs(conn, found.physical_name)
    done = time.perf_counter()
    asked = conn.execute("SELECT count(*) FROM vragen").fetchone()[0]
    print(f"learning {trained - begin:.0f} s, comparing {done - trained:.0f} s ", end="")
    print(f"({(done - trained) / asked * 1000:.2f} ms per description, all at once)")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    _show(conn, pairs, wanted)


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        comparisons=[
            # Where the tuning half holds no pair that disagrees, the share of those is given, not guessed.
            cl.LevenshteinAtThresholds("bsn", 1).configure(m_probabilities=[0.84, 0.15, 0.01]),
            cl.JaroWinklerAtThresholds("kern", [0.92, 0.85]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("voornaam", [0.92, 0.85]).configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("geboortedatum", input_is_string=True),
            cl.ExactMatch("postcode"),
            cl.ExactMatch("telefoon").configure(m_probabilities=[0.99, 0.01]),
            cl.ExactMatch("geslacht").configure(m_probabilities=[0.99, 0.01]),
        ],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in BLOCKING],
        retain_matching_columns=False,
    )


Pair = tuple[float, bool, bool, str]


def _pairs(conn: "duckdb.DuckDBPyConnection", name: str) -> list[Pair]:
    """Return of each pair its weight, whether it is right, and of which half and kind the description is."""
    rows: list[Pair] = conn.execute(f"""
        SELECT p.match_weight, coalesce(v.van = p.unique_id_l, false), v.ongezien = '1', v.soort
        FROM {name} p JOIN vragen v ON v.unique_id = p.unique_id_r ORDER BY 1 DESC
    """).fetchall()
    return rows


def _show(conn: "duckdb.DuckDBPyConnection", pairs: Sequence[Pair], wanted: Sequence[float]) -> None:
    counts = dict(conn.execute("SELECT ongezien = '1', count(van) FROM vragen GROUP BY 1").fetchall())
    print("| precision on the tuning half | border | precision unseen | recall unseen | right | wrong |")
    print("|---|---|---|---|---|---|")
    for precision in wanted:
        border = _border([pair for pair in pairs if not pair[2]], precision)
        good = sum(right for weight, right, unseen, _ in pairs if unseen and weight >= border)
        bad = sum(not right for weight, right, unseen, _ in pairs if unseen and weight >= border)
        share = good / max(1, good + bad)
        print(f"| {precision} | {border:.1f} | {share:.4f} | {good / counts[True]:.4f} | {good} | {bad} |")
    border = _border([pair for pair in pairs if not pair[2]], wanted[-1])
    print("\n| error in the second description | recall at the last border |\n|---|---|")
    kinds = conn.execute(
        "SELECT soort, count(*) FROM vragen WHERE van IS NOT NULL AND ongezien = '1' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    for soort, count in kinds:
        good = sum(right for weight, right, unseen, kind in pairs if unseen and kind == soort and weight >= border)
        print(f"| {soort} | {good / count:.3f} |")


def _border(pairs: Sequence[Pair], precision: float) -> float:
    """Return the lowest weight from which on the tuning half is as precise as wanted."""
    good = 0
    best = float("inf")
    for nr, (weight, right, _, _) in enumerate(pairs, start=1):
        good += right
        if good / nr >= precision:
            best = weight
    return best


if __name__ == "__main__":
    main()
