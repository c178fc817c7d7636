"""How two values of each kind are compared: from the same over what usually goes wrong to different.

One table for all data sets: a comparison is used when its columns are there. The levels are common knowledge of
record linkage, not tuned to a data set: Jaro–Winkler for names (Winkler 1990), one edit with transpositions for
what is typed (Damerau 1964), names and address lines that change places, short forms, the area of a postcode.
Where a value is shared, its frequency in the data counts too: a rare surname says more than a common one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from splink.comparison_level_library import CustomLevel, ElseLevel, ExactMatchLevel, NullLevel
from splink.comparison_library import CustomComparison
from splink.internals.comparison_creator import ComparisonCreator
from splink.internals.comparison_level_creator import ComparisonLevelCreator


@dataclass(frozen=True, slots=True)
class Level:
    """One way to agree.

    Attributes:
        agreement: A code of ``stepwell.profiles.matching.words.AGREEMENTS``.
        sql: Condition on the columns ending in ``_l`` and ``_r``.
        needs: Columns besides the field's that must be there for this level to be used.
    """

    agreement: str
    sql: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One comparison.

    Attributes:
        name: Field and column.
        levels: Between the same and different, best first.
        rarity: Whether the frequency of a shared value counts.
        same: Whether exact agreement is a level of its own (not for vectors).
    """

    name: str
    levels: tuple[Level, ...] = ()
    rarity: bool = True
    same: bool = True

    def agreements(self, columns: Collection[str]) -> tuple[str, ...]:
        """The agreements by the value that splink gives them: 0 is different."""
        middle = [level.agreement for level in self._used(columns)]
        return tuple(reversed([*(["same"] if self.same else []), *middle, "different"]))

    def comparison(self, columns: Collection[str]) -> ComparisonCreator:
        """Return it for splink."""
        levels: list[ComparisonLevelCreator] = [NullLevel(self.name)]
        if self.same:
            same = ExactMatchLevel(self.name).configure(label_for_charts="same")
            levels.append(same.configure(tf_adjustment_column=self.name) if self.rarity else same)
        levels += [CustomLevel(level.sql, level.agreement) for level in self._used(columns)]
        return CustomComparison(output_column_name=self.name, comparison_levels=[*levels, ElseLevel()])

    def reads(self, columns: Collection[str]) -> set[str]:
        """The columns that it looks at."""
        return {self.name, *(need for level in self._used(columns) for need in level.needs)}

    def _used(self, columns: Collection[str]) -> list[Level]:
        return [level for level in self.levels if set(level.needs) <= set(columns)]


def _alike(column: str, least: float, agreement: str) -> Level:
    return Level(agreement, f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}")


def _edits(column: str, most: int, agreement: str) -> Level:
    return Level(agreement, f"damerau_levenshtein({column}_l, {column}_r) <= {most}")


_ONE_EDIT = "damerau_levenshtein(date_of_birth_l, date_of_birth_r) <= 1"
_DAY_MONTH = (
    "(left(date_of_birth_l, 4) = left(date_of_birth_r, 4)"
    " and substr(date_of_birth_l, 5, 2) = substr(date_of_birth_r, 7, 2)"
    " and substr(date_of_birth_l, 7, 2) = substr(date_of_birth_r, 5, 2))"
)
_IN_THE_OTHER = "contains({0}_l, {0}_r) or contains({0}_r, {0}_l)"
_ANGLE = "list_cosine_similarity(behavior_patterns_l, behavior_patterns_r) >= {0}"

FIELDS: Sequence[Field] = (
    Field(
        "given_name",
        (
            _alike("given_name", 0.92, "similar"),
            Level(
                "swapped",
                "(given_name_l = surname_r and surname_l = given_name_r)"
                " or (given_name_l = surname_r and length(given_name_l) > 3)"
                " or (given_name_r = surname_l and length(given_name_r) > 3)",
                ("surname",),
            ),
            Level(
                "short_form",
                "starts_with(given_name_l, given_name_r) or starts_with(given_name_r, given_name_l)"
                " or jaro_winkler_similarity(given_name_l, given_name_r) >= 0.8",
            ),
        ),
    ),
    Field(
        "surname",
        (
            _alike("surname", 0.92, "similar"),
            Level("swapped", "given_name_l = surname_r or given_name_r = surname_l", ("given_name",)),
            Level(
                "in_full_name",
                "list_contains(name_words_l, surname_r) or list_contains(name_words_r, surname_l)",
                ("name_words",),
            ),
            _alike("surname", 0.8, "roughly_similar"),
        ),
    ),
    Field(
        "middle_names",
        (
            Level(
                "some_shared", "len(list_intersect(middle_words_l, middle_words_r)) > 0", ("middle_words",)
            ),
            _alike("middle_names", 0.8, "similar"),
        ),
        rarity=False,
    ),
    Field(
        "date_of_birth",
        (
            Level("day_month", f"{_ONE_EDIT} or {_DAY_MONTH}"),
            _edits("date_of_birth", 2, "two_typos"),
            Level("same_year", "birth_year_l = birth_year_r", ("birth_year",)),
        ),
    ),
    Field(
        "postcode",
        (
            _edits("postcode", 1, "one_typo"),
            Level("same_area", "postcode_area_l = postcode_area_r", ("postcode_area",)),
        ),
    ),
    Field(
        "city",
        (
            Level(
                "similar",
                f"jaro_winkler_similarity(city_l, city_r) >= 0.88 or {_IN_THE_OTHER.format('city')}",
            ),
        ),
    ),
    Field(
        "address_line",
        (
            _alike("address_line", 0.9, "similar"),
            Level(
                "swapped",
                "address_line_l = address_line_2_r or address_line_2_l = address_line_r",
                ("address_line_2",),
            ),
        ),
    ),
    Field("address_line_2", (_alike("address_line_2", 0.9, "similar"),)),
    Field("street_number", (_edits("street_number", 1, "one_typo"),)),
    Field("region"),
    Field("country"),
    Field(
        "phone",
        (
            Level("same_ending", "phone_ending_l = phone_ending_r", ("phone_ending",)),
            _edits("phone", 1, "one_typo"),
        ),
    ),
    Field(
        "email",
        (
            Level("same_local_part", "local_part_l = local_part_r", ("local_part",)),
            # Namesakes have addresses that differ by their numbers alone.
            Level(
                "similar",
                "jaro_winkler_similarity(email_l, email_r) >= 0.9"
                " and regexp_replace(email_l, '[^0-9]', '', 'g') = regexp_replace(email_r, '[^0-9]', '', 'g')",
            ),
        ),
    ),
    Field("company", (_alike("company", 0.9, "similar"),)),
    Field("job_title"),
    Field("gender", rarity=False),
    Field("ip_address", (Level("same_network", "ip_network_l = ip_network_r", ("ip_network",)),)),
    Field("device_fingerprint"),
    Field(
        "behavior_patterns",
        (
            Level("similar", _ANGLE.format(0.95)),
            Level("roughly_similar", _ANGLE.format(0.8)),
        ),
        rarity=False,
        same=False,
    ),
)


def fields(columns: Collection[str]) -> list[Field]:
    """Return the comparisons that the columns allow, in their order."""
    return [field for field in FIELDS if field.name in columns]
