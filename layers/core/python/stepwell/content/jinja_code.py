"""The Python that Jinja2 makes of a template, with measures where expressions build something."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame


class Generator(CodeGenerator):
    """Sends `~`, lists, tuples and mappings through the environment, which measures them."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja2's visitor name
        """Write `~`."""
        self.write("environment.concat_within(context.eval_ctx, (")
        for argument in node.nodes:
            self.visit(argument, frame)
            self.write(", ")
        self.write("))")

    def _measured(self, node: nodes.Expr, frame: Frame, visit: Callable[..., None]) -> None:
        if getattr(node, "ctx", "load") != "load":
            visit(node, frame)
            return
        self.write("environment.made(")
        visit(node, frame)
        self.write(")")

    def visit_List(self, node: nodes.List, frame: Frame) -> None:  # noqa: N802 - Jinja2's visitor name
        """Write a list."""
        self._measured(node, frame, super().visit_List)

    def visit_Tuple(self, node: nodes.Tuple, frame: Frame) -> None:  # noqa: N802 - Jinja2's visitor name
        """Write a tuple; one that names are assigned to stays."""
        self._measured(node, frame, super().visit_Tuple)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: N802 - Jinja2's visitor name
        """Write a mapping."""
        self._measured(node, frame, super().visit_Dict)

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802 - Jinja2's visitor name
        """Write a comparison: what is compared may be long, and nothing else pays for it."""
        self.write("environment.compared(")
        super().visit_Compare(node, frame)
        self.write(")")

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:  # noqa: N802 - Jinja2's visitor name
        """Write a test, which may compare."""
        self.write("environment.compared(")
        super().visit_Test(node, frame)
        self.write(")")
