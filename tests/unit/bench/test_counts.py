"""What the engine uses is exact and repeatable: these counts are the bill, and may only go down."""

import pytest

from bench.feedback import FEEDBACK, FEEDBACK_ALONE
from bench.graphs import REFERENCE_NODES
from bench.journeys import TRANSITIONS_BAR, engine_journey, naive_journey
from bench.metering import WAITS_MS
from bench.workload import Bill, run_workload

FREE = dict.fromkeys(WAITS_MS, (0.0, 0.0))
CONTACTS = 30


@pytest.fixture(scope="module")
def bill() -> Bill:
    return run_workload(FREE, CONTACTS, CONTACTS)


def test_a_cohort_takes_twenty_transitions_through_ten_nodes() -> None:
    walked = engine_journey(FREE, CONTACTS, CONTACTS)

    assert walked.transitions == 20
    assert walked.transitions / (250 * REFERENCE_NODES) <= TRANSITIONS_BAR


def test_the_conventional_way_takes_thirteen_a_contact() -> None:
    assert naive_journey(FREE, 2).transitions == 2 * 13


def test_a_contact_costs_six_write_units(bill: Bill) -> None:
    written = {label: units[0] / CONTACTS for label, units in bill.labels.items() if units[0] >= CONTACTS}

    assert written == {"profiles.put": 2, "messaging.claim": 2, "tokens.create": 1, "tokens.move": 1}


def test_the_hot_profile_stays_below_a_kilobyte(bill: Bill) -> None:
    assert bill.hot_bytes[1] <= 1024


def test_two_messages_and_two_requests_a_contact(bill: Bill) -> None:
    assert bill.messages == 2 * CONTACTS
    assert bill.amounts["http_api_request"] == 2 * CONTACTS
    assert bill.amounts["kinesis_put_unit"] == 2 * CONTACTS


def test_what_ses_tells_of_a_cohort_comes_in_batches() -> None:
    told = run_workload(FREE, CONTACTS, CONTACTS, feedback=FEEDBACK)
    alone = run_workload(FREE, CONTACTS, CONTACTS, feedback=FEEDBACK_ALONE)

    # Two sends and two deliveries, an open and a click a contact.
    assert told.amounts["sns_request"] == alone.amounts["sns_request"] == 6 * CONTACTS
    assert told.functions["ingest_callbacks"].invocations == 3
    assert alone.functions["ingest_callbacks"].invocations == 2 + 2 * CONTACTS
