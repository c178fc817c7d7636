"""Errors of the condition language, each with a code and a place in the text, so that a form can point at it.

```
InvalidInput
└── ConditionError             also a ValueError, so that pydantic reports it as a field's error
    ├── ConditionSyntaxError   the text is not a condition; `position` is a 0-based offset into it
    └── ConditionFormatError   stored JSON is not a condition; `position` is None
```
"""

from __future__ import annotations

from stepwell.errors import InvalidInput


class ConditionError(InvalidInput, ValueError):
    """A condition that cannot be used.

    Args:
        message: A sentence for the author.
        code: A stable machine name, such as `condition_syntax`.
        position: 0-based offset into the text, or None when there is no text.
    """

    default_code = "condition"

    def __init__(self, message: str, *, code: str | None = None, position: int | None = None) -> None:
        details = {} if position is None else {"position": position}
        shown = message if position is None else f"{message} (at character {position + 1})"
        super().__init__(shown, code=code, details=details)
        self.position = position


class ConditionSyntaxError(ConditionError):
    """The text is not a condition; `position` says where reading stopped."""

    default_code = "condition_syntax"
    position: int

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message, position=position)


class ConditionFormatError(ConditionError):
    """Stored JSON does not describe a condition."""

    default_code = "condition_format"
