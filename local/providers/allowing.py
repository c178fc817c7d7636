"""The page on which a person says yes or no to an app, the same for all stand-ins of social networks."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from local.enrichment import Said
from local.providers.world import PEOPLE, World

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui;max-width:34rem;margin:3rem auto;padding:0 1rem}}
button{{font:inherit;padding:.5rem 1rem}}
</style><h1>{title}</h1><p>The app <code>{client}</code> asks to:</p><ul>{scopes}</ul>
<p>This is the local stand-in of {name}: nothing leaves this machine.</p>
<form method="post"><p><label>Who are you? <select name="person">{people}</select></label></p>
<button name="say" value="allow">Allow</button> <button name="say" value="deny">Do not allow</button></form></html>"""


def asked_page(name: str, asked: Mapping[str, str], separator: str = " ") -> Said:
    """Return the page; 400 where the request is none."""
    missing = [one for one in ("client_id", "redirect_uri", "scope", "state") if not asked.get(one)]
    if missing or asked.get("response_type", "code") != "code":
        return Said(400, f"Something is wrong: {', '.join(missing) or 'response_type'}.", _HTML)
    scopes = "".join(f"<li>{escape(one)}</li>" for one in asked["scope"].split(separator))
    people = "".join(
        f'<option value="{one.id}">{escape(one.name)} (@{escape(one.handle)})</option>' for one in PEOPLE
    )
    page = _PAGE.format(
        title=f"Sign in to {escape(name)}",
        name=escape(name),
        client=escape(asked["client_id"]),
        scopes=scopes,
        people=people,
    )
    return Said(200, page, _HTML)


def answered(world: World, network: str, asked: Mapping[str, str], body: bytes) -> Said:
    """Send the person back with a code, or with a no."""
    form = dict(parse_qsl(body.decode()))
    back = {"state": asked.get("state", "")}
    if form.get("say") == "allow":
        back["code"] = world.code(network, form.get("person") or PEOPLE[0].id, asked)
    else:
        back |= {"error": "access_denied", "error_description": "The person said no."}
    redirect = asked.get("redirect_uri", "")
    mark = "&" if urlsplit(redirect).query else "?"
    return Said(302, "", {"location": f"{redirect}{mark}{urlencode(back)}", **_HTML})


def allow(name: str, network: str, world: World, method: str, asked: Mapping[str, str], body: bytes) -> Said:
    """Show the page, or take its answer; scopes are separated as the network does."""
    separator = "," if network == "graph" else " "
    return asked_page(name, asked, separator) if method == "GET" else answered(world, network, asked, body)


_HTML = {"content-type": "text/html; charset=utf-8"}
