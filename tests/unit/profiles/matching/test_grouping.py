from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from stepwell.profiles.matching.grouping import Edge, components, group
from stepwell.profiles.matching.model import MatchSettings, Reason
from stepwell.profiles.matching.reviews import Settled
from stepwell.profiles.matching.vetoes import DeterministicIds, vetoes

SETTINGS = MatchSettings()
STRONG, WEAK, AGAINST = 9.0, 2.5, -9.0


def customer(name: str) -> DeterministicIds:
    return DeterministicIds(frozenset({name}))


def clique(names: str, bits: float = STRONG) -> list[Edge]:
    return [(a, b, bits) for a, b in combinations(names, 2)]


def test_pairs_at_the_threshold_make_groups_and_others_do_not() -> None:
    made = group([("a", "b", 2.1), ("c", "d", 1.9), ("e", "f", STRONG)], SETTINGS)

    assert made.of == {"a": "a", "b": "a", "e": "e", "f": "e"}
    assert made.members() == {"a": ["a", "b"], "e": ["e", "f"]}
    assert made.held == {}


def test_one_false_pair_does_not_join_two_families() -> None:
    made = group([*clique("abcd"), *clique("wxyz"), ("d", "w", WEAK)], SETTINGS)

    assert made.members() == {"a": list("abcd"), "w": list("wxyz")}
    assert made.held == {("d", "w"): Reason.WEAK_SUPPORT}


def test_evidence_against_keeps_groups_apart() -> None:
    against = [(a, b, AGAINST) for a in "ab" for b in "yz" if (a, b) != ("b", "y")]
    made = group([*clique("ab"), *clique("yz"), ("b", "y", STRONG), *against], SETTINGS)

    assert made.held == {("b", "y"): Reason.WEAK_SUPPORT}
    assert made.members() == {"a": ["a", "b"], "y": ["y", "z"]}


def test_a_chain_of_sure_pairs_with_no_evidence_against_holds_while_it_is_short() -> None:
    assert group([("a", "b", STRONG), ("b", "c", STRONG)], SETTINGS).of == dict.fromkeys("abc", "a")

    long = [(f"p{i:03}", f"p{i + 1:03}", WEAK) for i in range(60)]
    assert max(len(m) for m in group(long, SETTINGS).members().values()) < 10


def test_a_group_stays_within_its_limit() -> None:
    made = group(clique("abcdef"), MatchSettings(largest_group=4))

    assert max(len(m) for m in made.members().values()) <= 4
    assert set(made.held.values()) == {Reason.GROUP_TOO_LARGE}


def test_nobody_in_the_middle_joins_two_customers() -> None:
    ids = {"a": customer("1"), "c": customer("2")}
    made = group([("a", "b", STRONG), ("b", "c", STRONG + 1)], SETTINGS, ids=ids)

    assert made.members() == {"b": ["b", "c"]}
    assert made.held == {("a", "b"): Reason.GROUP_CONFLICT}


def test_what_a_person_said_comes_first() -> None:
    ids = {"a": customer("1"), "b": customer("2")}
    settled = Settled(same=frozenset({("a", "b")}), different=frozenset({("c", "d")}))
    made = group(
        [("a", "b", -3.0), ("c", "d", STRONG), ("d", "e", STRONG), ("c", "e", STRONG)],
        SETTINGS,
        ids=ids,
        settled=settled,
    )

    assert made.together("a", "b")
    assert not made.together("c", "d")
    assert made.held[("c", "d")] is Reason.GROUP_CONFLICT


def test_components_are_named_by_their_smallest_profile() -> None:
    assert components([("b", "c"), ("a", "c"), ("y", "z")]) == {
        "a": "a",
        "b": "a",
        "c": "a",
        "y": "y",
        "z": "y",
    }


NAMES = "abcdefgh"
EDGES = st.dictionaries(
    st.sampled_from(sorted(combinations(NAMES, 2))), st.sampled_from([-12.0, -4.0, 0.0, 1.0, 2.5, 5.0, 14.0])
)
CUSTOMERS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from([customer("1"), customer("2")]))


@given(EDGES, CUSTOMERS, st.randoms(use_true_random=False), st.integers(2, 5))
def test_groups_keep_every_promise_in_any_order(
    pairs: dict[tuple[str, str], float], ids: dict[str, DeterministicIds], order: object, largest: int
) -> None:
    settings = MatchSettings(largest_group=largest)
    edges = [(a, b, bits) for (a, b), bits in pairs.items()]
    made = group(edges, settings, ids=ids)
    order.shuffle(edges)  # type: ignore[attr-defined]

    assert group([(b, a, bits) for a, b, bits in edges], settings, ids=ids) == made
    whole = components(p for p, bits in pairs.items() if bits >= 2.0)
    within = [e for e in edges if e[0] in whole and whole[e[0]] == whole.get(e[1])]
    assert group(within, settings, ids=ids) == made
    for members in made.members().values():
        assert 2 <= len(members) <= largest
        assert len({whole[m] for m in members}) == 1
        for a, b in combinations(members, 2):
            assert not vetoes(ids.get(a, DeterministicIds()), ids.get(b, DeterministicIds()))
    for (a, b), bits in pairs.items():
        if bits >= 2.0:
            assert made.together(a, b) != ((a, b) in made.held)
