"""How well profiles of one person are found, without any deterministic id: public records with known duplicates.

The data lie beside the project (``../shared/data``) and are not part of it. Settings are the defaults; nothing
here is tuned a data set. The figure is pairwise F1 of the groups that the job makes at its threshold of 0.8: of all
pairs put into one group, how many are one person, and of all pairs of one person, how many were put together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from stepwell.profiles.matching.model import MatchDecision, MatchSettings

from bench.results import Result

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
ABSENT = "not measured: the public data sets are not in ../shared/data"

_FEBRL = """
select rec_id as profile, regexp_extract(rec_id, 'rec-(\\d+)', 1) as person, given_name, surname, street_number,
  address_1 as address_line, address_2 as address_line_2, suburb as city, postcode, state as region, date_of_birth
from read_csv('{0}', all_varchar = true)
"""
_HISTORICAL = """
select unique_id as profile, cluster as person, first_name as given_name, surname, full_name, dob as date_of_birth,
  birth_place as city, postcode_fake as postcode, gender, occupation as job_title
from read_csv('{0}', all_varchar = true)
"""
_FAKE = """
select unique_id as profile, cluster as person, first_name as given_name, surname, dob as date_of_birth, city, email
from read_csv('{0}', all_varchar = true)
"""


@dataclass(frozen=True)
class Records:
    """A data set with known duplicates.

    Attributes:
        file: Name in the folder of data.
        select: Makes our columns of its own, and ``person``, which the job never sees.
        bar: F1 to reach.
    """

    file: str
    select: str
    bar: float


RECORDS: Mapping[str, Records] = {
    "febrl1": Records("febrl1.csv.gz", _FEBRL, 0.98),
    "febrl2": Records("febrl2.csv.gz", _FEBRL, 0.98),
    "historical": Records("historical_figures_50k.csv.gz", _HISTORICAL, 0.90),
    "fake": Records("fake_1000.csv", _FAKE, 0.90),
}


@dataclass(frozen=True)
class Score:
    """How groups compare with the truth, by pairs.

    Attributes:
        right: Pairs put together that are one person.
        together: Pairs put together.
        true: Pairs of one person.
    """

    right: int
    together: int
    true: int

    @property
    def precision(self) -> float:
        """Of the pairs put together, the share that is one person."""
        return self.right / self.together if self.together else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs of one person, the share put together."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.together + self.true) if self.together + self.true else 1.0


def score(person: Mapping[str, str], group: Mapping[str, str]) -> Score:
    """Compare groups with the truth; who is in no group is alone."""

    def pairs(names: Iterable[object]) -> int:
        return sum(n * (n - 1) // 2 for n in Counter(names).values())

    of = {profile: group.get(profile, f"alone {profile}") for profile in person}
    return Score(
        right=pairs((person[p], of[p]) for p in person),
        together=pairs(of.values()),
        true=pairs(person.values()),
    )


class _Keeping:
    def __init__(self) -> None:
        self.sure: list[tuple[str, str]] = []

    def put(self, decisions: Iterable[MatchDecision]) -> int:
        taken = list(decisions)
        least = MatchSettings().threshold
        self.sure += [
            (d.candidate.left, d.candidate.right) for d in taken if d.candidate.probability >= least
        ]
        return len(taken)


@dataclass(frozen=True)
class Measured:
    """One data set matched.

    Attributes:
        groups: Score of the groups.
        pairs: Score of the single pairs at the threshold.
        exact: Score of the baseline.
        columns: What was compared.
        compared: Pairs.
        seconds: That comparing took (not learning, not grouping).
    """

    groups: Score
    pairs: Score
    exact: Score
    columns: tuple[str, ...]
    compared: int
    seconds: float


def measure(records: Records, folder: Path = DATA, settings: MatchSettings | None = None) -> Measured:
    """Match a data set and compare with the truth."""
    # Heavy, and only needed where there are data.
    import duckdb

    from jobs.match_profiles.job import match

    connection = duckdb.connect()
    connection.execute(f"create table labelled as {records.select.format(folder / records.file)}")
    connection.execute("create view records as select * exclude (person) from labelled")
    person = dict(connection.execute("select profile, person from labelled").fetchall())
    exact = dict(
        connection.execute(
            "select profile, given_name || chr(10) || surname || chr(10) || date_of_birth from labelled"
            " where given_name is not null and surname is not null and date_of_birth is not null"
        ).fetchall()
    )
    queue = _Keeping()
    found = match(connection, "records", settings or MatchSettings(), queue, seconds=perf_counter)
    connection.close()
    groups = score(person, found.groups.of)
    sure = Score(sum(person[a] == person[b] for a, b in queue.sure), len(queue.sure), groups.true)
    return Measured(
        groups,
        sure,
        score(person, exact),
        tuple(found.summary["columns"]),
        found.summary["pairs_compared"],
        found.summary["seconds"]["comparing"],
    )


def identity(folder: Path = DATA) -> list[Result]:
    """Match FEBRL 1 and 2 (without the social security number) and the historical figures."""
    results = []
    rates = []
    for name in ("febrl1", "febrl2", "historical"):
        records = RECORDS[name]
        figure = f"identity_f1_{name}"
        if not (folder / records.file).exists():
            results.append(Result(figure, None, "F1", note=ABSENT, bar=records.bar, better="above"))
            continue
        made = measure(records, folder)
        note = (
            f"pairs within groups, threshold 0.8: precision {made.groups.precision:.4f}, recall "
            f"{made.groups.recall:.4f}; single pairs at the threshold F1 {made.pairs.f1:.4f}; "
            f"by {', '.join(made.columns)}; baseline: given name, surname and date of birth all equal"
        )
        results.append(
            Result(figure, made.groups.f1, "F1", made.exact.f1, note, bar=records.bar, better="above")
        )
        rates.append((made.compared, made.seconds, name))
    if rates:
        compared, seconds, name = max(rates)
        note = (
            f"{name}: {compared:,} pairs weighed by splink on DuckDB, wall clock, learning and grouping apart"
        )
        results.append(
            Result("identity_pairs_per_s", compared / seconds, "pairs/s", note=note, better="above")
        )
    return results
