"""The SES account: sandbox, sending, plan, quota, identities, and where a configuration set's events go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stepwell_cli.doctor.report import Finding, Level, Refusal, ask

AREA = "mail"
#: Without these the engine cannot know of deliveries and suppression.
NEEDED = {"SEND", "DELIVERY", "BOUNCE", "COMPLAINT"}
WANTED = {"OPEN", "CLICK", "REJECT", "RENDERING_FAILURE"}
_FULL = 0.8


def check_account(ses: Any, *, local: bool) -> Iterator[Finding]:
    """Look at the account's sending state, plan and quota."""
    account = ask("ses:GetAccount", ses.get_account)
    if isinstance(account, Refusal):
        yield account.finding(AREA, "SES account", local=local)
        return
    if account.get("ProductionAccessEnabled"):
        yield Finding(AREA, Level.OK, "SES is out of the sandbox.")
    elif local:
        yield Finding(AREA, Level.INFO, "SES is in the sandbox; the local cloud does not enforce it.")
    else:
        yield Finding(
            AREA,
            Level.FAIL,
            "SES is in the sandbox: it mails verified addresses only, 200 a day.",
            "Request production access in the SES console (Account dashboard), with website and use case.",
        )
    if not account.get("SendingEnabled", True):
        yield Finding(
            AREA,
            Level.FAIL,
            "Sending is switched off for this account.",
            "Turn it on: aws sesv2 put-account-sending-attributes --sending-enabled; look for a case of AWS first.",
        )
    status = account.get("EnforcementStatus", "HEALTHY")
    if status != "HEALTHY":
        yield Finding(
            AREA,
            Level.FAIL if status == "SHUTDOWN" else Level.WARN,
            f"SES has put the account under {status}: bounces or complaints are too high.",
            "Read the case in the AWS Support Center and mend the list before you send more.",
        )
    yield from _quota(account.get("SendQuota") or {})
    yield _plan(account.get("PricingAttributes") or {}, local)
    reasons = set((account.get("SuppressionAttributes") or {}).get("SuppressedReasons") or [])
    if local or {"BOUNCE", "COMPLAINT"} <= reasons:
        return
    yield Finding(
        AREA,
        Level.INFO,
        "The account's suppression list does not take bounces and complaints; Stepwell's configuration set does.",
    )


def _quota(quota: dict[str, Any]) -> Iterator[Finding]:
    day, rate, sent = (float(quota.get(k, 0)) for k in ("Max24HourSend", "MaxSendRate", "SentLast24Hours"))
    if not quota:
        return
    limit = "unlimited" if day < 0 else f"{day:,.0f} a day"
    yield Finding(
        AREA, Level.OK, f"SES takes {rate:,.0f} messages a second, {limit}; {sent:,.0f} sent in 24 hours."
    )
    if day > 0 and sent > _FULL * day:
        yield Finding(
            AREA,
            Level.WARN,
            f"{sent / day:.0%} of the daily quota is used.",
            "Request a higher sending quota (Service Quotas, Amazon SES) before the next broadcast.",
        )
    if 0 < rate < 14:
        hours = 100_000 / rate / 3_600
        yield Finding(
            AREA,
            Level.WARN,
            f"At {rate:,.0f} a second, 100,000 messages take {hours:,.1f} hours.",
            "Request a higher maximum send rate (Service Quotas, Amazon SES).",
        )


def _plan(pricing: dict[str, Any], local: bool) -> Finding:
    current, following = pricing.get("CurrentPlan"), pricing.get("NextPlan")
    if not current:
        where = "the local cloud has none" if local else "SES does not tell it in this region"
        return Finding(AREA, Level.INFO, f"Pricing plan: {where}.")
    change = f", {following} from the next period" if following and following != current else ""
    return Finding(AREA, Level.OK, f"Pricing plan: {current}{change}.")


def identities(ses: Any) -> list[dict[str, Any]]:
    """Return all identities with their details; those that cannot be read are left out.

    Raises:
        ClientError: They cannot be listed.
        BotoCoreError: SES cannot be reached.
    """
    found: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = ses.list_email_identities(**token)
        for listed in page.get("EmailIdentities", []):
            name = listed["IdentityName"]
            try:
                found.append({"Name": name, **ses.get_email_identity(EmailIdentity=name)})
            except (ClientError, BotoCoreError):
                continue
        if not page.get("NextToken"):
            return found
        token = {"NextToken": page["NextToken"]}


def check_identities(found: list[dict[str, Any]], sender: str) -> Iterator[Finding]:
    """Look at who may be the sender.

    Args:
        found: From `identities`.
        sender: Address that the workspace sends from, if known.
    """
    verified = [i for i in found if i.get("VerifiedForSendingStatus")]
    if not verified:
        yield Finding(
            AREA,
            Level.FAIL,
            "No verified identity: nothing can be sent.",
            "Deploy with `-c ses_identity=your-domain.com` and put the DKIM records into its DNS.",
        )
        return
    for identity in found:
        name = identity["Name"]
        if identity not in verified:
            yield Finding(
                AREA,
                Level.WARN,
                f"{name} is not verified ({identity.get('VerificationStatus', 'PENDING')}).",
                "Put its DKIM records into the DNS, or delete the identity.",
            )
        elif identity.get("IdentityType") == "EMAIL_ADDRESS":
            yield Finding(
                AREA,
                Level.WARN,
                f"{name} is a single address: mail from it is not signed by its domain.",
                "Verify the domain instead; Gmail and Yahoo ask bulk senders for aligned DKIM and DMARC.",
            )
        else:
            yield Finding(AREA, Level.OK, f"{name} is verified.")
    address = sender.rpartition("<")[2].strip("> ").lower()
    domain = address.rpartition("@")[2]
    if address and not any(_covers(i["Name"].lower(), address, domain) for i in verified):
        yield Finding(
            AREA,
            Level.FAIL,
            f"The workspace sends from {address}, which no verified identity covers.",
            f"Verify {domain}, or set another sender: stepwell workspace set --sender.",
        )


def _covers(identity: str, address: str, domain: str) -> bool:
    return identity == address or (
        "@" not in identity and (domain == identity or domain.endswith("." + identity))
    )


def check_configuration_set(ses: Any, name: str, *, local: bool) -> Iterator[Finding]:
    """Look at which events come back."""
    answer = ask(
        "ses:GetConfigurationSetEventDestinations",
        lambda: ses.get_configuration_set_event_destinations(ConfigurationSetName=name),
    )
    if isinstance(answer, Refusal):
        if answer.code in ("NotFoundException", "ConfigurationSetDoesNotExist"):
            yield Finding(
                AREA,
                Level.FAIL,
                f"The configuration set {name} does not exist: bounces and complaints would go unseen.",
                "Deploy the stacks: cdk deploy --all.",
            )
        else:
            yield answer.finding(AREA, f"Configuration set {name}", local=local)
        return
    live = [d for d in answer.get("EventDestinations", []) if d.get("Enabled") and d.get("SnsDestination")]
    types = {kind for d in live for kind in d.get("MatchingEventTypes", [])}
    if missing := sorted(NEEDED - types):
        yield Finding(
            AREA,
            Level.FAIL,
            f"{name} does not report {', '.join(missing)}: bounced addresses would be mailed again.",
            "Deploy the data stack again; somebody changed its event destination.",
        )
    elif absent := sorted(WANTED - types):
        yield Finding(
            AREA, Level.INFO, f"{name} does not report {', '.join(absent)}: conditions on them never hold."
        )
    else:
        yield Finding(
            AREA, Level.OK, f"{name} reports all events to {live[0]['SnsDestination']['TopicArn']}."
        )
