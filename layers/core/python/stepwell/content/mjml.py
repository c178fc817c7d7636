"""Compiles MJML to HTML when a template is saved, and says what is wrong with it by line and tag.

MRML forgives a lot and names no lines, so the structure is checked here first. Jinja2 does not reach the compiler
(`stepwell.content.masking`); what stands bare between blocks, a loop around sections for instance, gets its ``mj-raw``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stepwell.content.masking import Masked, mask
from stepwell.content.mjml_tags import CONTENT, PARENTS, SIZES

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<!doctype[^>]*+(?:>|\Z)|<\?.*?(?:\?>|\Z)"
    r"|<(?P<close>/)?(?P<name>[a-zA-Z][\w:-]*+)(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^\"'<>])*?)(?P<empty>/)?>|<",
    re.DOTALL | re.IGNORECASE,
)
# MRML goes into tags by recursion, and takes the process with it where they stand too deep in each other.
_MOST_TAGS = 3_000
_STRAY = re.compile(r"<(?![a-zA-Z/!])")
_ATTRIBUTE = re.compile(r"\s+([\w:-]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_POSITION = re.compile(r"position (\d+):")
_HIDDEN = (
    '{% if preheader %}<div style="display:none;max-height:0;overflow:hidden;mso-hide:all;">'
    "{{ preheader }}</div>{% endif %}"
)


@dataclass(frozen=True, slots=True)
class MjmlFault:
    """One thing that is wrong with a source.

    Attributes:
        code: ``mjml_tag``, ``mjml_place``, ``mjml_nesting``, ``mjml_attribute``, ``mjml_text``, ``mjml_include``,
            ``mjml_size``, ``mjml_lost`` or ``mjml_syntax``.
        message: What, and what to do.
        line: 1-based; 0: the whole.
        tag: The tag concerned, may be empty.
        severity: ``error`` or ``warning``.
    """

    code: str
    message: str
    line: int = 0
    tag: str = ""
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Compiled:
    """What became of a source.

    Attributes:
        html: A whole document, with its Jinja2; empty when there is an error.
        faults: Errors and warnings, in the order of the source.
        origins: For each line of `html`, the lines of the source whose Jinja2 stands on it.
    """

    html: str
    faults: tuple[MjmlFault, ...]
    origins: tuple[tuple[int, ...], ...] = ()

    def origin(self, line: int) -> int:
        """Return the source's line for a line of the HTML; 0: unknown."""
        found = self.origins[line - 1] if 0 < line <= len(self.origins) else ()
        return found[0] if found else 0


