from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.link_marks import marked

from local.tracking import rewrite

SHOP = "https://shop.example/a?utm_source=news&amp;id=1"


def test_each_link_says_which_one_it_is_and_keeps_its_campaign() -> None:
    html = (
        f'<p><a class="x" href="{SHOP}">A</a> <a href="mailto:a@b.c">M</a> '
        f"<a data-link='Big button' href='https://shop.example/b'>B</a> <a href=\"{SHOP}\">A</a></p>"
    )
    sent, links = rewrite(marked(html), "https://t.example/m", opens=False, clicks=True)
    assert "ses:tags" not in sent
    assert [link.tags["position"] for link in links] == [["1"], ["2"], ["3"]]
    assert links[1].tags["link"] == ["Big_button"]
    assert links[0].tags["link"] == links[2].tags["link"]
    assert links[0].url == "https://shop.example/a?utm_source=news&id=1"


def test_links_with_tags_of_their_own_or_untracked_stay() -> None:
    html = '<a ses:no-track href="https://a.example">A</a><a ses:tags="x:y;" href="https://a.example">B</a>'
    assert marked(html) == html
    assert marked("") == ""
    assert marked("<article href='https://x'>") == "<article href='https://x'>"


@given(st.text(alphabet="<a href=\"https://x>' =", max_size=80))
def test_nothing_but_marks_is_added(html: str) -> None:
    import re

    assert re.sub(r' ses:tags="link:[\w-]+;position:\d+;"', "", marked(html)) in (
        html,
        html.replace("<A", "<a"),
    )
