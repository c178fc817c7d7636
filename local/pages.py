"""The HTML pages under ``/_stepwell/``: index, inbox, message. Server rendered, no scripts but a few lines."""

from __future__ import annotations

from email.message import EmailMessage
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

from local.clock import iso
from local.outbox import Message

_STYLE = """
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#16202e;--soft:#5d6b7e;--line:#dfe4ea;--accent:#0b6e5f;
--chip:#e6f2f0;--bad:#b3261e;--warn:#8a5a00}
@media(prefers-color-scheme:dark){:root{--bg:#10151c;--card:#18202a;--ink:#e7edf4;--soft:#97a6b8;--line:#2a3542;
--accent:#5cc9b5;--chip:#1d3431;--bad:#ff8f85;--warn:#f0c36a}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header{display:flex;gap:1rem;align-items:baseline;padding:1rem 1.5rem;border-bottom:1px solid var(--line);
background:var(--card);flex-wrap:wrap}header b{font-size:1.05rem}header nav{display:flex;gap:1rem}
main{max-width:70rem;margin:1.5rem auto;padding:0 1.5rem}a{color:var(--accent)}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem 1.25rem;margin-bottom:1rem;
overflow-x:auto}
form.find{display:flex;gap:.5rem;flex-wrap:wrap;margin-bottom:1rem}
input{font:inherit;padding:.45rem .7rem;border:1px solid var(--line);border-radius:8px;background:var(--card);
color:inherit;min-width:16rem}button,.button{font:inherit;padding:.45rem .9rem;border:1px solid var(--line);
border-radius:8px;background:var(--card);color:inherit;cursor:pointer;text-decoration:none;display:inline-block}
button.main{background:var(--accent);border-color:var(--accent);color:var(--card)}
a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible{outline:2px solid var(--accent);
outline-offset:2px}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.5rem .6rem;border-bottom:1px solid var(--line);
vertical-align:top}th{color:var(--soft);font-weight:500;font-size:.85rem}tr:last-child td{border-bottom:0}
td.when{white-space:nowrap;color:var(--soft);font-variant-numeric:tabular-nums}
.chip{display:inline-block;background:var(--chip);border-radius:99px;padding:0 .6rem;font-size:.82rem;margin:0 .25rem .2rem 0;
text-decoration:none;color:inherit}.bounced{color:var(--bad)}.complained{color:var(--warn)}
iframe{width:100%;height:34rem;border:1px solid var(--line);border-radius:8px;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,monospace;margin:0}
summary{cursor:pointer;font-weight:600}.soft{color:var(--soft)}h1{font-size:1.35rem;margin:.2rem 0 .6rem}
h2{font-size:1rem;margin:0 0 .6rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
"""

#: The rendered message runs nothing and reaches only images: it is somebody's mail.
MESSAGE_POLICY = "default-src 'none'; img-src * data:; style-src 'unsafe-inline' *; font-src *"


