"""Wiring of what hands messages over: providers by workspace and stream, their leases, who is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stepwell.adapters.channel_senders import ChannelSender
    from stepwell.adapters.dynamo import DynamoTable
    from stepwell.adapters.send_rate import DynamoSendRate
    from stepwell.adapters.short_links import DynamoShortLinks
    from stepwell.wiring import Stores


def channel_sender(stores: Stores, channel: str, config: DynamoTable, engine: DynamoTable) -> ChannelSender:
    """Return what hands a channel's messages to the workspace's providers; one attempt a call and provider."""
    from stepwell.adapters.channel_senders import ChannelSender
    from stepwell.adapters.circuits import DynamoCircuits
    from stepwell.adapters.kept_documents import KeptDocuments
    from stepwell.adapters.late import Late
    from stepwell.consent.ungated import Ungated

    settings = stores.settings
    shared = {
        "clock": stores.clock,
        "http": Late(lambda: stores.http),
        "public_url": settings.public_url,
        "local": settings.local,
    }
    return ChannelSender(
        channel,
        KeptDocuments(config),
        lambda: stores.secret_box,
        shared,
        circuits=DynamoCircuits(engine, stores.clock),
        lease=lambda tenant, provider, rate: stores.rate.grant(tenant, provider, rate),
        refusal=Ungated(channel, stores.messaging, stores.workspaces).refusal,
    )


def send_rate(stores: Stores, engine: DynamoTable) -> DynamoSendRate:
    """Return the providers' rates as leases, with the daily caps of warm-ups."""
    from stepwell.adapters.aws import client
    from stepwell.adapters.send_rate import DynamoSendRate, rate_of_account, warm_up_cap

    return DynamoSendRate(
        engine,
        clock=stores.clock,
        workspaces=stores.workspaces,
        account_rate=rate_of_account(stores.settings.send_rate, lambda: client("sesv2")),
        leased=lambda tenant, stream: stores.mailer.leased(tenant, stream),
        cap=lambda tenant, stream: warm_up_cap(stores.mailer.settings(tenant), stream, stores.clock.now()),
    )


def short_links(stores: Stores, config: DynamoTable) -> DynamoShortLinks:
    """Return the links that text messages show short."""
    from stepwell.adapters.short_links import DynamoShortLinks

    return DynamoShortLinks(config, stores.clock)
