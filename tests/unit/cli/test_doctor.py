from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from stepwell_cli.doctor.deployed import check_stacks
from stepwell_cli.doctor.domains import check_domain
from stepwell_cli.doctor.mail import check_account, check_configuration_set, check_identities
from stepwell_cli.doctor.permissions import check_permissions
from stepwell_cli.doctor.quotas import check_quotas
from stepwell_cli.doctor.report import Finding, Level
from stepwell_cli.doctor.resolver import LookupFailed, StubResolver, read_answer
from stepwell_cli.errors import Exit

from tests.unit.cli.harness import Command, Deployed


def levels(found: Iterator[Finding]) -> list[Level]:
    return [f.level for f in found]


def said(found: Iterator[Finding]) -> str:
    return "\n".join(f"{f.level}: {f.message} → {f.remedy}" for f in found)


class Answers:
    """A client whose operations answer with what they are given, or fail with it."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def __getattr__(self, operation: str) -> Any:
        def call(**_: Any) -> Any:
            answer = self._answers[operation]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Operation")


def account(**more: Any) -> Answers:
    quota = {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 10.0}
    base = {
        "ProductionAccessEnabled": True,
        "SendingEnabled": True,
        "EnforcementStatus": "HEALTHY",
        "SendQuota": quota,
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        "PricingAttributes": {"CurrentPlan": "ESSENTIALS", "NextPlan": "PRO"},
    }
    return Answers(get_account=base | more)


def test_a_healthy_account() -> None:
    found = list(check_account(account(), local=False))
    assert {f.level for f in found} == {Level.OK}
    assert "ESSENTIALS, PRO from the next period" in said(iter(found))


@pytest.mark.parametrize(
    ("change", "level", "word"),
    [
        ({"ProductionAccessEnabled": False}, Level.FAIL, "sandbox"),
        ({"SendingEnabled": False}, Level.FAIL, "switched off"),
        ({"EnforcementStatus": "PROBATION"}, Level.WARN, "PROBATION"),
        ({"EnforcementStatus": "SHUTDOWN"}, Level.FAIL, "SHUTDOWN"),
        ({"SendQuota": {"Max24HourSend": 200, "MaxSendRate": 1, "SentLast24Hours": 190}}, Level.WARN, "95%"),
        (
            {"SendQuota": {"Max24HourSend": 200, "MaxSendRate": 1, "SentLast24Hours": 0}},
            Level.WARN,
            "27.8 hours",
        ),
    ],
)
def test_an_ailing_account(change: dict[str, Any], level: Level, word: str) -> None:
    bad = [f for f in check_account(account(**change), local=False) if f.level is level]
    assert any(word in f.message and f.remedy for f in bad)


def test_what_may_not_be_seen_is_named() -> None:
    [found] = check_account(Answers(get_account=refused("AccessDeniedException")), local=False)
    assert (found.level, "ses:GetAccount" in found.remedy) == (Level.WARN, True)
    [gap] = check_account(Answers(get_account=refused("InvalidAction")), local=True)
    assert (gap.level, "local cloud" in gap.message) == (Level.INFO, True)


def domain(**more: Any) -> dict[str, Any]:
    return {
        "Name": "shop.example",
        "IdentityType": "DOMAIN",
        "VerifiedForSendingStatus": True,
        "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS", "Tokens": ["abc", "def"]},
        "MailFromAttributes": {"MailFromDomain": "bounce.shop.example"},
    } | more


def test_identities() -> None:
    assert levels(check_identities([], "")) == [Level.FAIL]
    assert levels(check_identities([domain()], "Shop <hi@news.shop.example>")) == [Level.OK]
    assert levels(check_identities([domain()], "hi@other.example")) == [Level.OK, Level.FAIL]
    pending = domain(Name="new.example", VerifiedForSendingStatus=False, VerificationStatus="PENDING")
    address = domain(Name="me@mail.example", IdentityType="EMAIL_ADDRESS")
    assert levels(check_identities([domain(), pending, address], "me@mail.example")) == [
        Level.OK,
        Level.WARN,
        Level.WARN,
    ]


def destinations(*types: str, **more: Any) -> Answers:
    found = {
        "Enabled": True,
        "SnsDestination": {"TopicArn": "arn:topic"},
        "MatchingEventTypes": list(types),
    } | more
    return Answers(get_configuration_set_event_destinations={"EventDestinations": [found]})


ALL = ("SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "OPEN", "CLICK", "REJECT", "RENDERING_FAILURE")


def test_configuration_sets() -> None:
    def level(client: Answers) -> Level:
        [found] = check_configuration_set(client, "stepwell-mail", local=False)
        return found.level

    assert level(destinations(*ALL)) is Level.OK
    assert level(destinations(*ALL[:4])) is Level.INFO
    assert level(destinations("SEND")) is Level.FAIL
    assert level(destinations(*ALL, Enabled=False)) is Level.FAIL
    missing = Answers(get_configuration_set_event_destinations=refused("NotFoundException"))
    assert level(missing) is Level.FAIL


class Zone:
    """DNS records as a mapping; a name with None cannot be looked up."""

    def __init__(self, records: Mapping[tuple[str, str], list[str] | None]) -> None:
        self._records = records

    def lookup(self, name: str, kind: str) -> list[str]:
        found = self._records.get((name, kind), [])
        if found is None:
            raise LookupFailed("timeout")
        return found


GOOD: dict[tuple[str, str], list[str] | None] = {
    ("abc._domainkey.shop.example", "CNAME"): ["abc.dkim.amazonses.com"],
    ("def._domainkey.shop.example", "CNAME"): ["def.dkim.amazonses.com"],
    ("bounce.shop.example", "MX"): ["10 feedback-smtp.eu-west-1.amazonses.com"],
    ("bounce.shop.example", "TXT"): ["other", "v=spf1 include:amazonses.com ~all"],
    ("_dmarc.shop.example", "TXT"): ["v=DMARC1; p=reject; rua=mailto:d@shop.example"],
}


def look(change: Mapping[tuple[str, str], list[str] | None], **more: Any) -> list[Finding]:
    return list(check_domain(domain(**more), Zone(GOOD | dict(change)), "eu-west-1"))


def test_a_domain_as_it_should_be() -> None:
    assert {f.level for f in look({})} == {Level.OK}


@pytest.mark.parametrize(
    ("change", "level", "word"),
    [
        ({("def._domainkey.shop.example", "CNAME"): []}, Level.FAIL, "def._domainkey.shop.example CNAME"),
        ({("bounce.shop.example", "MX"): ["10 mail.shop.example"]}, Level.FAIL, "feedback-smtp.eu-west-1"),
        ({("bounce.shop.example", "TXT"): []}, Level.FAIL, "v=spf1 include:amazonses.com"),
        ({("bounce.shop.example", "TXT"): ["v=spf1 -all", "v=spf1 a"]}, Level.FAIL, "Keep one"),
        ({("bounce.shop.example", "TXT"): ["v=spf1 -all"]}, Level.FAIL, "include:amazonses.com"),
        ({("_dmarc.shop.example", "TXT"): []}, Level.FAIL, "v=DMARC1"),
        ({("_dmarc.shop.example", "TXT"): ["v=DMARC1; p=none"]}, Level.INFO, "quarantine"),
        ({("_dmarc.shop.example", "TXT"): None}, Level.WARN, "later"),
        ({("bounce.shop.example", "TXT"): None}, Level.WARN, "later"),
    ],
)
def test_records_that_are_wrong(
    change: Mapping[tuple[str, str], list[str] | None], level: Level, word: str
) -> None:
    assert any(f.level is level and word in f.remedy for f in look(change))


def test_a_subdomain_inherits_dmarc_and_no_mail_from_is_a_warning() -> None:
    found = look({("_dmarc.shop.example", "TXT"): GOOD["_dmarc.shop.example", "TXT"]}, MailFromAttributes={})
    assert [f.level for f in found] == [Level.OK, Level.WARN, Level.OK]
    zone = Zone({("_dmarc.shop.example", "TXT"): GOOD["_dmarc.shop.example", "TXT"]})
    sub = domain(
        Name="news.shop.example", DkimAttributes={"SigningEnabled": True, "Status": "SUCCESS", "Tokens": []}
    )
    assert "DMARC is p=reject" in said(check_domain(sub, zone, "eu-west-1"))


def test_quotas() -> None:
    listed = {
        "Quotas": [
            {"QuotaName": "Concurrent executions", "QuotaCode": "L-B99A9384", "Value": 10.0},
            {"QuotaName": "Shards per Region", "QuotaCode": "L-1", "Value": 500.0},
        ]
    }
    found = list(check_quotas(Answers(list_service_quotas=listed), local=False))
    assert any(f.level is Level.WARN and "Concurrent executions: 10" in f.message for f in found)
    assert any(f.level is Level.OK and "Shards" in f.message for f in found)
    denied = list(check_quotas(Answers(list_service_quotas=refused("AccessDenied")), local=False))
    assert {f.level for f in denied} == {Level.WARN}


def test_permissions_of_a_role_are_simulated_on_the_role() -> None:
    asked: list[str] = []

    class Iam(Answers):
        def simulate_principal_policy(self, *, PolicySourceArn: str, ActionNames: list[str]) -> Any:  # noqa: N803
            asked.append(PolicySourceArn)
            decision = ["implicitDeny" if "iam" in a else "allowed" for a in ActionNames]
            return {
                "EvaluationResults": [
                    {"EvalActionName": a, "EvalDecision": d}
                    for a, d in zip(ActionNames, decision, strict=True)
                ]
            }

    caller = {"Account": "111122223333", "Arn": "arn:aws:sts::111122223333:assumed-role/dev/ann"}
    iam = Iam(get_role={"Role": {"Arn": "arn:aws:iam::111122223333:role/team/dev"}})
    found = list(check_permissions(Answers(get_caller_identity=caller), iam, local=False))
    assert set(asked) == {"arn:aws:iam::111122223333:role/team/dev"}
    assert any(f.level is Level.WARN and "iam:CreateRole" in f.message for f in found)
    nobody = Answers(get_caller_identity=refused("InvalidClientTokenId"))
    assert levels(check_permissions(nobody, iam, local=False)) == [Level.FAIL]
    root = Answers(get_caller_identity={"Account": "1", "Arn": "arn:aws:iam::1:root"})
    assert levels(check_permissions(root, iam, local=False)) == [Level.OK, Level.WARN]


def test_an_emulated_account(monkeypatch: pytest.MonkeyPatch, run: Command) -> None:
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        boto3.client("sesv2").create_email_identity(EmailIdentity="shop.example")
        boto3.client("sesv2").create_configuration_set(ConfigurationSetName="stepwell-mail")
        answer = run.json(
            "doctor", "--only", "mail", "--only", "quotas", "--only", "permissions", code=Exit.NO
        )
    assert answer["ok"] is False
    assert {f["area"] for f in answer["findings"]} == {"permissions", "mail", "quotas"}
    assert all(f["message"] for f in answer["findings"])


@pytest.mark.parametrize(
    ("answer", "level"),
    [
        ({"Stacks": [{"StackStatus": "UPDATE_COMPLETE"}]}, Level.OK),
        ({"Stacks": [{"StackStatus": "UPDATE_IN_PROGRESS"}]}, Level.INFO),
        ({"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}]}, Level.FAIL),
        ({"Stacks": [{"StackStatus": "DELETE_FAILED"}]}, Level.FAIL),
        (refused("ValidationError"), Level.WARN),
        (refused("AccessDenied"), Level.WARN),
    ],
)
def test_stacks(answer: Any, level: Level) -> None:
    assert set(levels(check_stacks(Answers(describe_stacks=answer), "stepwell", local=False))) == {level}


def test_an_unknown_area(run: Command) -> None:
    assert "no area weather" in run("doctor", "--only", "weather", code=Exit.USAGE).stderr


@pytest.mark.cloud
def test_the_local_cloud_is_looked_over_and_its_gaps_are_named(run: Command, deployed: Deployed) -> None:
    def client(service: str, **_: Any) -> Any:
        return deployed.cloud.client(service)

    run.session = {"make_client": client}
    deployed.cloud.client("sesv2").create_email_identity(EmailIdentity="shop.example")
    answer = run.json("--local", "doctor", code=Exit.NO)
    gaps = [f["message"] for f in answer["findings"] if f["level"] == "info"]
    assert any("ListServiceQuotas" in gap for gap in gaps)
    assert {f["level"] for f in answer["findings"] if f["area"] == "permissions"} == {"ok", "info"}
    shown = run("--local", "doctor", code=Exit.NO).stdout
    assert "→ Deploy" in shown
    assert "shop.example is verified" in shown


def encoded(name: str) -> bytes:
    return b"".join(bytes([len(p)]) + p.encode() for p in name.split(".")) + b"\0"


def message(number: bytes, name: str, kind: int, values: list[bytes], flags: int = 0x8180) -> bytes:
    head = (
        number
        + struct.pack(">HHHHH", flags, 1, len(values), 0, 0)
        + encoded(name)
        + struct.pack(">HH", kind, 1)
    )
    return head + b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(v)) + v for v in values)


def test_answers_are_read() -> None:
    text = b"\x07v=spf1 \x04-all"
    assert read_answer(message(b"xx", "a.example", 16, [text]), 16) == ["v=spf1 -all"]
    mail = struct.pack(">H", 10) + b"\x02mx\xc0\x0c"
    assert read_answer(message(b"xx", "a.example", 15, [mail]), 15) == ["10 mx.a.example"]
    assert read_answer(message(b"xx", "a.example", 16, [], 0x8183), 16) == []
    with pytest.raises(LookupFailed):
        read_answer(message(b"xx", "a.example", 16, [], 0x8182), 16)
    with pytest.raises(LookupFailed):
        read_answer(message(b"xx", "a.example", 16, [text])[:-3], 16)
    with pytest.raises(LookupFailed):
        read_answer(b"xx" + struct.pack(">HHHHH", 0x8180, 1, 0, 0, 0) + b"\xc0\x0c", 16)


def test_a_name_server_is_asked() -> None:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve() -> None:
        question, client = server.recvfrom(512)
        server.sendto(message(question[:2], "a.example", 16, [b"\x02hi"]), client)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    port = server.getsockname()[1]
    assert StubResolver(["127.0.0.1"], port, 2.0).lookup("a.example", "TXT") == ["hi"]
    thread.join(2)
    server.close()
    with pytest.raises(LookupFailed):
        StubResolver(["127.0.0.1"], port, 0.2).lookup("a.example", "TXT")
