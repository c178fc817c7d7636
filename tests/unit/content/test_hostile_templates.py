"""Templates are written by tenants: none may reach Python, burn the machine, or pass unnoticed."""

from __future__ import annotations

from time import perf_counter

import pytest
from stepwell.content.checks import preview
from stepwell.content.faults import TemplateFault
from stepwell.content.models import Template
from stepwell.content.render import Renderer

RENDERER = Renderer()
FIELDS = {"first_name": "Ada", "tags": ["a", "b"], "big": "x" * 50_000, "event": {"name": "order", "n": 3}}

ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ first_name.__init__.__globals__ }}",
    "{{ event['__class__'] }}",
    "{{ event.__dict__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner.__init__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range.__class__ }}",
    "{{ dict.__base__ }}",
    "{{ dict.mro() }}",
    "{{ lipsum.__globals__ }}{{ lipsum() }}",
    "{{ (1).__class__ }}",
    "{{ [].__class__.__base__ }}",
    "{{ tags.append('c') }}",
    "{{ tags.extend(tags) }}",
    "{{ event.update({'a': 1}) }}",
    "{{ event.pop('name') }}",
    "{{ event.clear() }}",
    "{{ event.setdefault('x', 1) }}",
    "{{ 'a'.format(1) }}",
    "{{ '{0.__class__}'.format(first_name) }}",
    "{{ '{a}'.format_map(event) }}",
    "{{ 'a'.encode() }}",
    "{{ 'a'.translate({}) }}",
    "{{ '%s' % first_name }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ first_name | attr('__class__') }}",
    "{{ [event] | map(attribute='__class__') | list }}",
    "{{ tags | map('attr', '__class__') | list }}",
    "{{ tags | selectattr('__class__') | list }}",
    "{{ tags | groupby('__class__') }}",
    "{{ [''] | sort(attribute='__class__') }}",
    "{{ [''] | sum(attribute='__class__') }}",
    "{{ first_name() }}",
    "{{ missing() }}",
    "{{ missing.__class__ }}",
    "{{ range }}",
    "{{ first_name.upper }}",
    "{{ caller() }}",
    "{{ loop.x() }}",
    "{{ (1.5).hex() }}",
    "{{ first_name | pprint }}",
    "{{ tags | random }}",
    "{{ 'a' | indent(10) }}",
    "{{ 'a' | center(10) }}",
    "{{ '%s' | format(1) }}",
    "{% include 'secrets' %}",
    "{% include first_name %}",
    "{% include ['base', 'x'] %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% extends '../../etc/passwd' %}",
    "{% autoescape false %}{{ first_name }}{% endautoescape %}",
    "{% for x in [1] recursive %}{{ loop([x]) }}{% endfor %}",
    "{% macro f() %}{% endmacro %}{{ f.__globals__ }}",
    "{% macro f() %}{% endmacro %}{{ f._func }}",
    "{% set ns = namespace() %}{{ ns.__class__ }}",
    "{{ cycler('a').__init__ }}",
    "{% do tags.append(1) %}",
    "{% debug %}",
]
BOMBS = [
    "{{ 'a' * 10**9 }}",
    "{{ 10**9 * 'a' }}",
    "{{ [1] * 10**8 }}",
    "{{ 'a' * 100000 * 100000 }}",
    "{{ 9 ** (9 ** 9) }}",
    "{{ 2 ** 100000 }}",
    "{{ (2 ** 4000) * (2 ** 4000) }}",
    "{{ big + big + big }}",
    "{{ big ~ big ~ big }}",
    "{% set ns = namespace(a='a') %}{% for i in range(60) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}",
    "{% set ns = namespace(a='a') %}{% for i in range(60) %}{% set ns.a = ns.a + ns.a %}{% endfor %}",
    "{% set ns = namespace(a=[1]) %}{% for i in range(60) %}{% set ns.a = ns.a + ns.a %}{% endfor %}",
    "{% set n = namespace(a='a') %}{% for i in range(60) %}{% set n.a = n.a | replace('a', 'aa') %}{% endfor %}",
    "{% set n = namespace(a='aa') %}{% for i in range(60) %}{% set n.a = [n.a, n.a] | join %}{% endfor %}",
    "{{ range(10**9) | list }}",
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for i in range(999) %}{% for j in range(999) %}x{% endfor %}{% endfor %}",
    "{% for i in range(999) %}{% for j in range(999) %}{% set y = 1 %}{% endfor %}{% endfor %}",
    "{% for i in range(999) if range(999) | list | length > 1 %}{{ big }}{% endfor %}",
    "{% set x %}{% for i in range(999) %}{{ big }}{% endfor %}{% endset %}",
    "{% set x %}{% for i in range(999) %}" + "y" * 200_000 + "{% endfor %}{% endset %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
    "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(40) }}",
    "{% block a %}{{ self.a() }}{% endblock %}",
    "{{ tags | batch(10**9, 'x') | list }}",
    "{{ tags | slice(10**9) | list }}",
    "{{ 1.5 | round(10**9, 'ceil') }}",
    "{{ big | replace('x', big) }}",
    "{{ '(' * 50 }}" + "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
    "{% for a in tags %}" * 40 + "{% endfor %}" * 40,
    "{{ " + "-" * 20_000 + "1 }}",
    "{{ " + "[" * 5_000 + "]" * 5_000 + " }}",
    "{{ " + "tags" + "[0]" * 5_000 + " }}",
    "{% if 1 %}" * 500 + "{% endif %}" * 500,
    "{{ 0 | date('%1000000000Y') }}",
]


