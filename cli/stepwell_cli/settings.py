"""Where the CLI finds its deployment and tokens: environment first, then the profile file.

The profile file holds tokens, so it is readable by its owner alone.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from stepwell_cli.errors import CliError, Exit

LOCAL = "local"


@dataclass(frozen=True)
class Profile:
    """A deployment and who is signed in to it.

    Attributes:
        api_url: Address of the API.
        region: AWS region of the user pool.
        user_pool_id: User pool.
        client_id: Its public client.
        username: Who signed in.
        access_token: Token of the API.
        refresh_token: Gets a new one.
        expires_at: When the access token ends, seconds since the epoch.
    """

    api_url: str = ""
    region: str = ""
    user_pool_id: str = ""
    client_id: str = ""
    username: str = ""
    access_token: str = ""
    refresh_token: str = ""
    expires_at: int = 0


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    Attributes:
        config_file: The profile file.
        profile: Name of the profile.
        api_url: Overrides the profile's.
        token: Overrides the profile's.
        username: For signing in.
        password: For signing in.
        local_endpoint: Address of the local cloud.
        prefix: Start of resource names of the deployment.
    """

    config_file: Path
    profile: str = "default"
    api_url: str = ""
    token: str = ""
    username: str = ""
    password: str = ""
    local_endpoint: str = "http://127.0.0.1:4566"
    prefix: str = "stepwell"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read ``STEPWELL_*`` and ``XDG_CONFIG_HOME``."""
        env = os.environ if environ is None else environ
        home = Path(env.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        return cls(
            config_file=Path(env.get("STEPWELL_CONFIG") or home / "stepwell" / "config.toml"),
            profile=env.get("STEPWELL_PROFILE", "default"),
            api_url=env.get("STEPWELL_API_URL", "").rstrip("/"),
            token=env.get("STEPWELL_TOKEN", ""),
            username=env.get("STEPWELL_USERNAME", ""),
            password=env.get("STEPWELL_PASSWORD", ""),
            local_endpoint=f"http://127.0.0.1:{env.get('STEPWELL_PORT', '4566')}",
            prefix=env.get("STEPWELL_PREFIX", "stepwell"),
        )


def read_profiles(file: Path) -> dict[str, Profile]:
    """Read all profiles; none if there is no file.

    Raises:
        CliError: The file is broken.
    """
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CliError(
            f"{file} cannot be read ({error}): mend or delete it, then sign in again.",
            code="bad_config",
            exit_code=Exit.USAGE,
        ) from None
    known = {f.name for f in fields(Profile)}
    found = raw.get("profiles")
    return {
        name: Profile(**{k: v for k, v in values.items() if k in known})
        for name, values in (found.items() if isinstance(found, dict) else ())
        if isinstance(values, dict)
    }


def write_profile(file: Path, name: str, profile: Profile) -> None:
    """Keep a profile; the file is replaced at once and never readable by others."""
    profiles = {**read_profiles(file), name: profile}
    lines = ["# Written by `stepwell login`. Holds tokens: keep it to yourself.", ""]
    for key in sorted(profiles):
        lines.append(f"[profiles.{json.dumps(key)}]")
        # A JSON string is a TOML basic string.
        lines += [f"{k} = {json.dumps(v)}" for k, v in asdict(profiles[key]).items() if v]
        lines.append("")
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_suffix(f".{os.getpid()}.tmp")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as written:
        written.write("\n".join(lines))
    fresh.replace(file)


def forget_tokens(file: Path, name: str) -> bool:
    """Drop a profile's tokens; tell whether there were any."""
    profile = read_profiles(file).get(name)
    if profile is None or not (profile.access_token or profile.refresh_token):
        return False
    write_profile(file, name, replace(profile, access_token="", refresh_token="", expires_at=0))
    return True
