"""List prices by which everything here is costed: the benchmarks, the demo's summary, the console's estimates.

Frozen and offline on purpose: two runs of a benchmark must differ by the code, not by a price list. No free tier
is counted anywhere, and no savings plan. Prices change: each row names the page to compare it with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

REGION = "us-east-1"
HOURS_A_MONTH = 730
"""As AWS's own calculator has it."""

_AWS = "https://aws.amazon.com"


@dataclass(frozen=True, slots=True)
class Price:
    """A row of the price list.

    Attributes:
        name: What is bought.
        usd: List price of `per` units.
        per: Number of units that `usd` buys.
        unit: The unit that is metered.
        source: The price page.
        date: When the row was written down.
        region: The AWS region that it holds for.
    """

    name: str
    usd: float
    per: float
    unit: str
    source: str
    date: str = "2026-07-21"
    region: str = REGION

    @property
    def each(self) -> float:
        """Dollars a unit."""
        return self.usd / self.per


_MILLION = 1_000_000

_ROWS = (
    Price("sfn_transition", 25.00, _MILLION, "state transition", f"{_AWS}/step-functions/pricing/"),
    Price("sfn_express_request", 1.00, _MILLION, "request", f"{_AWS}/step-functions/pricing/"),
    Price("sfn_express_gb_s", 16.67, _MILLION, "GB-second", f"{_AWS}/step-functions/pricing/"),
    Price("lambda_request", 0.20, _MILLION, "request", f"{_AWS}/lambda/pricing/"),
    Price("lambda_gb_s", 13.3334, _MILLION, "GB-second (arm64)", f"{_AWS}/lambda/pricing/"),
    Price("dynamodb_wru", 0.625, _MILLION, "write request unit", f"{_AWS}/dynamodb/pricing/on-demand/"),
    Price("dynamodb_rru", 0.125, _MILLION, "read request unit", f"{_AWS}/dynamodb/pricing/on-demand/"),
    Price("dynamodb_gb_month", 0.25, 1, "GB-month", f"{_AWS}/dynamodb/pricing/on-demand/"),
    Price("kinesis_shard_hour", 0.015, 1, "shard-hour", f"{_AWS}/kinesis/data-streams/pricing/"),
    Price("kinesis_put_unit", 0.014, _MILLION, "PUT unit of 25 KB", f"{_AWS}/kinesis/data-streams/pricing/"),
    Price("kinesis_stream_hour", 0.04, 1, "on-demand stream-hour", f"{_AWS}/kinesis/data-streams/pricing/"),
    Price("kinesis_gb_in", 0.08, 1, "GB written, on demand", f"{_AWS}/kinesis/data-streams/pricing/"),
    Price("kinesis_gb_out", 0.04, 1, "GB read, on demand", f"{_AWS}/kinesis/data-streams/pricing/"),
    Price("firehose_gb", 0.029, 1, "GB, records in steps of 5 KB", f"{_AWS}/firehose/pricing/"),
    Price("eventbridge_event", 1.00, _MILLION, "custom event", f"{_AWS}/eventbridge/pricing/"),
    Price("scheduler_invocation", 1.00, _MILLION, "invocation", f"{_AWS}/eventbridge/pricing/"),
    Price("http_api_request", 1.00, _MILLION, "request of up to 512 KB", f"{_AWS}/api-gateway/pricing/"),
    Price("log_gb", 0.50, 1, "GB taken in", f"{_AWS}/cloudwatch/pricing/"),
    Price("log_gb_month", 0.03, 1, "GB-month kept", f"{_AWS}/cloudwatch/pricing/"),
    Price("metric_month", 0.30, 1, "metric-month, while data comes", f"{_AWS}/cloudwatch/pricing/"),
    Price("alarm_month", 0.10, 1, "alarm-month, standard", f"{_AWS}/cloudwatch/pricing/"),
    Price("s3_put", 5.00, _MILLION, "PUT, COPY, POST or LIST", f"{_AWS}/s3/pricing/"),
    Price("s3_gb_month", 0.023, 1, "GB-month", f"{_AWS}/s3/pricing/"),
    Price("sqs_request", 0.40, _MILLION, "request", f"{_AWS}/sqs/pricing/"),
    Price("sns_request", 0.50, _MILLION, "publish of 64 KB", f"{_AWS}/sns/pricing/"),
    Price("kms_key_month", 1.00, 1, "key-month", f"{_AWS}/kms/pricing/"),
    Price("kms_request", 0.03, 10_000, "request", f"{_AWS}/kms/pricing/"),
    Price("secret_month", 0.40, 1, "secret-month", f"{_AWS}/secrets-manager/pricing/"),
    Price("secret_request", 0.05, 10_000, "request", f"{_AWS}/secrets-manager/pricing/"),
    Price("cognito_user_month", 0.015, 1, "active user-month, Essentials", f"{_AWS}/cognito/pricing/"),
    Price("ses_message", 0.10, 1_000, "message, no plan", f"{_AWS}/ses/pricing/"),
    Price("ses_message_essentials", 0.16, 1_000, "message, plan Essentials", f"{_AWS}/ses/pricing/"),
)

PRICES: Mapping[str, Price] = {row.name: row for row in _ROWS}


def cost(name: str, amount: float) -> float:
    """Return the dollars that an amount costs at list price.

    Args:
        name: A row of `PRICES`.
        amount: How many units.

    Raises:
        KeyError: There is no such row.
    """
    return PRICES[name].each * amount