@dataclass(slots=True)
class _Walk:
    masked: Masked
    faults: list[MjmlFault] = field(default_factory=list)
    raw: list[tuple[int, int]] = field(default_factory=list)
    open: list[tuple[str, int]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    ended: bool = False

    def fault(self, code: str, message: str, at: int, tag: str = "", severity: str = "error") -> None:
        self.faults.append(MjmlFault(code, message, self.masked.line(at), tag, severity))

    def run(self) -> None:
        text, position = self.masked.text, 0
        while found := _TOKEN.search(text, position):
            self._between(position, found.start())
            position = found.end()
            name = (found["name"] or "").lower()
            if found.group() == "<":
                self.fault(
                    "mjml_syntax",
                    "A tag begins here and does not end: write `&lt;` for a plain `<`.",
                    found.start(),
                )
            elif name and found["close"]:
                self._closed(name, found.start())
            elif name:
                position = self._opened(name, found)
        self._between(position, len(text))
        for name, at in self.open:
            self.fault("mjml_nesting", f"`<{name}>` is not closed.", at, name)
        if "mj-body" not in self.seen and not self.faults:
            self.fault("mjml_nesting", "A message needs `<mjml>` with a `<mj-body>`.", 0, "mj-body")

    def _opened(self, name: str, found: re.Match[str]) -> int:
        at, inside = found.start(), self.open[-1][0] if self.open else ""
        self.seen.add(name)
        if name == "mj-include":
            self.fault("mjml_include", "`<mj-include>` is not supported: put the part itself here.", at, name)
        elif name not in PARENTS:
            known = name.startswith("mj-")
            told = (
                f"There is no `<{name}>` in MJML."
                if known
                else f"HTML like `<{name}>` belongs into `<mj-text>` or `<mj-raw>`."
            )
            self.fault("mjml_tag", told, at, name)
        elif inside not in PARENTS[name] and inside not in ("mj-attributes",):
            wanted = " or ".join(f"`<{parent}>`" for parent in PARENTS[name] if parent) or "the beginning"
            place = f"in `<{inside}>`" if inside else "outside of `<mjml>`"
            self.fault("mjml_place", f"`<{name}>` cannot stand {place}: it belongs into {wanted}.", at, name)
        self._attributes(name, found["attributes"] or "", at)
        if found["empty"]:
            return found.end()
        if name not in CONTENT or inside == "mj-attributes":
            self.open.append((name, at))
            return found.end()
        ending = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(self.masked.text, found.end())
        if ending is None:
            self.fault("mjml_nesting", f"`<{name}>` is not closed.", at, name)
            # Whatever follows may belong to it: more faults would only be noise.
            self.open.clear()
            self.ended = True
            return len(self.masked.text)
        if self.masked.text.count("<", found.end(), ending.start()) > 2 * _MOST_TAGS:
            self.fault("mjml_syntax", f"`<{name}>` may have {_MOST_TAGS} tags.", at, name)
        for stray in _STRAY.finditer(self.masked.text, found.end(), ending.start()):
            if name != "mj-style":
                self.fault("mjml_syntax", f"Write `&lt;` for a plain `<` in `<{name}>`.", stray.start(), name)
        return ending.end()

    def _closed(self, name: str, at: int) -> None:
        names = [open_name for open_name, _ in self.open]
        if name not in names:
            self.fault("mjml_nesting", f"`</{name}>` closes nothing.", at, name)
            return
        while self.open:
            last, began = self.open.pop()
            if last == name:
                return
            told = f"`<{last}>` is not closed before `</{name}>` in line {self.masked.line(at)}."
            self.fault("mjml_nesting", told, began, last)

    def _attributes(self, name: str, written: str, at: int) -> None:
        for attribute, value in _ATTRIBUTE.findall(written):
            if attribute in SIZES and self.masked.word.search(value):
                told = f"`{attribute}` of `<{name}>` is calculated when it is saved: an expression may have no effect."
                self.fault("mjml_size", told, at, name, "warning")
        rest = _ATTRIBUTE.sub("", written).strip()
        if rest:
            shown = self.masked.restore(rest)[:60]
            told = f'`{shown}` in `<{name}>` is no attribute: write `name="value"`, and Jinja2 only between the quotes.'
            self.fault("mjml_attribute", told, at, name)

    def _between(self, start: int, end: int) -> None:
        text = self.masked.text[start:end]
        if not text.strip():
            return
        first = start + len(text) - len(text.lstrip())
        inside = self.open[-1][0] if self.open else ""
        words = list(self.masked.word.finditer(text))
        if self.masked.word.sub("", text).strip():
            if inside and inside not in PARENTS:
                return
            place = f"in `<{inside}>`" if inside else "outside of `<mjml>`"
            self.fault("mjml_text", f"Text cannot stand {place}: put it into `<mj-text>`.", first, inside)
        elif inside in PARENTS["mj-raw"]:
            self.raw += [(start + word.start(), start + word.end()) for word in words]
        elif any(not self.masked.pieces[word.group()].startswith("{#") for word in words):
            place = f"in `<{inside}>`" if inside else "outside of `<mjml>`"
            self.fault("mjml_text", f"Jinja2 cannot stand {place}.", first, inside)


def compile_mjml(source: str) -> Compiled:
    """Compile a source; with errors there is no HTML."""
    masked = mask(source)
    walk = _Walk(masked)
    walk.run()
    faults = sorted(walk.faults, key=lambda fault: fault.line)
    if any(fault.severity == "error" for fault in faults):
        return Compiled("", tuple(faults))
    import mjml  # sending renders what was compiled, and should not pay for the compiler

    try:
        # No fonts of its own: it would load some from elsewhere for names that only stand in a list.
        html = mjml.mjml2html("".join(_with_raw(masked.text, walk.raw)), fonts={})
    except ValueError as error:
        position = _POSITION.search(str(error))
        line = masked.line(int(position[1])) if position else 0
        return Compiled(
            "", (*faults, MjmlFault("mjml_syntax", f"This is no MJML: {str(error)[:200]}.", line))
        )
    faults += _lost(masked, html, {fault.line for fault in faults})
    if any(fault.severity == "error" for fault in faults):
        return Compiled("", tuple(faults))
    origins = tuple(
        tuple(masked.lines[word] for word in masked.word.findall(line)) for line in html.split("\n")
    )
    if "mj-preview" not in walk.seen:
        html = re.sub(r"<body[^>]*>", lambda found: found.group() + _HIDDEN, html, count=1)
    html = html.replace(' lang="und"', ' lang="{{ language }}"')
    return Compiled(masked.restore(html), tuple(faults), _stretched(masked, html, origins))


def _with_raw(text: str, places: list[tuple[int, int]]) -> Iterator[str]:
    position = 0
    for start, end in places:
        yield text[position:start]
        yield f"<mj-raw>{text[start:end]}</mj-raw>"
        position = end
    yield text[position:]


def _lost(masked: Masked, html: str, told: set[int]) -> Iterator[MjmlFault]:
    for word in masked.lost(html):
        piece, line = masked.pieces[word], masked.lines[word]
        if piece.startswith("{#") or (piece.startswith("{{") and line in told):
            continue
        severity = "error" if piece.startswith("{%") else "warning"
        yield MjmlFault("mjml_lost", f"`{piece[:60]}` has no effect here: MJML drops it.", line, "", severity)


def _stretched(
    masked: Masked, html: str, origins: tuple[tuple[int, ...], ...]
) -> tuple[tuple[int, ...], ...]:
    """Count lines as in the restored HTML, where an expression may go over several."""
    found: list[tuple[int, ...]] = []
    for line, sources in zip(html.split("\n"), origins, strict=True):
        more = sum(masked.pieces[word].count("\n") for word in masked.word.findall(line))
        found += [sources] * (1 + more)
    return tuple(found)
