"""What roles are needed for that no other test here does: a team's topic, a secret, an Athena query, a lost run.

All cloud tests run with roles enforced; a call that a role does not allow fails here as on AWS.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.cloud.graphs import chain, delay, edge, mail, node, workflow
from tests.cloud.platform import PREFIX, Platform, Tenant
from tests.cloud.test_hooks_and_calls import Orders, served

ANN = "ann@people.example"


@pytest.fixture(autouse=True)
def nothing_is_denied(platform: Platform) -> Iterator[None]:
    yield
    assert platform.denied() == []


def known(tenant: Tenant) -> None:
    tenant.api.post("/contacts", {"contacts": [{"email": ANN}]})


def test_a_team_is_told_by_its_own_topic_and_by_no_other(platform: Platform, tenant: Tenant):
    topic = f"{PREFIX}-team-{tenant.id}-sales"
    ours = platform.cloud.client("sns").create_topic(Name=topic)["TopicArn"]
    # SES's events come over this one: whoever could publish to it could forge bounces.
    theirs = ours.replace(f"team-{tenant.id}-sales", "mail-events")
    teams = {"ours": [ours], "theirs": [theirs], "sales_team": ["sales@shop.example"]}
    tenant.api.put("/workspace", {"teams": teams})
    tells = [
        node("go", "manual_trigger"),
        node("ours", "notification_send", recipients=["ours"], channel="sns", message="New lead"),
        node("told", "data_update", set={"ours": "told"}),
        node("theirs", "notification_send", recipients=["theirs"], channel="sns", message="{}"),
        node("reached", "data_update", set={"theirs": "reached"}),
        node("refused", "data_update", set={"theirs": "refused"}),
        node("mailed", "notification_send", recipients=["sales_team"]),
    ]
    edges = [
        edge("go", "ours"),
        edge("ours", "told"),
        edge("told", "theirs"),
        edge("theirs", "reached"),
        edge("reached", "mailed"),
    ]
    edges += [
        edge("ours", "theirs", "failed"),
        edge("theirs", "refused", "failed"),
        edge("refused", "mailed"),
    ]
    tenant.publish(workflow("tells", tells, edges))
    known(tenant)
    tenant.start("tells", [ANN])
    platform.quiet()
    assert tenant.states("tells") == {"completed": 1}
    traits = tenant.api.get(f"/contacts/{ANN}")["traits"]
    assert (traits["ours"], traits["theirs"]) == ("told", "refused")
    told = platform.cloud.get("/_stepwell/inbox.json?to=sales@shop.example&limit=50")
    assert tenant.id in json.dumps(told)


def test_a_call_reads_its_tenants_secret(platform: Platform, tenant: Tenant):
    platform.cloud.client("secretsmanager").create_secret(
        Name=f"{PREFIX}/{tenant.id}/orders_api", SecretString="Bearer of-orders"
    )
    orders = Orders(failures=0)
    with served(orders) as address:
        call = node(
            "fetch",
            "api_call",
            url=f"{address}/customers",
            headers={"Authorization": "secret:orders_api"},
            body={"email": "{{email}}"},
        )
        answered = node("answered", "data_update", set={"answered": "yes"})
        tenant.publish(
            workflow(
                "asks",
                [node("go", "manual_trigger"), call, answered],
                [edge("go", "fetch"), edge("fetch", "answered", "success")],
            )
        )
        known(tenant)
        tenant.start("asks", [ANN])
        platform.quiet()
    assert tenant.api.get(f"/contacts/{ANN}")["traits"]["answered"] == "yes"
    assert orders.calls[0]["headers"]["Authorization"] == "Bearer of-orders"


def test_a_query_runs_in_the_deployments_workgroup(platform: Platform, tenant: Tenant):
    ask = node("ask", "database_query", statement="SELECT 'gold' AS plan", save={"plan": "plan"})
    tenant.publish(chain("queries", node("go", "manual_trigger"), ask))
    known(tenant)
    tenant.start("queries", [ANN])
    platform.quiet()
    assert tenant.states("queries") == {"completed": 1}


def test_a_lost_execution_is_found_and_started_again(platform: Platform, tenant: Tenant):
    tenant.template("after")
    tenant.publish(chain("lost", node("go", "manual_trigger"), delay("rest", "1_hour"), mail("after")))
    people = [f"p{n}@people.example" for n in range(40)]
    tenant.start("lost", people)
    platform.quiet()
    states = platform.cloud.client("stepfunctions")
    machine = f"arn:aws:states:us-east-1:000000000000:stateMachine:{PREFIX}-{tenant.id}-lost-v1"
    (execution,) = states.list_executions(stateMachineArn=machine)["executions"]
    states.stop_execution(executionArn=execution["executionArn"])
    platform.run(3 * 3600)
    assert tenant.states("lost") == {"completed": len(people)}
    assert len(tenant.inbox()) == len(people)
