"""Pinpoint's documents, checked against botocore's own model of the service before they are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from stepwell.conditions import parse as from_text
from stepwell.conditions import to_text
from stepwell.profiles.traits import default_attributes
from stepwell.segments.model import parse_segment
from stepwell.transfers.model import Options
from stepwell.transfers.pinpoint_endpoints import EndpointReader, endpoints
from stepwell.transfers.pinpoint_segments import saved_segments, translate
from stepwell.transfers.reading import About, Taken

BEGAN = datetime(2026, 11, 20, 12, tzinfo=UTC)


@cache
def model() -> Any:
    return botocore.session.get_session().get_service_model("pinpoint")


def insist(shape: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Insist that a document is one that Pinpoint's own API describes, enumerations included."""
    report = ParamValidator().validate(document, model().shape_for(shape))
    assert not report.has_errors(), report.generate_report()
    _names(model().shape_for(shape), document)
    return document


def _names(shape: Any, value: Any) -> None:
    if shape.type_name == "structure":
        assert value.keys() <= shape.members.keys(), value.keys() - shape.members.keys()
        for name, one in value.items():
            _names(shape.members[name], one)
    elif shape.type_name == "list":
        for one in value:
            _names(shape.member, one)
    elif shape.type_name == "map":
        for one in value.values():
            _names(shape.value, one)
    elif getattr(shape, "enum", None):
        assert value in shape.enum


def read(**endpoint: Any) -> Taken:
    insist("EndpointResponse", endpoint)
    about = About("job", "endpoints.json", BEGAN, 10, Options(), default_attributes())
    return EndpointReader(about).read(3, endpoint)


def test_an_endpoint_is_an_address_of_its_user():
    taken = read(
        Id="e1",
        ChannelType="EMAIL",
        Address="Ann@X.example",
        OptOut="NONE",
        EndpointStatus="ACTIVE",
        EffectiveDate="2026-05-01T10:00:00.000Z",
        Attributes={"plan": ["pro"], "tags": ["a", "b"]},
        Metrics={"orders": 3.0},
        Demographic={"Timezone": "Europe/Berlin", "Locale": "de_DE", "Make": "Apple"},
        Location={"Country": "DE", "City": "Berlin", "PostalCode": "10115"},
        User={"UserId": "u1", "UserAttributes": {"first_name": ["Ann"]}},
    )
    (event,) = taken.events
    assert (event.user_id, event.email, event.occurred_at) == (
        "u1",
        "ann@x.example",
        datetime(2026, 5, 1, 10, tzinfo=UTC),
    )
    assert event.traits == {
        "plan": "pro",
        "tags": ["a", "b"],
        "orders": 3.0,
        "first_name": "Ann",
        "time_zone": "Europe/Berlin",
        "language": "de_DE",
        "country": "DE",
        "city": "Berlin",
        "postal_code": "10115",
        "email": "ann@x.example",
    }
    assert taken.faults == []


def test_no_opt_out_is_no_consent_and_all_is_a_refusal():
    assert [e.name for e in read(ChannelType="EMAIL", Address="a@x.example", OptOut="NONE").events] == [
        "identify"
    ]
    events = read(ChannelType="SMS", Address="+4915112345678", OptOut="ALL", User={"UserId": "u"}).events
    assert [e.name for e in events] == ["identify", "consent_told"]
    told = events[1].properties
    assert (told["channel"], told["consent"], told["proof"]) == ("sms", "denied", "import endpoints.json")
    assert events[0].traits["phone"] == "+4915112345678"


def test_an_inactive_address_is_not_the_users_address_and_is_not_written_to():
    events = read(
        ChannelType="EMAIL", Address="old@x.example", EndpointStatus="INACTIVE", User={"UserId": "u"}
    ).events
    assert events[0].email is None
    assert "email" not in events[0].traits
    assert events[1].properties["consent"] == "denied"


def test_addresses_that_are_not_kept_are_told():
    taken = read(Id="d1", ChannelType="GCM", Address="token", Attributes={"plan": ["free"]})
    assert [f.code for f in taken.faults] == ["address_left_out"]
    assert taken.events[0].anonymous_id == "pinpoint:d1"
    assert read(ChannelType="EMAIL", Address="nobody").events == []


def test_all_forms_in_which_endpoints_are_saved():
    one = {"ChannelType": "EMAIL", "Address": "a@x.example"}
    insist("EndpointsResponse", {"Item": [one]})
    for saved in (
        one,
        [one],
        {"EndpointResponse": one},
        {"EndpointsResponse": {"Item": [one]}},
        {"Item": [one]},
    ):
        assert list(endpoints(saved)) == [one]


def segment(name: str = "s", groups: Any = None, **more: Any) -> dict[str, Any]:
    document = {
        "ApplicationId": "app",
        "Arn": "arn",
        "CreationDate": "2020-01-01",
        "Id": f"id-{name}",
        "Name": name,
        "SegmentType": "DIMENSIONAL",
        **({"SegmentGroups": groups} if groups is not None else {}),
        **more,
    }
    insist("SegmentResponse", document)
    return document


