"""What a command works with: settings, the chosen profile, the API with a current token."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import httpx
import typer

from stepwell_cli import deployments, sign_in
from stepwell_cli.api import Api
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.settings import LOCAL, Profile, Settings, read_profiles, write_profile

#: A token that ends within this many seconds is renewed before use.
SPARE_S = 60


@dataclass
class Session:
    """One run of the command.

    Attributes:
        settings: What environment and root options say.
        local: Whether the local cloud is meant.
        transport: Carries API requests instead of the network (tests).
        make_client: Makes a boto3 client of a service for this deployment.
        now: Seconds since the epoch.
        sleep: Waits.
    """

    settings: Settings = field(default_factory=Settings.from_env)
    local: bool = False
    transport: httpx.BaseTransport | None = None
    make_client: Callable[..., Any] = deployments.client
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def choose(self, *, profile: str, api_url: str, local: bool) -> None:
        """Take in the root options."""
        if profile:
            self.settings = replace(self.settings, profile=profile)
        if api_url:
            self.settings = replace(self.settings, api_url=api_url.rstrip("/"))
        if local:
            self.local = True
            self.settings = replace(self.settings, profile=LOCAL)

    def client(self, service: str, region: str = "") -> Any:
        """A boto3 client of AWS, or of the local cloud."""
        endpoint = self.settings.local_endpoint if self.local else ""
        return self.make_client(service, region=region, endpoint=endpoint)

    @cached_property
    def profile(self) -> Profile:
        """The chosen profile, with what the environment overrides.

        Raises:
            CliError: There is none.
        """
        found = read_profiles(self.settings.config_file).get(self.settings.profile)
        if self.local:
            deployed = deployments.outputs(self.client("cloudformation"), self.settings.prefix)
            same = found is not None and found.user_pool_id == deployed.user_pool_id
            # A local cloud that was made anew has new users: old tokens are worth nothing there.
            found = replace(found, api_url=deployed.api_url) if found and same else deployed
        found = found or Profile()
        if self.settings.api_url:
            found = replace(found, api_url=self.settings.api_url)
        if self.settings.token:
            found = replace(found, access_token=self.settings.token, refresh_token="", expires_at=0)
        if not found.api_url:
            raise CliError(
                "No deployment is chosen: sign in with `stepwell login --stack-prefix NAME`, set STEPWELL_API_URL, "
                "or use `stepwell --local …` for the local cloud.",
                code="no_deployment",
                exit_code=Exit.SIGN_IN,
            )
        return found

    @cached_property
    def api(self) -> Api:
        """The API of the chosen deployment."""
        return Api(self.profile.api_url, self.token, self.transport)

    def token(self) -> str:
        """A current access token, renewed if need be.

        Raises:
            CliError: Nobody is signed in.
        """
        profile = self.profile
        if profile.access_token and (not profile.expires_at or profile.expires_at > self.now() + SPARE_S):
            return profile.access_token
        if not profile.refresh_token:
            local = " --local" if self.local else ""
            raise CliError(
                f"Nobody is signed in: `stepwell{local} login`.", code="not_signed_in", exit_code=Exit.SIGN_IN
            )
        renewed = sign_in.renew(self.client("cognito-idp", profile.region), profile, self.now())
        write_profile(self.settings.config_file, self.settings.profile, renewed)
        self.__dict__["profile"] = renewed
        return renewed.access_token


def session(ctx: typer.Context) -> Session:
    """The session of a command."""
    found = ctx.find_root().obj
    if not isinstance(found, Session):
        raise TypeError("the root command sets the session")
    return found
