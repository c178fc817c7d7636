"""Makes of a template as somebody wrote it what is stored and sent: MJML is compiled here, never at a send."""

from __future__ import annotations

from typing import Any

from stepwell.content.faults import TemplateFault
from stepwell.content.mjml import compile_mjml
from stepwell.content.models import MAX_BODY, Template

# Templates of before there was MJML are written as ever, so that what is stored and in git compares equal.
_NEWER = ("format", "mjml")


def prepared(template: Template) -> tuple[Template, list[dict[str, Any]]]:
    """Return a template whose HTML is what its source says, and what is wrong with the source.

    Violations have `tag` besides what `stepwell.content.checks` gives, and `language` those of a translation; with an
    error among them, the HTML is empty.
    """
    if template.format != "mjml":
        return template, []
    html, found = _compiled(template.mjml)
    translations = {}
    for language, words in template.translations.items():
        told, wrong = _compiled(words.mjml)
        translations[language] = words.model_copy(update={"html": told})
        found += [{**fault, "language": language} for fault in wrong]
    return template.model_copy(update={"html": html, "layout": "", "translations": translations}), found


def _compiled(source: str) -> tuple[str, list[dict[str, Any]]]:
    if not source.strip():
        return "", []
    compiled = compile_mjml(source)
    found = [
        {
            "code": fault.code,
            "message": fault.message,
            "part": "mjml",
            "line": fault.line,
            "tag": fault.tag,
            "severity": fault.severity,
        }
        for fault in compiled.faults
    ]
    html = compiled.html
    if len(html) > MAX_BODY:
        message = f"Compiled it has {len(html) // 1024} KB, and at most {MAX_BODY // 1024} are possible."
        wrong = {"code": "mjml_size_limit", "message": message, "part": "mjml", "line": 0, "tag": ""}
        found.append({**wrong, "severity": "error"})
        html = ""
    return html, found


def made(template: Template) -> Template:
    """Return a template that can be rendered.

    Raises:
        TemplateFault: Its MJML has mistakes.
    """
    ready, found = prepared(template)
    for fault in found:
        if fault["severity"] == "error":
            raise TemplateFault(fault["message"], code=fault["code"], part="mjml", line=fault["line"])
    return ready


def source_place(template: Template, part: str, line: int) -> tuple[str, int]:
    """Return the part and line that the author sees: a fault in compiled HTML is one of its MJML."""
    if part != "html" or template.format != "mjml":
        return part, line
    return "mjml", compile_mjml(template.mjml).origin(line)


def template_document(template: Template) -> dict[str, Any]:
    """Return a template as it is stored and compared."""
    document = template.model_dump(mode="json")
    if template.dialect == "jinja2":
        del document["dialect"]
    for name in ("translations", "utm"):
        if not document[name]:
            del document[name]
    if template.pixel is None:
        del document["pixel"]
    if template.format == "html":
        for name in _NEWER:
            del document[name]
    return document
