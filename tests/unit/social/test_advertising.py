"""Advertising audiences go through the first usable page, or the one that is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from stepwell.contracts.audiences import AudienceChange, AudienceResult, Person
from stepwell.contracts.social import Account, AccountState, Platform, Tokens
from stepwell.errors import NotReady
from stepwell.social.advertising import Advertising

ADA = Person("ada@people.example")
ACCOUNTS = (
    Account("tw", Platform.TWITTER, "1", "On X"),
    Account("old", Platform.FACEBOOK, "2", "Old", state=AccountState.EXPIRED),
    Account("fb", Platform.FACEBOOK, "3", "Shop"),
)


class Accounts:
    def __init__(self, *accounts: Account) -> None:
        self.all = accounts
        self.used: list[str] = []

    def accounts(self, tenant: str) -> list[Account]:
        return list(self.all)

    def with_tokens(self, tenant: str, account: str, do: Callable[[Account, Tokens], Any]) -> Any:
        self.used.append(account)
        return do(next(one for one in self.all if one.id == account), Tokens("secret"))


class Book:
    def __init__(self) -> None:
        self.told: list[tuple[str, str, int]] = []

    def add(self, tokens: Tokens, audience: str, people: Sequence[Person]) -> AudienceResult:
        self.told.append(("add", audience, len(people)))
        return AudienceResult(len(people), 0)

    def remove(self, tokens: Tokens, audience: str, people: Sequence[Person]) -> AudienceResult:
        self.told.append(("remove", audience, len(people)))
        return AudienceResult(len(people), 0)


def made(*accounts: Account) -> tuple[Advertising, Any, Book]:
    connected: Any = Accounts(*accounts)
    book = Book()
    return Advertising(connected, lambda _tenant, _platform: book), connected, book


def test_the_first_usable_page_is_asked() -> None:
    advertising, connected, book = made(*ACCOUNTS)
    advertising.keep("acme", AudienceChange("facebook", "", "77"), [ADA])
    assert (connected.used, book.told) == (["fb"], [("add", "77", 1)])


def test_a_named_page_is_asked_and_people_are_taken_out() -> None:
    advertising, connected, book = made(*ACCOUNTS)
    advertising.keep("acme", AudienceChange("facebook", "old", "77", remove=True), [ADA])
    assert (connected.used, book.told) == (["old"], [("remove", "77", 1)])


def test_without_a_page_nothing_is_told() -> None:
    advertising, connected, book = made(ACCOUNTS[0])
    with pytest.raises(NotReady) as caught:
        advertising.keep("acme", AudienceChange("facebook", "", "77"), [ADA])
    assert (caught.value.code, connected.used, book.told) == ("no_account", [], [])
