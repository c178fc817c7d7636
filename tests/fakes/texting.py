"""In-memory stand-in for the account that text messages go out by."""

from __future__ import annotations

from stepwell.publishing.texting import AccountSender, Registration


class MemoryTextAccount:
    """See `TextAccount`."""

    def __init__(self) -> None:
        self.has = [
            AccountSender(
                "phone-1", "+12065550100", "ten_dlc", "US", "active", ("transactional",), True, "arn", True
            ),
            AccountSender("phone-2", "+18885550100", "toll_free", "US", "pending", registration="reg-1"),
            AccountSender("arn/ACME", "ACME", "name", "DE", "unregistered"),
        ]
        self.registered = [Registration("reg-1", "us_toll_free_registration", "reviewing")]

    def senders(self) -> list[AccountSender]:
        return self.has

    def registrations(self) -> list[Registration]:
        return self.registered
