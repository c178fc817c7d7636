"""The message templates that come with Stepwell: each compiles, passes its checks and reads well without data."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from stepwell.channels.sms.segments import segments
from stepwell.content.checks import check_template, preview
from stepwell.content.library import read_template
from stepwell.content.render import Renderer

ROOT = Path(__file__).parents[3] / "statemachines" / "templates"
FILES = sorted((ROOT / "messages").glob("*.yaml"))
RENDERER = Renderer()
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Balance(HTMLParser):
    """Finds tags that are not closed, or closed in the wrong order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


TEXTS = [file for file in FILES if file.stem.startswith("sms_")]
MAILS = [file for file in FILES if file not in TEXTS]


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_a_text_message_of_the_library(file: Path) -> None:
    template = read_template(file.read_text("utf-8"))
    assert (template.id, template.channel, template.html, template.layout) == (file.stem, "sms", "", "")
    assert template.name and template.description and template.variables
    assert check_template(RENDERER, template) == []
    full, bare = preview(RENDERER, template), preview(RENDERER, template, {})
    for made in (full, bare):
        assert made.html == ""
        assert made.text.startswith("Example Company: ")
        assert "None" not in made.text and "  " not in made.text
        assert not re.search(r" [,.!?]|\(\)", made.text), made.text
        # With the footer that marketing gets, two segments at most, and no character that makes it dear.
        found = segments(f"{made.text}\nReply STOP to opt out")
        assert (found.encoding, found.count <= 2) == ("GSM-7", True)
    assert full.missing == ()


@pytest.mark.parametrize("file", MAILS, ids=lambda file: file.stem)
def test_a_template_of_the_library(file: Path) -> None:
    template = read_template(file.read_text("utf-8"))
    assert template.id == file.stem
    assert template.name and template.description and template.variables
    assert check_template(RENDERER, template) == []
    full, bare = preview(RENDERER, template), preview(RENDERER, template, {})
    for made in (full, bare):
        balance = Balance()
        balance.feed(made.html)
        assert (balance.open, balance.faults) == ([], [])
        assert 5 <= len(made.subject) <= 78
        assert not re.search(r"\s[,.!?]|\(\)|\bNone\b|  |,\s*$", made.subject), made.subject
        assert "Hi ," not in made.text and "None" not in made.text
        assert 'href=""' not in made.html
        assert "prefers-color-scheme" in made.html
    assert full.missing == ()
    assert "Ada" in full.text or "Ada" in full.subject
    assert 'class="sw-button"' in full.html
    assert ("Unsubscribe" in full.html) is (template.purpose == "marketing")


def test_every_template_that_the_workflow_library_names_is_there() -> None:
    known = {file.stem for file in FILES}
    named = {
        "welcome_email", "educational_guide", "webinar_invitation", "email_confirmation", "getting_started_guide",
        "feature_tour", "quick_win_setup", "re_engagement", "teaser", "behind_scenes", "early_access",
        "post_launch_follow_up", "feedback_request", "newsletter",
    }  # fmt: skip
    for file in ROOT.glob("*.yaml"):
        for node in yaml.safe_load(file.read_text("utf-8")).get("nodes", ()):
            config = node.get("config") or {}
            named |= {config[key] for key in ("template_id", "content_type") if config.get(key)}
            named |= {*config.get("emails", ())}
            if node["type"] == "welcome_sequence":
                named |= {*config.get("steps", ())}
    assert named <= known, named - known
