"""`stepwell.content.images.Optimiser` on Pillow (MIT-CMU), which lies in a layer of the API alone."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from stepwell.content.images import MAX_ANIMATION, MAX_PIXELS, MAX_WIDTH, Picture, sniffed
from stepwell.errors import InvalidInput, LimitExceeded

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
# Below 80 text in pictures frays; above 85 bytes grow and nobody sees more.
_QUALITY = 82


class PillowImages:
    """Re-encodes pictures: smaller, turned upright, without EXIF (places, cameras, names) and without WebP."""

    def optimised(self, data: bytes) -> Picture:
        """See `stepwell.content.images.Optimiser`."""
        kind = sniffed(data)
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                # Before a pixel is unpacked: the header says how many there are.
                if opened.width * opened.height > MAX_PIXELS:
                    raise LimitExceeded(f"A picture may have {MAX_PIXELS:,} pixels.", code="image_too_big")
                if getattr(opened, "is_animated", False) and kind == "gif":
                    return _animation(data, opened)
                opened.load()
                picture = ImageOps.exif_transpose(opened)
        except (
            UnidentifiedImageError,
            Image.DecompressionBombError,
            OSError,
            SyntaxError,
            ValueError,
        ) as error:
            raise InvalidInput("This picture cannot be read.", code="not_an_image") from error
        if picture.width > MAX_WIDTH:
            picture = picture.convert("RGBA" if _transparent(picture) else "RGB")
            height = max(1, round(picture.height * MAX_WIDTH / picture.width))
            picture = picture.resize((MAX_WIDTH, height), Image.Resampling.LANCZOS)
        return _encoded(picture, photo=kind in ("jpg", "webp"))


def _animation(data: bytes, opened: Image.Image) -> Picture:
    if len(data) > MAX_ANIMATION:
        raise LimitExceeded(f"An animation may have {MAX_ANIMATION // 1024} KB.", code="image_too_big")
    return Picture(data, "gif", opened.width, opened.height)


def _transparent(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def _encoded(picture: Image.Image, *, photo: bool) -> Picture:
    transparent, out = _transparent(picture), io.BytesIO()
    if photo and not transparent:
        picture.convert("RGB").save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
        return Picture(out.getvalue(), "jpg", picture.width, picture.height)
    if picture.mode not in ("L", "P", "1") or transparent:
        picture = picture.convert("RGBA" if transparent else "RGB")
    # A new picture has none of the chunks that the old one came with.
    bare = Image.new(picture.mode, picture.size)
    if picture.mode == "P":
        bare.putpalette(picture.getpalette() or [])
    bare.paste(picture)
    bare.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), "png", picture.width, picture.height)
