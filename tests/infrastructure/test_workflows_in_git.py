"""A folder in git becomes machines and registrations; what is wrong with it is told before anything is deployed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
import yaml
from cdk_nag import AwsSolutionsChecks
from stepwell.contracts.parcels import unpack

from stacks.constructs.workflow_files import compile_text, function_tokens, read_documents, read_workflows
from stacks.deployment import Deployment
from stacks.stage import build
from tests.infrastructure.conftest import Cloud, Resource, new_app
from tests.infrastructure.test_permissions import as_list
from tests.infrastructure.test_state_machines import validate

WORKFLOW: dict[str, Any] = {
    "schema_version": 1,
    "id": "welcome",
    "name": "Welcome",
    "purpose": "marketing",
    "nodes": [
        {"id": "start", "type": "event_trigger", "config": {"event": "signed_up"}},
        {"id": "rest", "type": "delay_action", "config": {"duration": "2_days"}},
        {"id": "done", "type": "exit", "config": {}},
    ],
    "edges": [
        {"source": "start", "outcome": "next", "target": "rest"},
        {"source": "rest", "outcome": "next", "target": "done"},
    ],
}
SEGMENTS = {
    "best": {"id": "best", "condition": 'in segment "warm" and age > 18'},
    "warm": {"id": "warm", "condition": "warmth_score > 5"},
}
MESSAGE = {
    "id": "hello",
    "purpose": "transactional",
    "subject": "Hello",
    "html": "{% include 'header' %}<p>Hello</p>",
}
SOURCE = {"id": "weather", "url": "https://api.example.com/now", "sample": {"sky": "sunny"}}
SNIPPETS = (
    {"id": "header", "source": "{% include 'mark' %}{{ block('hero') }}"},
    {"id": "mark", "source": "<b>Acme</b>"},
)
BLOCK = {
    "id": "hero",
    "choices": [{"id": "best", "segment": "best", "html": "{{ connected('weather').sky }}"}],
}


def write(folder: Path, *workflows: dict[str, Any], messages: tuple[dict[str, Any], ...] = ()) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for workflow in workflows:
        (folder / f"{workflow['id']}.yaml").write_text(yaml.safe_dump(workflow))
    (folder / "messages").mkdir(exist_ok=True)
    for message in messages:
        (folder / "messages" / f"{message['id']}.yml").write_text(yaml.safe_dump(message))
    return folder


MODEL = {
    "id": "warmth",
    "name": "Warmth",
    "subject": "lead",
    "rules": [{"id": "seen", "event": "a_seen", "points": 5}],
}


def keep(folder: Path, *documents: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for document in documents:
        (folder / f"{document['id']}.yaml").write_text(yaml.safe_dump(document))


SOCIAL_RULES = {"id": "rules", "rules": [{"id": "bests", "when": 'in segment "best"', "escalate": True}]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    others = [{**WORKFLOW, "id": f"other_{n}"} for n in range(5)]
    letter = {"id": "done", "type": "email_send", "config": {"template_id": "hello"}}
    picky = {**WORKFLOW, "id": "picky", "settings": {"filter": 'in segment "best"'}}
    others.append({**WORKFLOW, "id": "greeting", "nodes": [*WORKFLOW["nodes"][:2], letter]})
    folder = tmp_path_factory.mktemp("git") / "workflows"
    keep(folder / "segments", *SEGMENTS.values())
    keep(folder / "scoring", MODEL)
    keep(folder / "sources", SOURCE)
    keep(folder / "snippets", *SNIPPETS)
    keep(folder / "blocks", BLOCK)
    keep(folder / "social", SOCIAL_RULES)
    return write(folder, WORKFLOW, *others, picky, messages=(MESSAGE,))


@pytest.fixture(scope="module")
def cloud(folder: Path, synthesise: Callable[..., Cloud]) -> Cloud:
    return synthesise(workflows=str(folder), tenant="shop")


def kept(cloud: Cloud, type_: str, id_: str) -> Resource:
    (found,) = [r for r in cloud.resources(f"Custom::Stepwell{type_}") if r.properties["Id"] == id_]
    return found


def machine_of(cloud: Cloud, id_: str) -> Resource:
    reference = kept(cloud, "Workflow", id_).properties["Machine"]["Ref"]
    (found,) = [m for m in cloud.resources("AWS::StepFunctions::StateMachine") if m.logical_id == reference]
    return found


def test_a_version_is_reserved_made_and_registered_in_this_order(cloud: Cloud) -> None:
    version, live, machine = kept(cloud, "Version", "welcome"), kept(cloud, "Workflow", "welcome"), None
    machine = machine_of(cloud, "welcome")
    number = {"Fn::GetAtt": [version.logical_id, "Version"]}
    assert machine.properties["StateMachineName"] == {"Fn::GetAtt": [version.logical_id, "Name"]}
    assert machine.properties["DefinitionSubstitutions"]["Version"] == number
    assert live.properties["Version"] == number
    for resource in (version, live):
        properties = resource.properties
        assert (properties["Tenant"], properties["Id"]) == ("shop", "welcome")
        assert unpack(properties["Source"])["id"] == "welcome"
        assert int(properties["ServiceTimeout"]) <= 300
    assert version.properties["Digest"] == live.properties["Digest"]


def test_messages_come_before_the_workflows_that_send_them(cloud: Cloud) -> None:
    message = kept(cloud, "Message", "hello")
    assert unpack(message.properties["Source"])["subject"] == "Hello"
    assert message.logical_id in as_list(kept(cloud, "Version", "greeting").body["DependsOn"])
    assert message.logical_id not in as_list(kept(cloud, "Version", "welcome").body.get("DependsOn", []))


def test_each_comes_after_what_it_names(cloud: Cloud) -> None:
    def after(type_: str, id_: str) -> list[str]:
        return as_list(kept(cloud, type_, id_).body.get("DependsOn", []))

    warm, best, model = (
        kept(cloud, type_, id_).logical_id
        for type_, id_ in (("Segment", "warm"), ("Segment", "best"), ("ScoringModel", "warmth"))
    )
    assert after("ScoringModel", "warmth") == []
    assert after("Segment", "warm") == [model]
    assert after("Segment", "best") == [warm]
    assert after("Version", "picky") == [best]
    weather, header, mark, hero = (
        kept(cloud, type_, id_).logical_id
        for type_, id_ in (
            ("ContentSource", "weather"),
            ("Snippet", "header"),
            ("Snippet", "mark"),
            ("Block", "hero"),
        )
    )
    assert after("Snippet", "header") == [mark]
    assert sorted(after("Block", "hero")) == sorted([best, weather])
    assert after("Message", "hello") == [header], "a message is checked with what it puts in"
    assert after("SocialRules", "rules") == [best]
    assert hero


def test_a_circle_of_segments_is_left_to_be_refused_by_the_workspace(tmp_path: Path) -> None:
    circle = [
        {"id": "one", "condition": 'in segment "two"'},
        {"id": "two", "condition": 'in segment "one"'},
    ]
    keep(tmp_path / "segments", *circle)
    assert sorted(document.id for document in read_documents(tmp_path)) == ["one", "two"]


def test_they_are_in_a_stack_of_their_workspace_that_is_absent_without_a_folder(
    folder: Path, stub_functions: Path, tmp_path: Path, cloud: Cloud
) -> None:
    def stacks(workflows: str) -> set[str]:
        app = new_app(tmp_path / (workflows and "with"))
        made = build(app, Deployment(functions=stub_functions, workflows=workflows, tenant="shop"))
        if made.git is not None:
            assert made.engine in made.git.dependencies, "nothing registers before what runs it is there"
        return {stack.stack_name for stack in made.by_name().values()}

    assert stacks(str(folder)) - stacks("") == {"stepwell-git-shop"}
    others = {name for name in cloud.templates if name != "git"}
    for stack in others:
        assert not [r for r in cloud.resources(stack=stack) if r.type.startswith("Custom::Stepwell")]


def test_the_stack_may_go_without_the_others_and_the_others_without_it(cloud: Cloud) -> None:
    # The key's export is there for the engine already.
    text = json.dumps(cloud.templates["git"])
    assert set(re.findall(r'"Fn::ImportValue": "([^"]+)"', text)) <= set(
        re.findall(r'"Fn::ImportValue": "([^"]+)"', json.dumps(cloud.templates["engine"]))
    )
    assert "Outputs" not in cloud.templates["git"]


def test_machines_are_never_deleted_by_cloudformation(cloud: Cloud) -> None:
    for id_ in ("welcome", "other_1"):
        body = machine_of(cloud, id_).body
        assert (body["DeletionPolicy"], body["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_no_more_than_four_become_live_at_a_time(cloud: Cloud) -> None:
    live = {r.logical_id: r for r in cloud.resources("Custom::StepwellWorkflow")}
    waits = {id_: set(as_list(r.body.get("DependsOn", []))) & set(live) for id_, r in live.items()}
    assert len(live) == 8 and sorted(len(before) for before in waits.values()) == [0, 0, 0, 0, 1, 1, 1, 1]


def test_without_a_folder_there_is_only_the_function(aws: Cloud) -> None:
    assert not [r for r in aws.resources() if r.type.startswith("Custom::Stepwell")]
    assert aws.named("AWS::Lambda::Function", "FunctionName", "stepwell-register-workflows")


def test_a_request_that_fails_is_not_repeated_behind_the_deployments_back(aws: Cloud) -> None:
    function = aws.named("AWS::Lambda::Function", "FunctionName", "stepwell-register-workflows")
    (config,) = [
        c
        for c in aws.resources("AWS::Lambda::EventInvokeConfig")
        if c.properties["FunctionName"] == {"Ref": function.logical_id}
    ]
    assert config.properties["MaximumRetryAttempts"] == 0


def test_the_definition_is_valid_once_its_tokens_are_filled_in(tmp_path: Path) -> None:
    compiled = compile_text(yaml.safe_dump(WORKFLOW), "shop")
    text = compiled.definition
    for name, token in function_tokens().items():
        text = text.replace(f"${{{token}}}", f"arn:aws:lambda:us-east-1:000000000000:function:{name}")
    text = text.replace("${Version}", "7").replace("${Partition}", "aws")
    assert "${" not in text
    definition = json.loads(text)
    assert definition["States"]["rest"]["Arguments"]["Payload"]["version"] == 7
    validate(definition, tmp_path)


def test_another_content_has_another_digest() -> None:
    one = compile_text(yaml.safe_dump(WORKFLOW), "shop").digest
    assert compile_text(yaml.safe_dump({**WORKFLOW, "name": "Other"}), "shop").digest != one
    assert (
        compile_text(yaml.safe_dump(dict(reversed(WORKFLOW.items())), sort_keys=False), "shop").digest == one
    )


def test_what_is_wrong_is_told_with_its_file(tmp_path: Path) -> None:
    broken = {
        **WORKFLOW,
        "edges": [*WORKFLOW["edges"][:1], {"source": "rest", "outcome": "next", "target": "nowhere"}],
    }
    with pytest.raises(ValueError, match=r"welcome.yaml: .*nowhere"):
        read_workflows(write(tmp_path, broken), "shop")
    with pytest.raises(ValueError, match=r"hello.yml: The template has mistakes(.|\n)*subject"):
        read_documents(write(tmp_path, messages=({**MESSAGE, "subject": ""},)))
    with pytest.raises(ValueError, match="there is no folder"):
        read_workflows(tmp_path / "absent", "shop")


def test_two_files_cannot_be_the_same_workflow(tmp_path: Path) -> None:
    write(tmp_path, WORKFLOW, messages=(MESSAGE,))
    (tmp_path / "welcome.v2.yaml").write_text(yaml.safe_dump(WORKFLOW))
    with pytest.raises(ValueError, match=r"welcome.v2.yaml and welcome.yaml are both workflow `welcome`"):
        read_workflows(tmp_path, "shop")
    (tmp_path / "messages" / "again.yaml").write_text(yaml.safe_dump(MESSAGE))
    with pytest.raises(ValueError, match="both message `hello`"):
        read_documents(tmp_path)


def test_the_local_clouds_workspace_is_the_demos() -> None:
    def tenant(**context: str) -> str:
        return Deployment.from_context(cdk.App(context=context).node).tenant

    assert (
        tenant() == "main" and tenant(target="local") == "demo" and tenant(target="local", tenant="a") == "a"
    )


@pytest.mark.slow
def test_cdk_nag_has_nothing_to_say_about_a_folder(
    folder: Path, stub_functions: Path, tmp_path: Path
) -> None:
    app = new_app(tmp_path)
    build(app, Deployment(functions=stub_functions, workflows=str(folder)))
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()
    report = json.loads((tmp_path / "validation-report.json").read_text())
    assert [v["ruleName"] for p in report["pluginReports"] for v in p["violations"]] == []