def condition(**dimensions: Any) -> tuple[str, list[str]]:
    (found,) = translate([segment(Dimensions=dimensions)])
    text = str(found.document["condition"])
    return (to_text(from_text(text)) if text else ""), [gap.place for gap in found.gaps]


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ({"Values": ["a", 'b"c']}, 'profile.plan in ["a", "b\\"c"]'),
        ({"AttributeType": "EXCLUSIVE", "Values": ["a"]}, "not ("),
        ({"AttributeType": "CONTAINS", "Values": ["x", "y"]}, 'contains "x" or'),
        ({"AttributeType": "BEFORE", "Values": ["2020-01-01T00:00:00.000Z"]}, "before 2020-01-01T00:00:00Z"),
        ({"AttributeType": "AFTER", "Values": ["2020-01-01"]}, "after 2020-01-01T00:00:00Z"),
        ({"AttributeType": "ON", "Values": ["2020-01-01T00:00:00Z"]}, "= 2020-01-01"),
        (
            {"AttributeType": "BETWEEN", "Values": ["2020-01-01", "2021-01-01"]},
            "between 2020-01-01T00:00:00Z and",
        ),
    ],
)
def test_comparisons_of_attributes(attribute: Any, text: str):
    found, gaps = condition(Attributes={"plan": attribute})
    assert text.replace("profile.", "") in found.replace("profile.", "")
    assert gaps == []


@pytest.mark.parametrize(
    ("operator", "sign"),
    [("GREATER_THAN", ">"), ("LESS_THAN_OR_EQUAL", "<="), ("EQUAL", "="), ("GREATER_THAN_OR_EQUAL", ">=")],
)
def test_comparisons_of_metrics(operator: str, sign: str):
    found, gaps = condition(Metrics={"orders": {"ComparisonOperator": operator, "Value": 2.5}})
    assert f"orders {sign} 2.5" in found
    assert gaps == []


def test_recency_channels_and_countries():
    found, gaps = condition(
        Behavior={"Recency": {"Duration": "DAY_7", "RecencyType": "INACTIVE"}},
        Demographic={"Channel": {"DimensionType": "INCLUSIVE", "Values": ["EMAIL", "SMS"]}},
        Location={"Country": {"DimensionType": "EXCLUSIVE", "Values": ["US"]}},
        UserAttributes={"first name": {"Values": ["Ann"]}},
    )
    assert gaps == []
    for part in ("7 days ago", "email exists", "phone exists", '"US"', "`first name`"):
        assert part in found


def test_what_has_no_equal_is_told_with_its_place():
    found, gaps = condition(
        Demographic={"Platform": {"Values": ["iOS"]}, "Channel": {"Values": ["GCM", "EMAIL"]}},
        Location={"GPSPoint": {"Coordinates": {"Latitude": 1.0, "Longitude": 2.0}, "RangeInKilometers": 5.0}},
        Attributes={"d": {"AttributeType": "BEFORE", "Values": ["soon"]}},
        Metrics={"m": {"ComparisonOperator": "NEARLY", "Value": 1.0}},
    )
    assert sorted(gaps) == [
        "Dimensions.Attributes.d",
        "Dimensions.Demographic.Channel",
        "Dimensions.Demographic.Platform",
        "Dimensions.Location.GPSPoint",
        "Dimensions.Metrics.m",
    ]
    assert "email exists" in found


def test_groups_and_the_segments_that_they_begin_with():
    base = segment(
        "Buyers", Dimensions={"Metrics": {"orders": {"ComparisonOperator": "GREATER_THAN", "Value": 0.0}}}
    )
    pros = {"Attributes": {"plan": {"Values": ["pro"]}}}
    free = {"Attributes": {"plan": {"Values": ["free"]}}}
    groups = {
        "Include": "ANY",
        "Groups": [
            {
                "SourceSegments": [{"Id": "id-Buyers"}],
                "SourceType": "ALL",
                "Dimensions": [pros, free],
                "Type": "NONE",
            },
            {"SourceSegments": [{"Id": "gone"}], "Dimensions": [], "Type": "ALL"},
        ],
    }
    found = translate(
        saved_segments({"SegmentsResponse": {"Item": [segment("Lapsed", groups), base]}}), {"lapsed"}
    )
    assert [one.document["id"] for one in found] == ["buyers", "lapsed_2"]
    assert [gap.place for gap in found[1].gaps] == ["SegmentGroups.Groups[1].SourceSegments[0]"]
    text = to_text(parse_segment(found[1].document).condition)  # type: ignore[arg-type]
    assert 'in segment "buyers"' in text
    assert "not (" in text


def test_a_segment_from_a_file_is_a_list():
    (found,) = translate(
        [
            segment(
                SegmentType="IMPORT",
                ImportDefinition={
                    "ExternalId": "",
                    "Format": "CSV",
                    "RoleArn": "r",
                    "S3Url": "s3://b",
                    "Size": 3,
                },
            )
        ]
    )
    assert found.document["kind"] == "static"
    assert not found.complete


def test_everybody_is_everybody():
    found, gaps = condition()
    assert found
    assert gaps == []
