"""What can be wrong with a template, told with its part and line so that an editor can point at it."""

from __future__ import annotations

from typing import ClassVar

from stepwell.errors import InvalidInput


class TemplateFault(InvalidInput):
    """A template cannot be compiled or rendered.

    Codes: ``template_syntax``, ``template_forbidden`` (the sandbox refused), ``template_limit`` (too much
    work or output), ``template_error`` (an expression failed on this contact's data).

    Args:
        message: What is wrong.
        code: One of the codes above.
        part: ``subject``, ``preheader``, ``html`` or ``text``.
        line: Line in that part, from 1; 0 when unknown.
    """

    default_code: ClassVar[str] = "template_error"

    def __init__(self, message: str, *, code: str, part: str = "", line: int = 0) -> None:
        super().__init__(message, code=code, details={"part": part, "line": line})
        self.part = part
        self.line = line
