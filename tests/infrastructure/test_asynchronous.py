"""Nothing that runs without a caller may fail in silence: each path ends in a queue, each queue has an alarm."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.infrastructure.conftest import Cloud, Resource


def queue_names(cloud: Cloud) -> dict[str, str]:
    return {q.logical_id: q.properties["QueueName"] for q in cloud.resources("AWS::SQS::Queue")}


def function_of(reference: dict[str, Any]) -> str:
    return str(next(iter(reference.values()))[0] if "Fn::GetAtt" in reference else reference["Ref"])


def mappings(cloud: Cloud) -> dict[str, Resource]:
    functions = {f.logical_id: f.properties["FunctionName"] for f in cloud.resources("AWS::Lambda::Function")}
    return {
        functions[function_of(m.properties["FunctionName"])]: m
        for m in cloud.resources("AWS::Lambda::EventSourceMapping")
    }


def test_what_is_fed_by_streams_and_queues(aws: Cloud) -> None:
    assert sorted(mappings(aws)) == [
        "stepwell-count-outcomes",
        "stepwell-ingest-callbacks",
        "stepwell-move-enrollments",
        "stepwell-process-events",
        "stepwell-reconcile-runs",
    ]


def test_stream_batches_are_halved_retried_and_set_aside(aws: Cloud) -> None:
    for name in ("stepwell-process-events", "stepwell-count-outcomes"):
        properties = mappings(aws)[name].properties
        assert properties["BisectBatchOnFunctionError"] is True
        assert 0 < properties["MaximumRetryAttempts"] < 100
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        destination = function_of(properties["DestinationConfig"]["OnFailure"]["Destination"])
        assert queue_names(aws)[destination] == "stepwell-streams-dead"


def test_batch_sizes(aws: Cloud) -> None:
    sizes = {name: m.properties["BatchSize"] for name, m in mappings(aws).items()}
    assert sizes["stepwell-process-events"] == 500
    # What the counters remember of their last batch, so that a repeated one counts once.
    assert sizes["stepwell-count-outcomes"] == 100
    assert sizes["stepwell-ingest-callbacks"] == 100


def test_what_ses_tells_waits_a_moment_for_more(aws: Cloud, local: Cloud) -> None:
    for cloud, window in ((aws, 5), (local, 1)):
        mapping = mappings(cloud)["stepwell-ingest-callbacks"].properties
        # Lambda takes more than ten messages of a queue only when it may wait for them.
        assert mapping["MaximumBatchingWindowInSeconds"] == window
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_counting_sees_only_what_is_new(aws: Cloud) -> None:
    (one,) = mappings(aws)["stepwell-count-outcomes"].properties["FilterCriteria"]["Filters"]
    assert json.loads(one["Pattern"]) == {"eventName": ["INSERT"]}


def test_queues_that_are_read_have_dead_letters(aws: Cloud) -> None:
    queues = {q.logical_id: q for q in aws.resources("AWS::SQS::Queue")}
    for name in ("stepwell-reconcile-runs", "stepwell-move-enrollments", "stepwell-ingest-callbacks"):
        source = queues[function_of(mappings(aws)[name].properties["EventSourceArn"])]
        assert source.properties["RedrivePolicy"]["maxReceiveCount"] == 5
        timeout = next(
            f.properties["Timeout"]
            for f in aws.resources("AWS::Lambda::Function")
            if f.properties["FunctionName"] == name
        )
        window = mappings(aws)[name].properties.get("MaximumBatchingWindowInSeconds", 0)
        assert source.properties["VisibilityTimeout"] == 6 * timeout + window


def test_every_target_of_a_rule_has_dead_letters(aws: Cloud) -> None:
    rules = [r for r in aws.resources("AWS::Events::Rule") if "Targets" in r.properties]
    watched = [r for r in rules if r.stack == "engine"]
    assert len(watched) == 4
    for rule in watched:
        for target in rule.properties["Targets"]:
            assert "DeadLetterConfig" in target, rule.logical_id


def test_what_ses_tells_goes_from_the_topic_to_its_queue_as_it_is(aws: Cloud) -> None:
    subscription = aws.named("AWS::SNS::Subscription", "Protocol", "sqs")
    assert subscription.properties["RawMessageDelivery"] is True
    assert queue_names(aws)[function_of(subscription.properties["Endpoint"])] == "stepwell-mail-events"
    dead = function_of(subscription.properties["RedrivePolicy"]["deadLetterTargetArn"])
    assert queue_names(aws)[dead] == "stepwell-mail-events-dead"


def test_what_ses_receives_goes_to_the_bucket_and_calls_the_function(aws: Cloud) -> None:
    (rule,) = aws.resources("AWS::SES::ReceiptRule")
    put, stop = rule.properties["Rule"]["Actions"]
    assert rule.properties["Rule"]["Recipients"] == ["reply.example.com"]
    assert rule.properties["Rule"]["ScanEnabled"] is True
    assert put["S3Action"]["ObjectKeyPrefix"] == "replies/"
    assert stop == {"StopAction": {"Scope": "RuleSet"}}
    subscription = aws.named("AWS::SNS::Subscription", "Protocol", "lambda")
    assert subscription.properties["TopicArn"] == put["S3Action"]["TopicArn"]
    assert "deadLetterTargetArn" in subscription.properties["RedrivePolicy"]


def test_without_a_domain_nothing_receives_mail(synthesise: Callable[..., Cloud]) -> None:
    plain = synthesise()
    assert not plain.resources("AWS::SES::ReceiptRule") and not plain.resources("AWS::SES::ReceiptRuleSet")
    assert [s.properties["Protocol"] for s in plain.resources("AWS::SNS::Subscription")] == ["sqs"]


def test_every_function_that_is_invoked_asynchronously_says_where_failures_go(aws: Cloud) -> None:
    configured = {
        function_of(c.properties["FunctionName"])
        for c in aws.resources("AWS::Lambda::EventInvokeConfig")
        if c.properties["DestinationConfig"]["OnFailure"]["Destination"]
    }
    invoked = {
        function_of(target["Arn"])
        for rule in aws.resources("AWS::Events::Rule", "engine")
        for target in rule.properties["Targets"]
        if target["Arn"]["Fn::GetAtt"][0] not in queue_names(aws)
    }
    invoked |= {
        function_of(s.properties["Endpoint"])
        for s in aws.resources("AWS::SNS::Subscription", "engine")
        if s.properties["Protocol"] == "lambda"
    }
    starter = [
        f.logical_id
        for f in aws.resources("AWS::Lambda::Function")
        # Schedules call the one, CloudFormation another, the pass the third, the sweeper the fourth.
        if f.properties["FunctionName"]
        in {
            f"stepwell-{name}"
            for name in ("start-broadcast", "register-workflows", "enrich-profile", "post-social")
        }
    ]
    assert configured == invoked | set(starter)


def test_failed_executions_of_workflow_machines_reach_the_reconciler(aws: Cloud) -> None:
    rule = aws.named("AWS::Events::Rule", "Name", "stepwell-failed-executions")
    pattern = rule.properties["EventPattern"]
    assert pattern["detail"]["status"] == ["FAILED", "TIMED_OUT", "ABORTED"]
    (machines,) = pattern["detail"]["stateMachineArn"]
    assert json.dumps(machines["prefix"]).endswith(':stateMachine:stepwell-"]]}')


def test_schedules(aws: Cloud) -> None:
    rates = {
        r.properties["Name"]: r.properties["ScheduleExpression"]
        for r in aws.resources("AWS::Events::Rule")
        if "ScheduleExpression" in r.properties
    }
    assert rates == {"stepwell-sweep": "rate(1 minute)", "stepwell-reconcile": "rate(5 minutes)"}


def test_every_dead_letter_queue_has_an_alarm(aws: Cloud) -> None:
    dead = {
        q.properties["QueueName"]
        for q in aws.resources("AWS::SQS::Queue")
        if {"Key": "stepwell:dead-letters", "Value": "yes"} in q.properties["Tags"]
    }
    assert len(dead) == 7
    watched = {
        d["Value"]
        for a in aws.resources("AWS::CloudWatch::Alarm")
        for d in a.properties.get("Dimensions", [])
        if d["Name"] == "QueueName" and a.properties["Threshold"] == 0
    }
    assert watched == dead


def test_functions_without_an_alarm_of_their_own_leave_dead_letters(aws: Cloud) -> None:
    alarms = {a.properties["AlarmName"] for a in aws.resources("AWS::CloudWatch::Alarm")}
    for name in ("process-events", "count-outcomes", "ingest-callbacks", "sweep-due", "reconcile-runs"):
        assert f"stepwell-errors-{name}" not in alarms
        ends = [
            c.properties["DestinationConfig"]["OnFailure"]["Destination"]
            for kind in ("AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping")
            for c in aws.resources(kind)
            if "DestinationConfig" in c.properties and name.title().replace("-", "") in str(c.properties)
        ] or [
            queue.properties["RedrivePolicy"]["deadLetterTargetArn"]
            for queue in aws.resources("AWS::SQS::Queue")
            if queue.logical_id == function_of(mappings(aws)[f"stepwell-{name}"].properties["EventSourceArn"])
        ]
        assert ends, name
        for end in ends:
            assert f"stepwell-{queue_names(aws)[function_of(end)].removeprefix('stepwell-')}" in alarms


def test_every_queue_is_read_or_watched(aws: Cloud) -> None:
    read = {
        function_of(m.properties["EventSourceArn"])
        for m in mappings(aws).values()
        if "Fn::GetAtt" in m.properties["EventSourceArn"]
    }
    for queue in aws.resources("AWS::SQS::Queue"):
        tagged = {"Key": "stepwell:dead-letters", "Value": "yes"} in queue.properties["Tags"]
        assert tagged or queue.logical_id in read


def test_mail_events_cover_what_the_pass_needs(aws: Cloud) -> None:
    (destination,) = aws.resources("AWS::SES::ConfigurationSetEventDestination")
    event = destination.properties["EventDestination"]
    assert set(event["MatchingEventTypes"]) == {
        "SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "OPEN", "CLICK", "REJECT", "RENDERING_FAILURE",
    }  # fmt: skip
    assert "SnsDestination" in event
