"""Which MJML tag may stand where, and which attributes are sizes.

Source: the documentation of MJML 4's components, of which MRML carries out these.
"""

from __future__ import annotations

from collections.abc import Mapping

_SECTIONS = ("mj-body", "mj-wrapper")
_COLUMNS = ("mj-section", "mj-group")
_CONTENT = ("mj-column", "mj-hero")

PARENTS: Mapping[str, tuple[str, ...]] = {
    "mjml": ("",),
    "mj-head": ("mjml",),
    "mj-body": ("mjml",),
    "mj-attributes": ("mj-head",),
    "mj-breakpoint": ("mj-head",),
    "mj-font": ("mj-head",),
    "mj-html-attributes": ("mj-head",),
    "mj-selector": ("mj-html-attributes",),
    "mj-html-attribute": ("mj-selector",),
    "mj-preview": ("mj-head",),
    "mj-style": ("mj-head",),
    "mj-title": ("mj-head",),
    "mj-all": ("mj-attributes",),
    "mj-class": ("mj-attributes",),
    "mj-wrapper": ("mj-body",),
    "mj-section": _SECTIONS,
    "mj-hero": _SECTIONS,
    "mj-group": ("mj-section",),
    "mj-column": _COLUMNS,
    "mj-accordion": _CONTENT,
    "mj-accordion-element": ("mj-accordion",),
    "mj-accordion-title": ("mj-accordion-element",),
    "mj-accordion-text": ("mj-accordion-element",),
    "mj-button": _CONTENT,
    "mj-carousel": _CONTENT,
    "mj-carousel-image": ("mj-carousel",),
    "mj-divider": _CONTENT,
    "mj-image": _CONTENT,
    "mj-navbar": _CONTENT,
    "mj-navbar-link": ("mj-navbar",),
    "mj-raw": ("mj-head", "mj-body", "mj-wrapper", "mj-section", "mj-group", "mj-column", "mj-hero"),
    "mj-social": _CONTENT,
    "mj-social-element": ("mj-social",),
    "mj-spacer": _CONTENT,
    "mj-table": _CONTENT,
    "mj-text": _CONTENT,
}
"""Tags by the tags in which they may stand; the root stands in nothing."""

CONTENT = frozenset(
    {
        "mj-accordion-text",
        "mj-accordion-title",
        "mj-button",
        "mj-html-attribute",
        "mj-navbar-link",
        "mj-preview",
        "mj-raw",
        "mj-social-element",
        "mj-style",
        "mj-table",
        "mj-text",
        "mj-title",
    }
)
"""Tags that hold HTML or text, which the structure's rules do not concern."""

SIZES = frozenset(
    {
        "border-width",
        "height",
        "icon-size",
        "inner-padding",
        "inner-width",
        "padding",
        "padding-bottom",
        "padding-left",
        "padding-right",
        "padding-top",
        "width",
    }
)
"""Attributes with which the compiler calculates: an expression in them has no number yet."""
