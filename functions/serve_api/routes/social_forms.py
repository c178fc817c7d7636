"""What people send of posts: bodies of the routes in `social`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator
from stepwell.contracts import social as contract
from stepwell.contracts.social import MediaKind, Platform, PostKind
from stepwell.social import scheduling
from stepwell.social.posts import read_fields

from routes.routing import Call


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MediaIn(_In):
    """An image or a video."""

    kind: MediaKind = MediaKind.IMAGE
    url: str = Field(
        max_length=2_000, description="A public https address, or a picture of the workspace (`/images/…`)."
    )
    alt: str = Field(default="", max_length=5_000)
    width: int | None = Field(default=None, ge=1, le=50_000)
    height: int | None = Field(default=None, ge=1, le=50_000)
    bytes: int | None = Field(default=None, ge=1)

    @field_validator("url")
    @classmethod
    def _own(cls, url: str) -> str:
        # As pictures are listed where the deployment's own address is not known to the API.
        return url.removeprefix("/") if url.startswith("/images/") else url


class OverrideIn(_In):
    """What differs on one network; fields that are not given are the post's own."""

    text: str | None = Field(default=None, max_length=70_000)
    link: str | None = Field(default=None, max_length=2_000)
    media: list[MediaIn] | None = Field(default=None, max_length=20)
    kind: PostKind | None = None
    target: dict[str, Any] | None = None


class ContentIn(_In):
    """What a post says, and what differs on single networks."""

    text: str = Field(default="", max_length=70_000)
    link: str = Field(default="", max_length=2_000)
    media: list[MediaIn] = Field(default_factory=list, max_length=20)
    kind: PostKind = PostKind.POST
    target: dict[str, Any] = Field(default_factory=dict)
    overrides: dict[Platform, OverrideIn] = Field(default_factory=dict)

    def content(self) -> contract.SocialPost:
        """Return what it says."""
        return contract.SocialPost(**read_fields(_told(self, {"overrides", *_WHEN})))

    def differing(self) -> dict[Platform, dict[str, Any]]:
        """Return what differs, a platform."""
        return {name: fields for name, one in self.overrides.items() if (fields := read_fields(_told(one)))}


_WHEN = ("accounts", "at", "times", "time_zone", "draft", "id", "rev", "platforms")


def _told(model: BaseModel, without: set[str] | None = None) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_none=True, exclude=without)


class PostPreviewIn(ContentIn):
    """A post to look at."""

    platforms: list[Platform] = Field(default_factory=list, max_length=4)
    accounts: list[str] = Field(default_factory=list, max_length=50)


class PostIn(ContentIn):
    """A post to keep."""

    accounts: list[str] = Field(default_factory=list, max_length=50, description="Ids of accounts.")
    at: datetime | None = Field(
        default=None,
        description="When; without an offset it is a time of `time_zone`. Null: at once, unless it is a draft.",
    )
    times: dict[str, datetime] = Field(default_factory=dict, description="A moment of its own, by account.")
    time_zone: str = Field(default="", max_length=60, description="IANA name; empty: the workspace's.")
    draft: bool = Field(default=False, description="Keep it only; workflows can name drafts by id.")

    def wanted(self, call: Call) -> scheduling.Wanted:
        """Return the post as it is wanted."""
        zone = self.time_zone or call.runtime.workspaces.workspace(call.tenant).time_zone or "UTC"
        return scheduling.Wanted(
            content=self.content(),
            overrides=self.differing(),
            accounts=self.accounts,
            at=self.at,
            times=self.times,
            time_zone=zone,
            draft=self.draft,
        )


class NewPostIn(PostIn):
    """A post to keep, with an id of one's own if wanted."""

    id: str = Field(default="", max_length=40, description="Lower case; empty: one is made.")


class ChangedPostIn(PostIn):
    """A post as it shall be, and the revision that it was read at."""

    rev: int = Field(ge=1)