def attempt(source: str) -> TemplateFault | str:
    template = Template(id="t", subject="s", html=source, layout="", sample=FIELDS)
    try:
        return preview(RENDERER, template).html
    except TemplateFault as fault:
        return fault


@pytest.mark.parametrize("source", ESCAPES)
def test_what_reaches_for_python_is_refused(source: str) -> None:
    outcome = attempt(source)
    assert isinstance(outcome, TemplateFault), outcome
    assert outcome.code in {"template_forbidden", "template_syntax", "template_error"}
    assert outcome.part == "html"


@pytest.mark.parametrize("source", BOMBS, ids=lambda source: source[:60])
def test_bombs_fail_fast(source: str) -> None:
    started = perf_counter()
    outcome = attempt(source)
    assert perf_counter() - started < 10
    assert isinstance(outcome, TemplateFault), f"{len(outcome)} characters came out"


def test_a_fault_names_its_line() -> None:
    outcome = attempt("<p>\n\n{{ 1 / 0 }}\n</p>")
    assert isinstance(outcome, TemplateFault)
    assert (outcome.code, outcome.line) == ("template_error", 3)
    outcome = attempt("one\n{% if %}\nthree")
    assert isinstance(outcome, TemplateFault)
    assert (outcome.code, outcome.line) == ("template_syntax", 2)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ 'a' * 3 }}-{{ 2 ** 10 }}-{{ 7 // 2 }}", "aaa-1024-3"),
        ("{{ first_name.upper() }} {{ tags | join(', ') }}", "ADA a, b"),
        ("{% for t in tags %}{{ loop.index }}{{ t }}{{ loop.cycle('x', 'y') }}{% endfor %}", "1ax2by"),
        ("{% for key, value in event.items() %}{{ key }}={{ value }};{% endfor %}", "name=order;n=3;"),
        (
            "{% set s = namespace(n=0) %}{% for i in range(5) %}{% set s.n = s.n + i %}{% endfor %}{{ s.n }}",
            "10",
        ),
        ("{% macro hi(n) %}Hi {{ n }}{% endmacro %}{{ hi('<b>') }}", "Hi &lt;b&gt;"),
        ("{{ event.items }}|{{ event.keys }}|{{ event.values[0] }}|{{ event.get('n') }}", "|||3"),
        ("{{ '<' ~ first_name ~ '>' }}", "&lt;Ada&gt;"),
        ("{{ 1234.5 | money('$') }}", "$1,234.50"),
        ("{{ '2026-03-01' | date('%-d %b') }}", "1 Mar"),
        (
            "{{ 5000 | default(9999) }}{{ none | default('there') }}{{ '' | default('there') }}",
            "5000therethere",
        ),
        ("{{ tags | map('upper') | list | tojson }}", '["A", "B"]'),
        ("{% block a %}x{% endblock %}{{ self.a() }}", "xx"),
        ("{{ 3.14159 | round(2) }}", "3.14"),
    ],
)
def test_honest_templates_work(source: str, expected: str) -> None:
    assert attempt(source) == expected
