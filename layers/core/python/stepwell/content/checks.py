"""Checks and previews a template: all that is wrong at once, and what a sample contact would get."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stepwell.conditions import Facts
from stepwell.content.blocks import Blocks
from stepwell.content.connected import Connected
from stepwell.content.faults import TemplateFault
from stepwell.content.including import Find, snippets_of
from stepwell.content.languages import in_language
from stepwell.content.models import Template
from stepwell.content.personalization import personalization
from stepwell.content.preparing import prepared, source_place
from stepwell.content.render import Rendered, Renderer
from stepwell.contracts.workspace import Workspace

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_LINK = "https://example.com/u/preview"
_EXAMPLE = Workspace(tenant="preview", name="Example Company", postal_address="1 Example Street, Springfield")


def _nothing(kind: str, piece: str) -> None:
    """Find no piece: templates of a file stand alone."""
    del kind, piece


def preview_link() -> str:
    """Return the link that stands for a contact's own in previews and tests: it unsubscribes nobody."""
    return _LINK


def preview(
    renderer: Renderer,
    template: Template,
    sample: Mapping[str, Any] | None = None,
    workspace: Workspace = _EXAMPLE,
    find: Find = _nothing,
) -> Rendered:
    """Render with a sample contact (its own, or the template's); nothing is sent and no link is live.

    Raises:
        TemplateFault: The template cannot be rendered for it.
    """
    fields = template.sample if sample is None else sample
    context = sample_values(fields, workspace)
    # Of a made-up contact, of whom nothing is known but these fields; no segment, no event before.
    context["block"] = Blocks(renderer, find, lambda: Facts(profile=fields), _NOW, context)
    context["connected"] = Connected(find)
    return renderer.render(template, context, snippets=snippets_of(template, find))


def sample_values(sample: Mapping[str, Any], workspace: Workspace) -> dict[str, Any]:
    """Return what a template reads of a sample contact; its links lead nowhere."""
    fields = dict(sample)
    event = fields.pop("event", None)
    return personalization(
        traits=fields,
        workspace=workspace,
        event=event if isinstance(event, Mapping) else None,
        unsubscribe_url=_LINK,
        preferences_url=_LINK,
    )


def check_template(renderer: Renderer, template: Template, find: Find = _nothing) -> list[dict[str, Any]]:
    """Return all violations: code, message, part, line, and whether it is an ``error`` or a ``warning``.

    Of MJML also what its structure has, with the `tag`; it is compiled for this. Those of a translation have its
    `language`.
    """
    template, warnings = prepared(template)
    found = [violation for violation in warnings if violation["severity"] == "error"]
    warnings = [violation for violation in warnings if violation["severity"] != "error"]
    warnings += _unused(template)
    found += _sources(renderer, template, find)
    if not template.html and not template.mjml and not template.text:
        what = "an HTML or a text part" if template.channel == "email" else "a text"
        found.append(_violation("template_empty", f"Write {what}.", "html", 0))
    if found:
        return found + warnings
    found = _shown(renderer, template, find)
    for language, words in template.translations.items():
        told = _shown(renderer, in_language(template, language, words), find)
        found += [{**violation, "language": language} for violation in told if violation not in found]
    return [*found, *warnings]


def _unused(template: Template) -> list[dict[str, Any]]:
    """Return which parts the template's channel never shows; where there is no text, one is made from the HTML."""
    if template.channel == "email":
        return []
    found = []
    for language, words in (("", template), *template.translations.items()):
        for part in ("preheader", "mjml", "html"):
            if getattr(words, part) and (template.text or part == "preheader"):
                message = f"A message of the channel `{template.channel}` does not show this part."
                violation = _violation("part_unused", message, part, 0, "warning")
                found.append({**violation, "language": language} if language else violation)
    return found


def _sources(renderer: Renderer, template: Template, find: Find) -> list[dict[str, Any]]:
    found = []
    versions = [("", template)]
    versions += [(name, in_language(template, name, words)) for name, words in template.translations.items()]
    for language, version in versions:
        try:
            snippets = snippets_of(version, find)
        except TemplateFault as fault:
            violation = _violation(fault.code, fault.message, fault.part, fault.line)
            found.append({**violation, "language": language} if language else violation)
            continue
        for part, source, escape in (
            ("subject", version.subject, False),
            ("preheader", version.preheader, False),
            ("mjml", version.mjml if template.format == "mjml" else "", True),
            ("html", renderer.html_source(version) if template.format == "html" else "", True),
            ("text", version.text, False),
        ):
            try:
                renderer.compile(part, source, escape=escape, dialect=version.dialect, snippets=snippets)
            except TemplateFault as fault:
                violation = _violation(fault.code, fault.message, part, fault.line)
                if violation not in found:
                    found.append({**violation, "language": language} if language else violation)
    return found


def _shown(renderer: Renderer, template: Template, find: Find) -> list[dict[str, Any]]:
    """Return what is wrong with what the sample contact would get."""
    try:
        rendered = preview(renderer, template, find=find)
    except TemplateFault as fault:
        part, line = source_place(template, fault.part, fault.line)
        return [_violation(fault.code, f"With the sample contact: {fault.message}", part, line)]
    found = []
    if not rendered.subject:
        found.append(_violation("subject_empty", "The sample contact's subject is empty.", "subject", 0))
    # What a text lacks of its sender and its way out is added when it is sent.
    if template.purpose == "marketing" and template.channel == "email":
        found += _marketing(rendered)
    required = {variable.name for variable in template.variables if variable.required}
    found += [
        _violation("sample_incomplete", f"The sample contact lacks `{name}`.", "html", 0, "warning")
        for name in rendered.missing
        if name in required
    ]
    return found


def _marketing(rendered: Rendered) -> list[dict[str, Any]]:
    found = []
    for part, content in (("html", rendered.html), ("text", rendered.text)):
        if content and _LINK not in content:
            found.append(
                _violation("unsubscribe_missing", "Marketing mail needs `{{ unsubscribe_url }}`.", part, 0)
            )
    if rendered.text and _EXAMPLE.postal_address not in re.sub(r"\s+", " ", rendered.text):
        found.append(
            _violation("address_missing", "Marketing mail needs `{{ workspace.postal_address }}`.", "html", 0)
        )
    return found


def variables_of(renderer: Renderer, template: Template, find: Find = _nothing) -> set[str]:
    """Return the top-level names that a template reads, for the form and for a workflow's check.

    Raises:
        TemplateFault: A part is not a template.
    """
    names: set[str] = set()
    versions = [in_language(template, name, words) for name, words in template.translations.items()]
    for version in (template, *versions):
        snippets = snippets_of(version, find)
        shared = [source for _, source in snippets]
        for source in (version.subject, version.preheader, version.html, version.text, *shared):
            names |= renderer.names(source, version.dialect, snippets)
    return names - {"button", "heading", "step", "row", "catalog", "block", "connected"}


def _violation(code: str, message: str, part: str, line: int, severity: str = "error") -> dict[str, Any]:
    return {"code": code, "message": message, "part": part, "line": line, "severity": severity}
