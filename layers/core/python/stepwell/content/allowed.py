"""What template expressions may use, by name; everything else is refused."""

from __future__ import annotations

# fmt: off
FILTERS = frozenset({
    "abs", "batch", "capitalize", "count", "dictsort", "e", "escape", "first", "float", "forceescape",
    "groupby", "int", "items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject",
    "rejectattr", "reverse", "round", "safe", "select", "selectattr", "slice", "sort", "string",
    "striptags", "sum", "title", "tojson", "trim", "truncate", "unique", "upper", "urlencode",
    "wordcount",
})
# Their numbers set the size of what they build, or of what they compute on the way.
SIZED_FILTERS = frozenset({
    "batch", "round", "slice", "truncate",
})
# What they return was handed to them: there is nothing to measure.
FREE_FILTERS = frozenset({
    "d", "default",
})
TESTS = frozenset({
    "!=", "<", "<=", "==", ">", ">=", "boolean", "defined", "divisibleby", "eq", "equalto", "even",
    "false", "float", "ge", "greaterthan", "gt", "in", "integer", "iterable", "le", "lessthan", "lower",
    "lt", "mapping", "ne", "none", "number", "odd", "sequence", "string", "true", "undefined", "upper",
})
TEXT_METHODS = frozenset({
    "capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha", "isdigit",
    "islower", "isspace", "istitle", "isupper", "lower", "lstrip", "partition", "removeprefix",
    "removesuffix", "rfind", "rindex", "rpartition", "rsplit", "rstrip", "split", "splitlines",
    "startswith", "strip", "swapcase", "title", "upper",
})
MAPPING_METHODS = frozenset({
    "get", "items", "keys", "values",
})
SEQUENCE_METHODS = frozenset({
    "count", "index",
})
DATE_PARTS = frozenset("aAbBdeHIjmMpSyYUWwuGVZz-%")
# fmt: on
