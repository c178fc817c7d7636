from __future__ import annotations

import stat
from pathlib import Path

import httpx
import pytest
from stepwell_cli.api import Api, part
from stepwell_cli.errors import CliError, Exit
from stepwell_cli.settings import Profile, forget_tokens, read_profiles, write_profile

from tests.unit.cli.harness import Command


def test_profiles_are_kept_side_by_side_and_private(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "config.toml"
    first = Profile(
        api_url="https://a.example", username='o"hara\\x', access_token="t", refresh_token="r", expires_at=7
    )
    write_profile(file, "default", first)
    write_profile(file, "od.d name", Profile(api_url="https://b.example"))
    assert read_profiles(file) == {"default": first, "od.d name": Profile(api_url="https://b.example")}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_others_could_read_is_made_private_again(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("")
    file.chmod(0o644)
    write_profile(file, "default", Profile(access_token="t"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_forgetting_keeps_the_deployment(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    write_profile(file, "default", Profile(api_url="https://a.example", access_token="t", refresh_token="r"))
    assert forget_tokens(file, "default") is True
    assert forget_tokens(file, "default") is False
    assert read_profiles(file)["default"] == Profile(api_url="https://a.example")


def test_a_broken_file_says_so(run: Command) -> None:
    run.config.parent.mkdir(parents=True)
    run.config.write_text("[[[")
    assert run.error("workflows", "list", code=Exit.USAGE)["code"] == "bad_config"


def test_without_a_deployment_a_command_says_how_to_choose_one(run: Command) -> None:
    assert run.error("workflows", "list", code=Exit.SIGN_IN)["code"] == "no_deployment"
    write_profile(run.config, "default", Profile(api_url="https://a.example"))
    assert run.error("workflows", "list", code=Exit.SIGN_IN)["code"] == "not_signed_in"


def api(answer: httpx.Response | Exception, calls: list[httpx.Request] | None = None) -> Api:
    def send(request: httpx.Request) -> httpx.Response:
        if calls is not None:
            calls.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Api("https://a.example", lambda: "secret", httpx.MockTransport(send))


def test_reading_is_tried_again_and_writing_is_not() -> None:
    calls: list[httpx.Request] = []
    lost = api(httpx.ConnectError("gone"), calls)
    with pytest.raises(CliError) as error:
        lost.get("/workflows")
    assert (error.value.code, error.value.exit_code, len(calls)) == ("unreachable", Exit.UNAVAILABLE, 3)
    with pytest.raises(CliError):
        lost.post("/workflows")
    assert len(calls) == 4


def test_the_token_goes_into_the_header_and_empty_parameters_nowhere() -> None:
    calls: list[httpx.Request] = []
    api(httpx.Response(200, json={}), calls).get("/workflows", q="", limit=5, dry=True, cursor=None)
    assert calls[0].headers["authorization"] == "Bearer secret"
    assert str(calls[0].url) == "https://a.example/api/v1/workflows?limit=5&dry=true"


@pytest.mark.parametrize(
    ("status", "body", "code", "ends"),
    [
        (
            409,
            {"code": "stale_rev", "message": "Read again.", "details": {"rev": 3}},
            "stale_rev",
            Exit.CONFLICT,
        ),
        (422, {"code": "v", "message": "m", "details": {"violations": [{"code": "x"}]}}, "v", Exit.NO),
        (404, {"message": "Not Found"}, "http_404", Exit.NOT_FOUND),
        (401, {"message": "Unauthorized"}, "http_401", Exit.SIGN_IN),
        (429, {}, "http_429", Exit.UNAVAILABLE),
        (503, "<html>", "http_503", Exit.UNAVAILABLE),
        (500, ["x"], "http_500", Exit.UNAVAILABLE),
    ],
)
def test_errors_keep_code_and_end(status: int, body: object, code: str, ends: Exit) -> None:
    response = (
        httpx.Response(status, text=body) if isinstance(body, str) else httpx.Response(status, json=body)
    )
    with pytest.raises(CliError) as error:
        api(response).get("/x")
    assert (error.value.code, error.value.exit_code) == (code, ends)


def test_an_answer_that_is_no_json() -> None:
    with pytest.raises(CliError) as error:
        api(httpx.Response(200, text="<html>")).get("/x")
    assert error.value.code == "not_the_api"


def test_parts_of_paths_are_quoted() -> None:
    assert part("ann+1@shop.example") == "ann+1@shop.example"
    assert part("a/../b?c#d e%") == "a%2F..%2Fb%3Fc%23d%20e%25"
