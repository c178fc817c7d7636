from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.profiles.matching.model import Reason
from stepwell.profiles.matching.vetoes import NOTHING, DeterministicIds, vetoes

IDS = st.builds(
    DeterministicIds,
    st.frozensets(st.sampled_from("123"), max_size=2),
    st.frozensets(st.sampled_from("abc"), max_size=2),
)


def known(customers: str = "", emails: str = "") -> DeterministicIds:
    return DeterministicIds(frozenset(customers.split()), frozenset(emails.split()))


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        (known("1"), known("2"), (Reason.CUSTOMER_IDS,)),
        (known("1"), known("1"), ()),
        (known("1 2"), known("2 3"), ()),
        (known("1"), NOTHING, ()),
        (known(emails="a@x"), known(emails="b@x"), (Reason.VERIFIED_EMAILS,)),
        (known(emails="a@x b@x"), known(emails="b@x"), ()),
        (known("1", "a@x"), known("2", "b@x"), (Reason.CUSTOMER_IDS, Reason.VERIFIED_EMAILS)),
        # One customer may own two addresses.
        (known("1", "a@x"), known("1", "b@x"), ()),
        # A shared address does not make two customers one: families share addresses.
        (known("1", "a@x"), known("2", "a@x"), (Reason.CUSTOMER_IDS,)),
        (known("1"), known(emails="a@x"), ()),
    ],
)
def test_different_ids_of_a_kind_forbid_a_merge(
    left: DeterministicIds, right: DeterministicIds, found: tuple[Reason, ...]
) -> None:
    assert vetoes(left, right) == found


@given(IDS, IDS)
def test_a_veto_has_no_direction_and_nobody_vetoes_oneself(
    left: DeterministicIds, right: DeterministicIds
) -> None:
    assert vetoes(left, right) == vetoes(right, left)
    assert vetoes(left, left) == ()
    assert vetoes(left, NOTHING) == ()
