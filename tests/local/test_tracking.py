from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from local.tracking import MAX_LINKS, Link, rewrite, rewrite_mime

BASE = "http://localhost:1/_stepwell/t/m1"


def test_links_are_numbered_and_kept_with_their_tags() -> None:
    html = (
        '<p><a class="b" href="https://shop.example/a?x=1&amp;y=2" ses:tags="place:top;kind:cta;">A</a>'
        "<A HREF='http://shop.example/b'>B</A></p>"
    )
    rewritten, links = rewrite(html, BASE, opens=False, clicks=True)
    assert rewritten == (f'<p><a class="b" href="{BASE}/0">A</a><A href="{BASE}/1">B</A></p>')
    assert links == [
        Link("https://shop.example/a?x=1&y=2", {"place": ["top"], "kind": ["cta"]}, True),
        Link("http://shop.example/b", {}, True),
    ]


def test_no_track_keeps_the_link_and_goes_from_the_mail() -> None:
    rewritten, links = rewrite(
        '<a ses:no-track href="https://x.example/u/1">u</a>', BASE, opens=False, clicks=True
    )
    assert rewritten == '<a href="https://x.example/u/1">u</a>'
    assert links == [Link("https://x.example/u/1", {}, False)]


def test_what_is_no_web_link_stays() -> None:
    html = '<!-- <a href="https://c.example">c</a> --><a href="mailto:a@b.c">m</a><a name="x">n</a><abbr href="https://no">z</abbr>'
    assert rewrite(html, BASE, opens=False, clicks=True) == (html, [])


def test_a_greater_sign_inside_an_attribute_ends_no_tag() -> None:
    rewritten, _ = rewrite('<a title="a > b" href="https://x.example">u</a>', BASE, opens=False, clicks=True)
    assert rewritten == f'<a title="a > b" href="{BASE}/0">u</a>'


def test_only_so_many_links_are_rewritten() -> None:
    html = '<a href="https://x.example">u</a>' * (MAX_LINKS + 1)
    _, links = rewrite(html, BASE, opens=False, clicks=True)
    assert [link.tracked for link in links[-2:]] == [True, False]


def test_the_pixel_ends_the_body_or_takes_its_place() -> None:
    rewritten, _ = rewrite("<html><body>Hi</body></html>", BASE, opens=True, clicks=False)
    assert rewritten.endswith('style="display:none"></body></html>')
    placed, _ = rewrite("<p>{{ses:openTracker}}</p>Hi", BASE, opens=True, clicks=False)
    assert placed.startswith(f'<p><img alt="" src="{BASE}/open.gif"')
    assert placed.endswith("</p>Hi")


def test_mime_keeps_headers_and_other_parts() -> None:
    mime = EmailMessage()
    mime["Subject"], mime["List-Unsubscribe"] = "Grüße", "<https://shop.example/u/1>"
    mime.set_content("see https://shop.example")
    mime.add_alternative('<a href="https://shop.example">ü</a>', subtype="html")
    mime.add_attachment(b"\0\1", maintype="application", subtype="pdf", filename="a.pdf")
    raw, links = rewrite_mime(mime.as_bytes(), BASE, opens=True, clicks=True)
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Subject"] == "Grüße"
    assert read["List-Unsubscribe"] == "<https://shop.example/u/1>"
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == "see https://shop.example"
    assert html.get_content().startswith(f'<a href="{BASE}/0">ü</a>')
    assert "open.gif" in html.get_content()
    assert [a.get_content() for a in read.iter_attachments()] == [b"\0\1"]
    assert [link.url for link in links] == ["https://shop.example"]


def test_mime_without_html_or_without_tracking_stays_to_the_byte() -> None:
    mime = EmailMessage()
    mime.set_content("plain https://shop.example")
    assert rewrite_mime(mime.as_bytes(), BASE, opens=True, clicks=True) == (mime.as_bytes(), [])
    mime.add_alternative('<a href="https://shop.example">x</a>', subtype="html")
    raw, links = rewrite_mime(mime.as_bytes(), BASE, opens=False, clicks=False)
    assert raw == mime.as_bytes()
    assert [link.tracked for link in links] == [False]
