"""Suggested mappings: usual column names of other tools, and the workspace's own attributes."""

from __future__ import annotations

import pytest
from stepwell.profiles.schema import BUILT_IN
from stepwell.transfers.suggesting import suggest

TOOLS = {
    "Segment": (
        ["userId", "traits.email", "traits.firstName", "traits.company"],
        ["user_id", "email", "first_name", "company"],
    ),
    "HubSpot": (
        [
            "Record ID",
            "Email",
            "First Name",
            "Phone Number",
            "Country/Region",
            "Lifecycle Stage",
            "Job Title",
        ],
        ["user_id", "email", "first_name", "phone", "country", "lifecycle_stage", "job_title"],
    ),
    "Mailchimp": (
        [
            "Email Address",
            "First Name",
            "Last Name",
            "Address",
            "Phone Number",
            "LEID",
            "OPTIN_TIME",
            "TIMEZONE",
        ],
        ["email", "first_name", "last_name", "address", "phone", "user_id", "created_at", "time_zone"],
    ),
    "Braze": (
        ["external_id", "braze_id", "email", "dob", "home_city", "email_subscribe", "language"],
        ["user_id", "anonymous_id", "email", "birthday", "city", "consent.email", "language"],
    ),
    "Customer.io": (["id", "email", "cio_id", "created_at"], ["user_id", "email", "", "created_at"]),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_usual_names(tool: str):
    header, wanted = TOOLS[tool]
    assert [column.to for column in suggest(header, "profiles", BUILT_IN)] == wanted


def test_own_attributes_come_first_and_unknown_columns_go_nowhere():
    found = suggest(["Mobile", "Shoe Size", "E-Mail", "mail", "???"], "profiles", ["mobile", "shoe_size"])
    assert [column.to for column in found] == ["mobile", "shoe_size", "email", "", ""]


def test_events_keep_all_columns_as_properties():
    found = suggest(["Event", "Timestamp", "user id", "Order Total", "properties.sku"], "events", ())
    assert [c.to for c in found] == [
        "event",
        "timestamp",
        "user_id",
        "properties.Order_Total",
        "properties.sku",
    ]
