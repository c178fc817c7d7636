from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stepwell.adapters.secret_box import _context
from stepwell.contracts import names

from stacks.permissions import ACCESS, SEALED_FROM
from tests.infrastructure.conftest import Cloud, Resource


def statements(resource: Resource) -> Iterator[dict[str, Any]]:
    documents = [p["PolicyDocument"] for p in resource.properties.get("Policies", [])]
    if resource.type in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}:
        documents.append(resource.properties["PolicyDocument"])
    for document in documents:
        yield from document["Statement"]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def policies(cloud: Cloud) -> list[Resource]:
    return [
        r
        for type_ in ("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
        for r in cloud.resources(type_)
    ]


def role_of(cloud: Cloud, function: str) -> Resource:
    found = cloud.named("AWS::Lambda::Function", "FunctionName", names.function_name("stepwell", function))
    logical_id = found.properties["Role"]["Fn::GetAtt"][0]
    (role,) = [r for r in cloud.resources("AWS::IAM::Role") if r.logical_id == logical_id]
    return role


def actions_of(cloud: Cloud, function: str) -> set[str]:
    return {a for s in statements(role_of(cloud, function)) for a in as_list(s["Action"])}


def test_no_action_has_a_wildcard(aws: Cloud) -> None:
    seen = 0
    for resource in policies(aws):
        for statement in statements(resource):
            for action in as_list(statement["Action"]):
                seen += 1
                assert "*" not in action, f"{resource.logical_id}: {action}"
    assert seen > 100


def test_no_managed_policy_is_attached(aws: Cloud) -> None:
    for role in aws.resources("AWS::IAM::Role"):
        assert not role.properties.get("ManagedPolicyArns"), role.logical_id


def test_each_function_has_a_role_of_its_own(aws: Cloud) -> None:
    roles = [role_of(aws, name).logical_id for name in names.FUNCTIONS]
    assert len(set(roles)) == len(names.FUNCTIONS)


def test_the_table_of_permissions_knows_every_function() -> None:
    assert set(ACCESS) == set(names.FUNCTIONS)


def test_only_mailing_functions_may_send_mail(aws: Cloud) -> None:
    may = {name for name in names.FUNCTIONS if "ses:SendEmail" in actions_of(aws, name)}
    # Who reads moves also looks how mail fares, and tells the watchers of a pause.
    # Who opens social accounts tells the team of one that has to be connected again.
    assert may == {
        "send_email",
        "notify_team",
        "ingest_replies",
        "serve_api",
        "move_enrollments",
        "post_social",
    }


def test_only_publishing_makes_machines_and_schedules_and_passes_roles(aws: Cloud) -> None:
    def may(action: str) -> set[str]:
        return {n for n in names.FUNCTIONS if action in actions_of(aws, n)}

    assert may("states:CreateStateMachine") == {"serve_api"}
    assert may("scheduler:CreateSchedule") == may("iam:PassRole") == {"serve_api", "register_workflows"}


def test_what_registers_workflows_in_git_cannot_make_or_delete_machines(aws: Cloud) -> None:
    actions = actions_of(aws, "register_workflows")
    assert {a for a in actions if a.startswith("states:")} == {"states:DescribeStateMachine"}
    (stack,) = [
        s
        for s in statements(role_of(aws, "register_workflows"))
        if s["Action"] == "cloudformation:DescribeStacks"
    ]
    assert str(stack["Resource"]["Fn::Join"][1][-1]) == ":stack/stepwell-git-*"


def test_roles_are_passed_to_their_service_only(aws: Cloud) -> None:
    passed = [s for s in statements(role_of(aws, "serve_api")) if "iam:PassRole" in as_list(s["Action"])]
    assert len(passed) == 2
    assert all("iam:PassedToService" in s["Condition"]["StringEquals"] for s in passed)


def test_workflow_machines_invoke_node_functions_and_nothing_else(aws: Cloud) -> None:
    role = aws.named("AWS::IAM::Role", "RoleName", "stepwell-workflow-machines")
    invoke, *others = statements(role)
    assert invoke["Action"] == "lambda:InvokeFunction"
    more = {a for s in others for a in as_list(s["Action"])}
    assert {a for a in more if not a.startswith("logs:")} == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert {str(r["Fn::Join"][1][-1]).rsplit(":", 1)[-1] for r in invoke["Resource"]} == {
        names.function_name("stepwell", name) for name in names.NODE_FUNCTIONS
    }


def test_who_may_send_texts(aws: Cloud) -> None:
    # Two of them take texts that come in, and answer STOP and HELP where they came from.
    may = {name for name in names.FUNCTIONS if "sms-voice:SendTextMessage" in actions_of(aws, name)}
    # The API sends tests.
    assert may == {"send_sms", "ingest_events", "ingest_callbacks", "serve_api"}


def test_the_read_side_cannot_write(aws: Cloud) -> None:
    writes = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    # The debugger's tail lies in `config`; contacts and enrollments are the pass's business.
    written = {
        str(resource)
        for s in statements(role_of(aws, "ingest_webhook"))
        if writes & set(as_list(s["Action"]))
        for resource in as_list(s["Resource"])
    }
    assert len(written) == 1
    assert "config" in next(iter(written)).lower()
    assert not actions_of(aws, "add_tenant_claim") - {"logs:CreateLogStream", "logs:PutLogEvents"}


def test_queries_reach_listed_tables_only(aws: Cloud, synthesise) -> None:  # type: ignore[no-untyped-def]
    def queried(cloud: Cloud) -> list[str]:
        return [
            str(resource)
            for s in statements(role_of(cloud, "query_database"))
            if as_list(s["Action"]) == ["dynamodb:Query"]
            for resource in as_list(s["Resource"])
        ]

    assert queried(aws) == []
    (orders,) = queried(synthesise(query_tables='{"*": ["orders"]}'))
    assert ":table/orders" in orders


def test_tracing_is_a_switch(aws: Cloud, synthesise) -> None:  # type: ignore[no-untyped-def]
    assert "xray:PutTraceSegments" not in actions_of(aws, "step_cohort")
    traced = synthesise(stream_mode="on_demand", xray=True)
    assert "xray:PutTraceSegments" in actions_of(traced, "step_cohort")
    machines = traced.named("AWS::IAM::Role", "RoleName", "stepwell-workflow-machines")
    assert "xray:PutTraceSegments" in {a for s in statements(machines) for a in as_list(s["Action"])}
    for machine in traced.resources("AWS::StepFunctions::StateMachine"):
        assert machine.properties["TracingConfiguration"] == {"Enabled": True}
    assert all(
        f.properties["TracingConfig"] == {"Mode": "Active"} for f in traced.resources("AWS::Lambda::Function")
    )


def test_only_who_signs_or_reads_links_has_their_key(aws: Cloud) -> None:
    readers = {
        name
        for name in names.FUNCTIONS
        for s in statements(role_of(aws, name))
        if "secretsmanager:GetSecretValue" in as_list(s["Action"]) and "/signing-??????" in str(s["Resource"])
    }
    # Browsers tell of notifications by signed tokens, which ingestion reads.
    assert readers == {
        "send_email",
        "send_sms",
        "send_push",
        "serve_unsubscribe",
        "ingest_replies",
        "ingest_events",
    }


def test_only_who_sends_or_answers_texts_may_and_it_reaches_no_topic(aws: Cloud) -> None:
    may = {name for name in names.FUNCTIONS if "sms-voice:SendTextMessage" in actions_of(aws, name)}
    # The API sends tests.
    assert may == {"send_sms", "ingest_events", "ingest_callbacks", "serve_api"}
    (publish,) = [s for s in statements(role_of(aws, "send_sms")) if s["Action"] == "sns:Publish"]
    assert publish["NotResource"] == "arn:*:sns:*:*:*"
    assert "ses:SendEmail" not in actions_of(aws, "send_sms") | actions_of(aws, "send_push")


def test_topics_of_the_platform_cannot_be_published_to(aws: Cloud) -> None:
    # SES's events come over one of them: whoever publishes there forges bounces.
    (publish,) = [s for s in statements(role_of(aws, "notify_team")) if s["Action"] == "sns:Publish"]
    assert str(publish["Resource"]["Fn::Join"][1][-1]) == ":stepwell-team-*-*"
    topics = {str(t.properties["TopicName"]) for t in aws.resources("AWS::SNS::Topic")}
    assert topics and not any(t.startswith("stepwell-team-") for t in topics)


def test_what_ses_tells_cannot_be_put_on_its_queue_by_a_function(aws: Cloud) -> None:
    for name in names.FUNCTIONS:
        for s in statements(role_of(aws, name)):
            if "sqs:SendMessage" in as_list(s["Action"]):
                assert "mail-events" not in str(s["Resource"]), name


def test_whoever_reads_encrypted_data_may_use_the_key(aws: Cloud) -> None:
    for name in names.FUNCTIONS:
        actions = actions_of(aws, name)
        used = {a for a in actions if a.startswith("kms:")}
        if any(a.split(":")[0] in {"dynamodb", "kinesis", "sqs", "s3", "secretsmanager"} for a in actions):
            assert {"kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"} <= used, name
        if "dynamodb:PutItem" in actions:
            assert {"kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"} <= used, name
        assert "kms:CreateGrant" not in used


def test_who_opens_no_sealed_credential_cannot(aws: Cloud) -> None:
    for name in SEALED_FROM:
        (denied,) = [s for s in statements(role_of(aws, name)) if s["Effect"] == "Deny"]
        assert as_list(denied["Action"]) == ["kms:Decrypt"]
        assert denied["Condition"] == {"Null": {"kms:EncryptionContext:stepwell:use": "false"}}
    # The box must go on saying it, or the condition denies nothing.
    assert "stepwell:use" in _context("acme", "source")
