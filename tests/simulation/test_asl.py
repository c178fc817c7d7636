"""The interpreter does what the States Language says, and refuses what AWS would refuse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.simulation.asl import Execution, Executions, Machine
from tests.simulation.asl_definition import check_assigns
from tests.simulation.asl_query import InvalidDefinitionError, StateError

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def machine(start: str = "a", **states: dict[str, Any]) -> Machine:
    return Machine({"QueryLanguage": "JSONata", "StartAt": start, "States": states})


def run(m: Machine, data: Any = None, invoke: Any = None) -> Execution:
    execution = Execution(m, "e", data, invoke or (lambda arn, payload: payload), NOW)
    now = NOW
    for _ in range(1000):
        if not execution.running:
            break
        now = execution.wake or now
        execution.step(now)
    execution.wake = now
    return execution


def test_a_task_passes_arguments_and_assigns_from_the_result() -> None:
    m = machine(
        a={
            "Type": "Task",
            "Resource": "arn:fn",
            "Arguments": {"x": "{% $states.input.x %}", "fixed": 1},
            "Assign": {"y": "{% $states.result.x + 1 %}"},
            "Output": "{% $states.result %}",
            "Next": "b",
        },
        b={"Type": "Succeed", "Output": {"y": "{% $y %}", "was": "{% $states.input %}"}},
    )
    done = run(m, {"x": 4})
    assert done.status == "SUCCEEDED"
    assert done.output == {"y": 5, "was": {"x": 4, "fixed": 1}}
    assert (done.transitions, done.visited) == (2, ["a", "b"])


def test_assign_reads_the_values_from_before_the_state() -> None:
    m = machine(
        a={"Type": "Pass", "Assign": {"p": 1, "q": 2}, "Next": "b"},
        b={"Type": "Pass", "Assign": {"p": "{% $q %}", "q": "{% $p %}"}, "Next": "c"},
        c={"Type": "Succeed", "Output": ["{% $p %}", "{% $q %}"]},
    )
    assert run(m).output == [2, 1]


def test_an_array_constructor_keeps_a_single_element_an_array() -> None:
    m = machine(
        a={"Type": "Pass", "Assign": {"p": [], "q": ["x"]}, "Next": "b"},
        b={"Type": "Succeed", "Output": "{% [$append($p, $q)] %}"},
    )
    assert run(m).output == ["x"]


def test_an_undefined_result_fails_the_execution() -> None:
    m = machine(a={"Type": "Pass", "Assign": {"p": "{% $states.input.missing %}"}, "End": True})
    assert run(m, {}).error[0] == "States.QueryEvaluationError"


def test_a_null_literal_is_a_result() -> None:
    assert run(machine(a={"Type": "Pass", "Output": "{% null %}", "End": True})).status == "SUCCEEDED"


def test_choice_takes_the_first_rule_that_holds_with_its_own_assign() -> None:
    m = machine(
        a={
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $states.input.n > 5 %}", "Next": "b", "Assign": {"w": "big"}},
                {"Condition": "{% $states.input.n > 1 %}", "Next": "b", "Assign": {"w": "some"}},
            ],
            "Assign": {"w": "default"},
            "Default": "b",
        },
        b={"Type": "Succeed", "Output": "{% $w %}"},
    )
    assert [run(m, {"n": n}).output for n in (9, 3, 0)] == ["big", "some", "default"]


def test_choice_without_match_or_default_fails() -> None:
    m = machine(
        a={"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "b"}]}, b={"Type": "Succeed"}
    )
    assert run(m).error[0] == "States.NoChoiceMatched"


def test_a_condition_must_be_boolean() -> None:
    m = machine(
        a={"Type": "Choice", "Choices": [{"Condition": "{% 1 %}", "Next": "b"}]}, b={"Type": "Succeed"}
    )
    assert run(m).error[0] == "States.QueryEvaluationError"


@pytest.mark.parametrize(
    ("fields", "after"),
    [
        ({"Seconds": "{% $states.input.s %}"}, timedelta(seconds=90)),
        ({"Timestamp": "{% $states.input.t %}"}, timedelta(days=14)),
        ({"Timestamp": "2020-01-01T00:00:00Z"}, timedelta()),
    ],
)
def test_wait(fields: dict[str, Any], after: timedelta) -> None:
    m = machine(a={"Type": "Wait", **fields, "Next": "b"}, b={"Type": "Succeed"})
    execution = Execution(m, "e", {"s": 90, "t": "2026-03-16T09:00:00.000Z"}, lambda *_: None, NOW)
    execution.step(NOW)
    if after:
        assert not execution.ready(NOW + after - timedelta(seconds=1))
    assert execution.ready(NOW + after)
    execution.step(NOW + after)
    execution.step(NOW + after)
    assert execution.status == "SUCCEEDED"


def failing(times: int, name: str) -> Any:
    calls: list[Any] = []

    def invoke(arn: str, payload: Any) -> Any:
        calls.append(payload)
        if len(calls) <= times:
            raise StateError(name, "why")
        return len(calls)

    return invoke


TASK = {"Type": "Task", "Resource": "arn:fn", "Arguments": {}, "End": True}


def test_retry_counts_its_attempts_and_bills_them() -> None:
    retry = [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "MaxAttempts": 2, "IntervalSeconds": 2}]
    done = run(machine(a={**TASK, "Retry": retry}), None, failing(2, "Lambda.TooManyRequestsException"))
    assert (done.status, done.output, done.transitions) == ("SUCCEEDED", 3, 3)
    assert done.wake == NOW + timedelta(seconds=2 + 4)
    spent = run(machine(a={**TASK, "Retry": retry}), None, failing(3, "Lambda.TooManyRequestsException"))
    assert spent.error == ("Lambda.TooManyRequestsException", "why")
    other = run(machine(a={**TASK, "Retry": retry}), None, failing(1, "Lambda.Other"))
    assert other.status == "FAILED"


def test_catch_sees_the_error() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "b", "Assign": {"e": "{% $states.errorOutput.Error %}"}}]
    m = machine(a={**TASK, "Catch": catch}, b={"Type": "Fail", "Error": "{% $e %}", "Cause": "given up"})
    done = run(m, None, failing(1, "Lambda.Unknown"))
    assert (done.status, done.error) == ("FAILED", ("Lambda.Unknown", "given up"))


def test_lambda_invoke_wraps_the_payload() -> None:
    m = machine(
        a={
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": "f", "Payload": {"n": 1}},
            "Output": "{% $states.result.Payload.n %}",
            "End": True,
        }
    )
    assert run(m).output == 1


def test_a_name_starts_once() -> None:
    executions = Executions(lambda *_: None)
    m = machine(a={"Type": "Succeed"})
    assert executions.start(m, "run-1", {}, NOW)
    assert not executions.start(m, "run-1", {"other": 1}, NOW)


def test_too_much_data_fails() -> None:
    m = machine(a={"Type": "Pass", "Output": "{% $states.input & $states.input %}", "End": True})
    assert run(m, "x" * 200_000).error[0] == "States.DataLimitExceeded"


@pytest.mark.parametrize(
    "states",
    [
        {"a": {"Type": "Pass", "End": True, "Result": 1}},
        {"a": {"Type": "Pass"}},
        {"a": {"Type": "Pass", "Next": "nowhere"}},
        {"a": {"Type": "Succeed"}, "lost": {"Type": "Succeed"}},
        {"a": {"Type": "Parallel", "Branches": [], "End": True}},
        {"a": {"Type": "Wait", "Seconds": 1, "Timestamp": "x", "End": True}},
        {"a": {"Type": "Pass", "Output": "{% $states. %}", "End": True}},
        {"a": {"Type": "Pass", "Output": "{% 1", "End": True}},
        {"a": {"Type": "Pass", "Output": "{% $eval('1') %}", "End": True}},
        {"a": {"Type": "Pass", "InputPath": "$.x", "End": True}},
        {"a": {**TASK, "Retry": [{"ErrorEquals": [], "MaxAttempts": 1}]}},
    ],
)
def test_what_aws_would_refuse_is_refused(states: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinitionError):
        machine(**states)


def test_an_assign_whose_entries_read_each_other_is_refused() -> None:
    state = {"Type": "Pass", "Assign": {"a": "{% $b + 1 %}", "b": 2}, "End": True}
    with pytest.raises(InvalidDefinitionError, match=r"Assign of a reads \['b'\]"):
        check_assigns(Machine({"QueryLanguage": "JSONata", "StartAt": "s", "States": {"s": state}}))
