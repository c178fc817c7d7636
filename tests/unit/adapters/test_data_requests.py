"""Requests of contacts: one row a wish, open until it is closed."""

from __future__ import annotations

from datetime import timedelta

import boto3
import pytest
from stepwell.adapters.data_requests import DynamoDataRequests
from stepwell.adapters.dynamo import DynamoTable
from stepwell.consent.choice_ports import DataRequests
from stepwell.errors import NotFound

from tests.fakes.cloud_tables import create_table
from tests.unit.adapters.conftest import NOW, REGION


def test_a_wish_is_one_row_until_it_is_closed(aws: None):
    client = boto3.client("dynamodb", region_name=REGION)
    create_table(client, "profiles")
    requests = DynamoDataRequests(DynamoTable(client, "profiles"))
    port: DataRequests = requests
    port.add("acme", "p" * 16, "erasure", NOW, "link:email")
    port.add("acme", "p" * 16, "erasure", NOW + timedelta(days=1), "link:sms")
    port.add("acme", "p" * 16, "access", NOW, "link:email")
    port.add("other", "p" * 16, "access", NOW, "link:email")
    found, cursor = requests.open("acme", 10)
    assert [(one.what, one.at, one.via) for one in found] == [
        ("access", NOW, "link:email"),
        ("erasure", NOW, "link:email"),
    ]
    assert cursor is None
    assert requests.close("acme", found[0].id) == found[0]
    with pytest.raises(NotFound):
        requests.close("acme", found[0].id)
    assert len(requests.open("acme", 10)[0]) == 1