def page(title: str, body: str) -> str:
    """A whole page."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} · Stepwell local</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<style>{_STYLE}</style></head><body><header><b>Stepwell local cloud</b><nav aria-label="Pages">'
        '<a href="/_stepwell/">Overview</a><a href="/_stepwell/inbox">Inbox</a>'
        '<a href="/_stepwell/clock">Clock</a><a href="/_stepwell/counters">Counters</a></nav></header>'
        f"<main>{body}</main></body></html>"
    )


def index(info: dict[str, Any]) -> str:
    """The overview: links, clock, billable totals."""
    clock = info["clock"]
    links = "".join(f'<li><a href="{escape(url)}">{escape(name)}</a></li>' for name, url in info["links"])
    totals = "".join(
        f"<tr><td>{escape(service)}</td><td>{escape(measure.replace('_', ' '))}</td><td>{amount:,.6g}</td></tr>"
        for service, measures in info["totals"].items()
        for measure, amount in measures.items()
    )
    busy = ", ".join(f"{n} {escape(k.replace('_', ' '))}" for k, n in clock["busy"].items()) or "nothing"
    return page(
        "Overview",
        f'<div class="card"><h1>Overview</h1><ul>{links}</ul></div>'
        f'<div class="card"><h2>Clock</h2><dl><dt>Now</dt><dd>{escape(clock["now"])}</dd><dt>Mode</dt>'
        f"<dd>{escape(clock['mode'])}, {escape(clock['state'])}</dd><dt>Under way</dt><dd>{busy}</dd><dt>Waits</dt>"
        f"<dd>{clock['waits']}</dd><dt>Next due</dt><dd>{escape(clock['next_due'] or '–')}</dd></dl></div>"
        f'<div class="card"><h2>Billable since {escape(info["since"])}</h2><table><thead><tr><th>Service</th>'
        f"<th>Measure</th><th>Amount</th></tr></thead><tbody>{totals or '<tr><td>nothing yet</td></tr>'}</tbody></table>"
        '<form method="post" action="/_stepwell/counters"><p><button>Reset counters</button></p></form></div>',
    )


def inbox(messages: list[Message], total: int, q: str, tag: str, offset: int, limit: int) -> str:
    """The list of messages."""
    rows = (
        "".join(_row(m) for m in messages) or '<tr><td colspan="4" class="soft">No message matches.</td></tr>'
    )
    turn = []
    if offset > 0:
        turn.append(f'<a class="button" rel="prev" href="{_here(q, tag, max(0, offset - limit))}">Newer</a>')
    if offset + limit < total:
        turn.append(f'<a class="button" rel="next" href="{_here(q, tag, offset + limit)}">Older</a>')
    span = f"{offset + 1}–{offset + len(messages)} of {total}" if messages else "0"
    return page(
        "Inbox",
        f'<h1>Inbox <span class="soft">{span}</span></h1><form class="find" method="get" role="search">'
        f'<input name="q" value="{escape(q)}" placeholder="Address or subject" aria-label="Address or subject">'
        f'<input name="tag" value="{escape(tag)}" placeholder="Tag, e.g. workflow:welcome" aria-label="Message tag">'
        '<button class="main">Find</button><a class="button" href="/_stepwell/inbox">All</a></form>'
        f'<div class="card"><table><thead><tr><th>When</th><th>To</th><th>Subject</th><th>Tags</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div><p>{' '.join(turn)}</p>",
    )


def message(found: Message, mime: EmailMessage) -> str:
    """One message with its parts, headers, tags and source."""
    base = f"/_stepwell/inbox/{quote(found.id)}"
    text = part(mime, "plain")
    html = part(mime, "html")
    headers = "".join(f"<dt>{escape(n)}</dt><dd>{escape(str(v))}</dd>" for n, v in mime.items())
    shown = (
        f'<div class="card"><iframe title="Message" sandbox src="{base}/html"></iframe></div>' if html else ""
    )
    plain = f'<details class="card"{"" if html else " open"}><summary>Text</summary><pre>{escape(text)}</pre></details>'
    return page(
        found.subject or "Message",
        f'<h1>{escape(found.subject or "(no subject)")}</h1><div class="card"><dl><dt>From</dt>'
        f"<dd>{escape(found.sender)}</dd><dt>To</dt><dd>{escape(', '.join(found.recipients))}</dd><dt>When</dt>"
        f'<dd>{iso(found.at)}</dd><dt>Outcome</dt><dd class="{escape(found.outcome)}">{escape(found.outcome)}</dd>'
        f"<dt>Configuration set</dt><dd>{escape(found.configuration_set or '–')}</dd><dt>Tags</dt>"
        f"<dd>{_chips(found.tags) or '–'}</dd><dt>Message id</dt><dd>{escape(found.id)}</dd>{_unsubscribe(mime)}</dl></div>"
        f"{shown}{plain if text else ''}"
        f'<details class="card"><summary>Headers</summary><dl>{headers}</dl></details>'
        f'<p><a class="button" href="{base}/raw">Raw source</a> <a class="button" href="{base}.json">JSON</a></p>',
    )


def part(mime: EmailMessage, kind: str) -> str:
    """The text of the preferred part of a kind (``plain`` or ``html``), or an empty string."""
    body = mime.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""


def unsubscribe_links(mime: EmailMessage) -> list[str]:
    """Addresses of the ``List-Unsubscribe`` header."""
    value = str(mime.get("List-Unsubscribe", ""))
    return [p.strip().strip("<>") for p in value.split(",") if p.strip()]


def _unsubscribe(mime: EmailMessage) -> str:
    shown = []
    one_click = "one-click" in str(mime.get("List-Unsubscribe-Post", "")).lower()
    for link in unsubscribe_links(mime):
        if not link.startswith(("http://", "https://", "mailto:")):
            continue
        shown.append(f'<a href="{escape(link)}" rel="noreferrer">{escape(link)}</a>')
        if one_click and link.startswith("http"):
            shown.append(
                f'<form method="post" action="{escape(link)}"><input type="hidden" name="List-Unsubscribe" '
                'value="One-Click"><button>One-click unsubscribe</button></form>'
            )
    return f"<dt>Unsubscribe</dt><dd>{' '.join(shown)}</dd>" if shown else ""


def _row(m: Message) -> str:
    outcome = (
        f' <span class="{escape(m.outcome)}">{escape(m.outcome)}</span>' if m.outcome != "delivered" else ""
    )
    return (
        f'<tr><td class="when">{iso(m.at)[:19].replace("T", " ")}</td><td>{escape(", ".join(m.recipients))}{outcome}</td>'
        f'<td><a href="/_stepwell/inbox/{quote(m.id)}">{escape(m.subject or "(no subject)")}</a><br>'
        f'<span class="soft">{escape(m.sender)}</span></td><td>{_chips(m.tags)}</td></tr>'
    )


def _chips(tags: dict[str, str]) -> str:
    return "".join(
        f'<a class="chip" href="{_here("", f"{name}:{value}", 0)}">{escape(name)}: {escape(value)}</a>'
        for name, value in tags.items()
    )


def _here(q: str, tag: str, offset: int) -> str:
    asked = {k: v for k, v in (("q", q), ("tag", tag), ("offset", str(offset) if offset else "")) if v}
    return escape("/_stepwell/inbox" + ("?" + urlencode(asked) if asked else ""))
