"""What the API's own address shows without sign-in: a landing page, health, and where the documents are."""

from __future__ import annotations

from html import escape

LINKS = (
    ("/docs", "API reference", "Every route with its form; try it with your access token."),
    ("/openapi.json", "OpenAPI document", "For clients and tests."),
    ("/health", "Health", "Whether this deployment answers."),
)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stepwell</title>
<style>
:root {{ color-scheme: light dark; --ink: #17202a; --soft: #5b6b7b; --paper: #f7f8fa; --card: #fff; --line: #e3e8ee;
  --blue: #1f6feb; }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #e8edf3; --soft: #9aa9b8; --paper: #10151b; --card: #18202a;
  --line: #273240; --blue: #6ea8fe; }} }}
* {{ box-sizing: border-box }}
body {{ margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); }}
main {{ max-width: 46rem; margin: 0 auto; padding: 12vh 1.5rem 4rem; }}
h1 {{ font-size: 2.2rem; margin: 0 0 .25rem; letter-spacing: -.02em; }}
p.lead {{ color: var(--soft); margin: 0 0 2rem; }}
ul {{ list-style: none; padding: 0; display: grid; gap: .75rem; }}
a {{ display: block; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .6rem; color: inherit; text-decoration: none; }}
a:hover, a:focus-visible {{ border-color: var(--blue); outline: none; }}
a strong {{ color: var(--blue); }}
a span {{ display: block; color: var(--soft); font-size: .92rem; }}
code {{ font: .9em ui-monospace, monospace; }}
footer {{ margin-top: 2.5rem; color: var(--soft); font-size: .9rem; }}
</style>
</head>
<body>
<main>
<h1>Stepwell</h1>
<p class="lead">Marketing automation in your own AWS account: journeys are drawn as graphs and run as
state machines.</p>
<ul>
{links}
</ul>
<footer>Sign in with the <code>stepwell</code> command line: <code>stepwell login</code>. {where}</footer>
</main>
</body>
</html>
"""


def landing(prefix: str, local: bool) -> str:
    """Return the landing page."""
    links = "\n".join(
        f'<li><a href="{escape(path)}"><strong>{escape(name)}</strong><span>{escape(what)}</span></a></li>'
        for path, name, what in LINKS
    )
    where = f"Deployment <code>{escape(prefix)}</code>{', local cloud' if local else ''}."
    return _PAGE.format(links=links, where=where)
