"""The rules of the house that no linter knows; docs/development.md tells them. Exceptions stand here, with reasons."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("layers/core/python/stepwell", "functions", "stacks", "cli", "jobs", "local", "bench", "app.py")

LONG_MODULES = {
    "layers/core/python/stepwell/workflows/compiler.py": "one algorithm over one graph; its parts share its state",
    "layers/core/python/stepwell/workflows/interpreter_core.py": "the oracle is read as one text",
    "layers/core/python/stepwell/runtime/ports.py": "declarations only: what the engine asks of the outside",
    "layers/core/python/stepwell/runtime/outcomes.py": "a table of what each node kind does, in the order of the kinds",
    "layers/core/python/stepwell/runtime/broadcast.py": "three states of one machine, with the ports they need",
    "layers/core/python/stepwell/workflows/graph.py": "the questions that compiler, checks and runtime ask of a graph",
    "bench/metering.py": "one meter an AWS service, side by side so that they count alike",
}

READS_THE_ENVIRONMENT = {
    "layers/core/python/stepwell/settings.py": "what a stack tells its functions",
    "cli/stepwell_cli/settings.py": "the command line's own settings",
    "cli/stepwell_cli/commands/founding.py": "PynamoDB learns of the local cloud by the environment only",
    "bench/__main__.py": "keys for requests that are signed and never leave the process",
    "local/settings.py": "the local cloud's own settings",
    "local/daemon.py": "hands its environment to the server it starts",
    "local/server.py": "MiniStack reads its settings from the environment",
    "local/demo/workspace.py": "the AWS SDK reads the local cloud's address from the environment",
}

NOT_PORTS = {
    "aws": "makes clients",
    "config_models": "item models that three stores share",
    "cursors": "paging of stores",
    "dynamo": "the table that stores share",
    "dynamo_statements": "statements of the stores",
    "enrichment_http": "calls that the providers' adapters share",
    "late": "makes a port at its first use",
    "pinned": "the transport of guarded_http",
}

# What a public page may show: our own names, names reserved for examples (RFC 2606), and public documentation.
PUBLIC_HOSTS = re.compile(
    r"(^|\.)(example|test|invalid|localhost)(\.(com|org|net))?\.?$|example\.com\.evil|^evilexample\.com$"
    r"|^(github\.com|www\.w3\.org|json-schema\.org|www\.apache\.org|opencollective\.com|registry\.npmjs\.org|stepwell\.dev)$"
    r"|^(keepachangelog\.com|shopify\.github\.io|handlebarsjs\.com|semver\.org|jinja\.palletsprojects\.com|docs\.python\.org|pypi\.org|datatracker\.ietf\.org)$"
    r"|(^|\.)(amazonaws|amazon)\.com$|^(www\.)?brucehardie\.com$"
    r"|^(api|www)\.twilio\.com$|^platform\.bird\.com$|\.platform\.bird\.com$"
    r"|^api(\.eu)?\.(sendgrid\.com|mailgun\.net)$"
    r"|^(www|fcm|oauth2)\.googleapis\.com$|(^|\.)push\.(services\.mozilla|apple)\.com$"
    r"|(^|\.)(x|twitter|facebook|instagram|linkedin)\.com$|^t\.co$|^learn\.microsoft\.com$"
    r"|^(person|company)-stream\.clearbit\.com$|^api\.(fullcontact|zoominfo)\.com$"
)
WORKPLACE = re.compile(r"(?<![\w.*$}])/(work|root|opt|srv/repos)/\w|\bPIP_(FIND_LINKS|INDEX_URL)\b")


@cache
def committed() -> tuple[str, ...]:
    """Files of the repository, also those about to be added."""
    told = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return tuple(sorted(f for f in told.stdout.splitlines() if (ROOT / f).is_file()))


@cache
def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def python(*under: str) -> list[str]:
    return [f for f in committed() if f.endswith(".py") and f.startswith(under)]


def functions() -> list[str]:
    return sorted(p.parent.name for p in (ROOT / "functions").glob("*/handler.py"))


def test_modules_have_300_lines_at_most() -> None:
    long = {f for f in python(*SOURCES) if len(text(f).splitlines()) > 300}
    assert long - set(LONG_MODULES) == set()
    assert set(LONG_MODULES) - long == set(), "no longer exceptions"
    assert all(len(text(f).splitlines()) <= 400 for f in long)


def test_handlers_have_60_lines_of_code_at_most() -> None:
    for name in functions():
        lines = [line for line in text(f"functions/{name}/handler.py").splitlines() if line.strip()]
        assert len(lines) <= 60, name


def test_only_settings_read_the_environment() -> None:
    reads = {f for f in python(*SOURCES) if _reads_environment(f)}
    assert reads == set(READS_THE_ENVIRONMENT)


def test_no_clients_or_containers_at_import() -> None:
    for path in python("layers/core/python/stepwell", "functions"):
        for statement in ast.parse(text(path)).body:
            if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr):
                made = ast.unparse(statement)
                assert not re.search(r"\b(boto3\.|client\(|container\(\)|management\(\))", made), (
                    f"{path}: {made}"
                )


def test_fakes_are_written_by_hand() -> None:
    for path in python("tests"):
        if path != "tests/unit/test_house_rules.py":
            assert not re.search(r"unittest\.mock|\bmock\.patch|MagicMock|\bmocker\b", text(path)), path


def test_nothing_is_left_for_later() -> None:
    for path in committed():
        if (
            path.endswith((".py", ".md", ".yaml", ".toml", "Makefile"))
            and path != "tests/unit/test_house_rules.py"
        ):
            assert not re.search(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError", text(path)), path


def test_every_public_module_says_why_it_exists() -> None:
    for path in python(*SOURCES):
        assert ast.get_docstring(ast.parse(text(path))), path


@pytest.mark.parametrize("name", functions())
def test_every_function_is_named_once_and_tested(name: str) -> None:
    handler = text(f"functions/{name}/handler.py")
    told = set(re.findall(r"(?:serve_task|observed)\(\s*\"(\w+)\"", handler))
    assert told <= {name}
    tests = [f for f in python("tests") if f != "tests/unit/test_house_rules.py"]
    direct = [f for f in tests if re.search(rf"functions[./]{name}\b|\"{name}\"", text(f))]
    # A node function is only a name and a role around `serve_task`, which its own tests run.
    assert direct or "serve_task(" in handler, f"no test names functions/{name}"


def test_no_function_is_a_folder_without_handler() -> None:
    folders = {f.split("/")[1] for f in committed() if f.startswith("functions/")}
    assert folders == set(functions())


def test_every_adapter_meets_its_port_in_a_test() -> None:
    tests = "\n".join(text(f) for f in python("tests/contract", "tests/unit/adapters", "tests/functional"))
    stems = {Path(f).stem for f in python("layers/core/python/stepwell/adapters/") if "/items/" not in f}
    for stem in stems - {"__init__", *NOT_PORTS}:
        assert re.search(rf"stepwell\.adapters\.{stem}\b|adapters import .*\b{stem}\b", tests), stem
    assert set(NOT_PORTS) <= stems


def test_nothing_committed_names_the_machine_it_was_written_on() -> None:
    for path in committed():
        if path.endswith((".gz", ".png")) or path == "tests/unit/test_house_rules.py":
            continue
        assert not WORKPLACE.search(text(path)), f"{path}: {WORKPLACE.search(text(path))}"


def test_addresses_are_public_or_made_up() -> None:
    unknown = {}
    for path in committed():
        if path.startswith(("tests/", "LICENSE")):
            continue
        shown = text(path)
        if path == "package-lock.json":
            # Where packages come from is ours to say; how their authors are funded is not.
            shown = "\n".join(re.findall(r'"resolved": ".*"', shown))
        for host in re.findall(r"https?://([a-zA-Z0-9][a-zA-Z0-9.-]*[a-zA-Z])(?=[/:\s\"'`)<]|$)", shown):
            if "." in host and not PUBLIC_HOSTS.search(host.lower()):
                unknown[path] = host
    assert unknown == {}


def test_files_are_small_enough_to_read() -> None:
    # Made by `make types` and compared by `make lint`: the API's OpenAPI document is what one reads.
    made = {"console/src/api/openapi.d.ts"}
    sizes = {f: (ROOT / f).stat().st_size for f in set(committed()) - made}
    large = {f: size for f, size in sizes.items() if size > 300_000}
    assert large == {}


# ---- documentation --------------------------------------------------------------------------------------------

PAGES = [f for f in committed() if f.endswith(".md") and not f.startswith("docs/reference/cli.md")]
FENCE = re.compile(r"^```(?:sh|bash|console|shell)?\n(.*?)^```", re.M | re.S)


def commands() -> list[tuple[str, str]]:
    """Return (page, command) of every line in a shell fence, and of every `make …` in the text."""
    found = []
    for page in PAGES:
        fenced = [line for block in FENCE.findall(text(page)) for line in block.splitlines()]
        inline = re.findall(r"`((?:make|stepwell|python -m) [^`]+)`", text(page))
        for line in fenced + inline:
            line = line.strip().removeprefix("$ ").split("#")[0].strip()
            if re.match(r"(make|(\.venv/bin/)?stepwell|(\.venv/bin/)?python3? -m) ", line):
                found.append((page, line))
    return found


def test_documented_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z][a-z_-]*):", text("Makefile"), re.M))
    for page, line in commands():
        if line.startswith("make "):
            for word in re.split(r"&&|;", line)[0].split()[1:]:
                assert word in targets or "=" in word, f"{page}: {line}"


def test_documented_subcommands_exist() -> None:
    reference = text("docs/reference/cli.md")
    known = set(re.findall(r"^## `stepwell ([a-z -]+)`", reference, re.M))
    groups = {name.split()[0] for name in known}
    for page, line in commands():
        words = re.sub(r"^(\.venv/bin/)?stepwell ", "", line)
        if words != line:
            said = [
                w
                for w in re.sub(r"--(json|local)\b|--profile \S+", "", words).split()
                if re.match(r"[a-z-]+$", w)
            ]
            if said:
                assert said[0] in known | groups, f"{page}: {line}"
                assert said[0] in known or " ".join(said[:2]) in known or len(said) == 1, f"{page}: {line}"


def test_documented_modules_can_be_run() -> None:
    for page, line in commands():
        if module := re.search(r"python3? -m ([\w.]+)", line):
            name = module[1]
            near = [ROOT, ROOT / "cli", ROOT / "layers/core/python"]
            path = name.replace(".", "/")
            ours = any((r / f"{path}.py").exists() or (r / path / "__main__.py").exists() for r in near)
            assert ours or name in {"pytest", "venv", "pip"}, f"{page}: {line}"


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text(page)):
            assert ((ROOT / page).parent / link).exists(), f"{page}: {link}"


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(Path(f).name[:4]) for f in committed() if f.startswith("docs/adr/0")]
    assert numbers == list(range(1, len(numbers) + 1))


# ---- tools ----------------------------------------------------------------------------------------------------


def test_targets_that_say_what_they_do_are_phony() -> None:
    makefile = text("Makefile")
    phony = set(" ".join(re.findall(r"^\.PHONY: (.*)", makefile, re.M)).split())
    assert set(re.findall(r"^([a-z][a-z-]*):.*##", makefile, re.M)) <= phony


def test_ci_runs_what_people_run() -> None:
    assert re.search(r"^make test$", text(".ci/run"), re.M)


def test_the_lambda_layer_is_locked_to_the_versions_we_test() -> None:
    def pins(path: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text(path), re.M))

    tested, deployed = pins("requirements-dev.txt"), pins("layers/deps/requirements.txt")
    assert deployed
    assert {name: tested.get(name) for name in deployed} == deployed


def test_tool_versions_are_locked() -> None:
    lock = json.loads(text("package-lock.json"))
    wanted = json.loads(text("package.json"))
    assert lock["packages"][""].get("devDependencies", {}) == wanted.get("devDependencies", {})


def _reads_environment(path: str) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"})
        or (isinstance(node, ast.ImportFrom) and node.module == "os")
        for node in ast.walk(ast.parse(text(path)))
    )
