from __future__ import annotations

from stacks.local_gaps import CONDITION, GAPS
from tests.infrastructure.conftest import Cloud


def test_aws_holds_every_gap_without_a_condition(aws: Cloud) -> None:
    for gap in GAPS:
        found = aws.resources(gap.type)
        assert found, f"{gap.type} is in no stack: take it off the list"
        assert all("Condition" not in r.body for r in found)


def test_locally_every_gap_is_conditioned_away(local: Cloud) -> None:
    for gap in GAPS:
        assert all(r.body["Condition"] == CONDITION for r in local.resources(gap.type))
    for template in local.templates.values():
        for name, condition in template.get("Conditions", {}).items():
            if name == CONDITION:
                assert condition == {"Fn::Equals": [{"Ref": "AWS::Partition"}, "never"]}


def test_nothing_else_differs_in_kind(aws: Cloud, local: Cloud) -> None:
    def kinds(cloud: Cloud) -> list[tuple[str, str]]:
        return sorted((r.stack, r.logical_id) for r in cloud.resources() if not layer_version(r.type))

    assert kinds(aws) == kinds(local)


def layer_version(type_: str) -> bool:
    # CDK puts a hash of the contents into the logical id of a layer version.
    return type_ == "AWS::Lambda::LayerVersion"


def test_the_local_cloud_knows_every_other_type(local: Cloud) -> None:
    from ministack.services.cloudformation import provisioners

    known = set(provisioners._RESOURCE_HANDLERS)
    gaps = {gap.type for gap in GAPS}
    assert {r.type for r in local.resources()} - known <= gaps
    assert not gaps & known, "the local cloud learned it: take it off the list"
