"""Workflow graphs: model, node catalogue, expansion, checks, compiler, oracle interpreter, diff. Pure."""
