"""Pictures as `stepwell.adapters.pillow_images` makes them fit for mail."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from stepwell.adapters.pillow_images import PillowImages
from stepwell.content.images import MAX_UPLOAD, MAX_WIDTH, read_path, sniffed
from stepwell.errors import InvalidInput, LimitExceeded

IMAGES = PillowImages()


def made(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 20), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 0).save(out, kind, **more)
    return out.getvalue()


def test_photos_lose_what_the_camera_wrote_and_stand_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of Ann"
    data = made("JPEG", exif=exif)
    assert b"Camera of Ann" in data
    found = IMAGES.optimised(data)
    assert (found.kind, found.width, found.height) == ("jpg", 20, 40)
    assert b"Camera of Ann" not in found.data
    assert not Image.open(io.BytesIO(found.data)).getexif()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (made("PNG"), "png"),
        (made("PNG", "RGBA"), "png"),
        (made("PNG", "P"), "png"),
        (made("PNG", "LA"), "png"),
        (made("GIF", "P"), "png"),
        (made("WEBP"), "jpg"),
        (made("WEBP", "RGBA"), "png"),
        (made("JPEG", "L"), "jpg"),
        (made("JPEG", "CMYK"), "jpg"),
    ],
)
def test_every_kind_becomes_one_that_mail_clients_show(data: bytes, kind: str) -> None:
    found = IMAGES.optimised(data)
    assert found.kind == kind
    with Image.open(io.BytesIO(found.data)) as again:
        assert again.size == (found.width, found.height) == (40, 20)


def test_wide_pictures_become_narrow_and_transparency_stays() -> None:
    found = IMAGES.optimised(made("PNG", "RGBA", (3_200, 100)))
    assert (found.width, found.height) == (MAX_WIDTH, 50)
    assert Image.open(io.BytesIO(found.data)).mode == "RGBA"


def test_animations_stay_animations() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), (n * 90, 0, 0)) for n in range(3)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    found = IMAGES.optimised(out.getvalue())
    assert (found.kind, found.data) == ("gif", out.getvalue())
    with pytest.raises(LimitExceeded):
        IMAGES.optimised(out.getvalue() + bytes(2 * 1024 * 1024))


def bomb(width: int, height: int) -> bytes:
    """A PNG that says that it is huge and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = b""
    for name, body in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1_000))), (b"IEND", b"")):
        chunks += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize("size", [(60_000, 60_000), (2_000_000, 10_000), (5_000, 5_000)])
def test_bombs_are_not_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises((LimitExceeded, InvalidInput)):
        IMAGES.optimised(bomb(*size))


@given(st.binary(max_size=200), st.sampled_from([made("PNG"), made("JPEG"), made("GIF", "P"), made("WEBP")]))
def test_broken_pictures_are_told_as_such(noise: bytes, data: bytes) -> None:
    for broken in (data[: len(data) // 2] + noise, data[:12] + noise, noise):
        try:
            IMAGES.optimised(broken)
        except (InvalidInput, LimitExceeded):
            continue


def test_sizes_and_addresses() -> None:
    with pytest.raises(LimitExceeded):
        sniffed(bytes(MAX_UPLOAD + 1))
    name = IMAGES.optimised(made("PNG")).name
    assert read_path(f"/images/acme/{name}") == ("acme", name)
    for path in (
        "/images/acme/x.png",
        f"/images/{name}",
        f"/images/acme/{name}.svg",
        f"/images/a/b/{name}",
        "/images/",
    ):
        assert read_path(path) is None
