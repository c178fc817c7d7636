"""JSONata as mappings need it, and no expression that holds a worker or its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.errors import LimitExceeded, StepwellError
from stepwell.sources.budget import Limits
from stepwell.sources.language import MAX_EXPRESSION, Expression, MappingFailed

DOUBLED = '($d := function($s, $n) { $n = 0 ? $s : $d(%s, $n - 1) }; $d("a", 60))'


def run(text: str, value: Any = None, limits: Limits | None = None, **variables: Any) -> Any:
    return Expression(text).evaluate(value, variables, limits)


@pytest.mark.parametrize(
    ("text", "value", "wanted"),
    [
        ("a.b", {"a": [{"b": 1}, {"b": 2}]}, [1, 2]),
        ("$.{'n': name}", [{"name": "a"}, {"name": "b"}], [{"n": "a"}, {"n": "b"}]),
        ("missing", {}, None),
        ("$map([1, 2], $string)", None, ["1", "2"]),
        ('$replace("ab", /(a)(b)/, "$2$1")', None, "ba"),
        ('$match("abc", /b(c)/).groups', None, ["c"]),
        ('$split("a, b", /, */)', None, ["a", "b"]),
        ('$contains("abc", /B/i)', None, True),
        ("$sort([3, 1, 2])", None, [1, 2, 3]),
        ("$distinct([1, 1, 2])", None, [1, 2]),
        ('$toMillis("2026-01-01T00:00:00Z")', None, 1_767_225_600_000),
        ("$merge([{'a': 1}, {'b': 2}])", None, {"a": 1, "b": 2}),
        ("$ ~> |a|{'x': 1}|", {"a": {"y": 2}}, {"a": {"y": 2, "x": 1}}),
        ("{'a': null}", None, {"a": None}),
    ],
)
def test_the_language(text: str, value: Any, wanted: Any):
    assert run(text, value) == wanted


def test_variables_are_given_anew_each_time():
    expression = Expression("($x := $x & 'b'; $x)")
    assert [expression.evaluate({}, {"x": x}) for x in "ac"] == ["ab", "cb"]


def test_the_value_is_not_changed():
    value = {"a": [{"b": 1}]}
    run("$ ~> |a|{'x': 1}|", value)
    assert value == {"a": [{"b": 1}]}


def test_two_expressions_do_not_disturb_each_other():
    one, other = Expression("$f := function($x) { $x + a }; $f(1)".join("()")), Expression("a & 'x'")
    assert (one.evaluate({"a": 1}, {}), other.evaluate({"a": 1}, {}), one.evaluate({"a": 2}, {})) == (
        2,
        "1x",
        3,
    )


@pytest.mark.parametrize("name", ["eval", "now", "millis", "random", "shuffle"])
def test_what_a_replay_could_not_repeat_is_not_there(name: str):
    with pytest.raises(MappingFailed) as told:
        run(f'${name}("1")')
    assert told.value.details["jsonata"] == "T1006"


@pytest.mark.parametrize(
    "text",
    [
        "[1..10000000]",
        '$pad("", 1000000000)',
        "($f := function($n) { $f($n + 1) }; $f(1))",
        "($f := function($n) { 1 + $f($n + 1) }; $f(1))",
        DOUBLED % "$s & $s",
        DOUBLED % '{"a": $s, "b": $s}',
        DOUBLED % "[$s, $s]",
        DOUBLED % "$append($s, $s)",
        DOUBLED % '$join([$s, $s], "-")',
        '($x := $pad("", 30000, "a"); $replace($x, "a", $x))',
        '($x := $pad("", 200000, "a"); $replace($x, "a", "b"))',
        "$distinct([1..9000])",
        '$formatNumber(1, $pad("", 1000, "#"))',
    ],
)
def test_too_much_is_refused(text: str):
    with pytest.raises(LimitExceeded) as told:
        run(text, None, Limits(steps=20_000))
    assert told.value.code == "mapping_limit"


def test_a_pattern_cannot_hold_the_worker():
    with pytest.raises(MappingFailed, match="pattern takes too long"):
        run(r"$contains($, /^(a|a|aa)+$/)", "a" * 3_000 + "!")


def test_a_text_too_long_to_search_in_is_refused():
    with pytest.raises(LimitExceeded):
        run("$contains($, /b/)", "a" * 40_000)


def test_time_is_a_limit_too():
    with pytest.raises(LimitExceeded, match="longer than"):
        run("($f := function($n) { $f($n + 1) }; $f(1))", None, Limits(steps=10**9, seconds=0.05))


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [("a +", "S0207", 3), ("{'a': }", "S0211", 7), ('"abc', "S0101", 4), ("a b", "S0201", 3)],
)
def test_faults_of_syntax_have_their_place(text: str, code: str, position: int):
    with pytest.raises(MappingFailed) as told:
        Expression(text)
    assert (told.value.code, told.value.details) == (
        "mapping_syntax",
        {"jsonata": code, "position": position},
    )


def test_an_error_of_ones_own_is_told():
    with pytest.raises(MappingFailed, match="no address in this call"):
        run('$error("no address in this call")')


def test_faults_do_not_quote_what_they_were_given():
    with pytest.raises(MappingFailed) as told:
        run("$number(a)", {"a": "ada@example.com"})
    assert "ada" not in told.value.message + json.dumps(told.value.details)


@pytest.mark.parametrize("text", ["$sum", "function($x) { $x }", "/a/", "{'f': $sum}"])
def test_a_function_is_no_result(text: str):
    with pytest.raises(MappingFailed):
        run(text)


def test_long_and_deep_expressions_are_refused():
    with pytest.raises(LimitExceeded):
        Expression("a" * (MAX_EXPRESSION + 1))
    with pytest.raises(MappingFailed, match="nested too deep"):
        Expression("(" * 8_000)


def test_the_interpreters_recursion_limit_stays_what_it_was():
    # In a process of its own: other libraries that this one may have loaded raise it, too.
    script = "import sys; before = sys.getrecursionlimit(); import stepwell.sources.language as _; "
    script += "assert sys.getrecursionlimit() == before"
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": os.pathsep.join(sys.path)})


@given(
    st.text(alphabet="$abc.[](){}'\"+-*/&=<>?:;|~^%@#!,0123456789 \n\\_eEnu", max_size=60),
    st.text(max_size=20),
)
def test_no_text_breaks_it(text: str, value: str):
    try:
        found = Expression(text).evaluate({"a": [value, 1], "b": {"c": None}}, {"x": 1}, Limits(steps=5_000))
        json.dumps(found)
    except StepwellError as error:
        assert error.code in ("mapping_syntax", "mapping_failed", "mapping_limit")
