"""Graph rules: one `check_*` function a rule; all violations at once, each with code, node, place and remedy.

A rule is a function of a `Drawing` that yields violations; every public function named `check_*` of these modules
is run, so that adding a rule touches no list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

from stepwell.errors import ValidationFailed
from stepwell.workflows.checks import content, drawing, limits, parallel, safety, shape
from stepwell.workflows.checks.base import CheckContext, Drawing, Limits, Violation
from stepwell.workflows.model import Workflow

__all__ = ["CheckContext", "Limits", "Violation", "ensure_valid", "rules", "run_checks"]

_MODULES: tuple[ModuleType, ...] = (drawing, shape, parallel, content, safety, limits)


def rules() -> dict[str, Callable[[Drawing], Iterator[Violation]]]:
    """Return all rules by function name, in the order in which they run."""
    return {
        name: rule
        for module in _MODULES
        for name, rule in vars(module).items()
        if name.startswith("check_") and rule.__module__ == module.__name__
    }


def run_checks(workflow: Workflow, context: CheckContext | None = None) -> list[Violation]:
    """Run all rules.

    Args:
        workflow: As drawn.
        context: What the workspace has; without one, only what needs no workspace is checked.

    Returns:
        All violations, without repetition, in the order of the rules.
    """
    drawn = Drawing(workflow, context or CheckContext())
    found = (violation for rule in rules().values() for violation in rule(drawn))
    return list(dict.fromkeys(found))


def ensure_valid(violations: Sequence[Violation], *, publishing: bool) -> None:
    """Refuse a workflow with errors.

    Args:
        violations: What `run_checks` found.
        publishing: Whether errors that only publishing minds count.

    Raises:
        ValidationFailed: With all violations, warnings too.
    """
    errors = [v for v in violations if v.severity == "error" and (publishing or not v.publish_only)]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise ValidationFailed(f"{errors[0].message}{more}", [v.document() for v in violations])
