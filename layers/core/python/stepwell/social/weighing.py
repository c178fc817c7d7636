"""How long a text is as each network counts it.

X weighs: `config/v3.json` of twitter-text (github.com/twitter/twitter-text, read 2026-11-23): 280, a code point of
Latin, Greek, Cyrillic, Arabic and some punctuation is 1, any other 2, an emoji sequence 2 however it is made, an
address 23 as `t.co` makes it. The text is counted in NFC. The others count UTF-16 units as their clients do (Graph,
LinkedIn), which is never less than what they refuse by.
"""

from __future__ import annotations

import re
import unicodedata

T_CO = 23
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_PICTURE = (
    "\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
)
_TONE = "[\U0001f3fb-\U0001f3ff]"
_ONE = f"(?:[{_PICTURE}]\ufe0f?{_TONE}?|[\u00a9\u00ae]\ufe0f)"
EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    "|\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f"
    f"|{_ONE}(?:\u200d{_ONE})*"
)
# Hosts without a scheme become links as well; of endings the usual ones, for a list of all would age.
_ENDINGS = (
    "com|org|net|edu|gov|info|biz|io|co|app|dev|shop|store|blog|ai|me|tv|"
    "eu|de|uk|us|fr|es|it|nl|ch|at|ca|au|jp|in|br"
)
LINK = re.compile(
    r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]']"
    rf"|(?<![@\w./-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_ENDINGS})(?![\w.-]*\w)(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]'])?",
    re.IGNORECASE,
)
HASHTAG = re.compile(r"(?<![\w&/])[#＃](\w*[^\W\d_]\w*)")
MENTION = re.compile(r"(?<![\w/])[@＠](\w(?:[\w.-]*\w)?)")


def weighted(text: str) -> int:
    """Return a text's length on X."""
    plain = unicodedata.normalize("NFC", text)
    links = len(LINK.findall(plain))
    plain = LINK.sub("", plain)
    pictures = len(EMOJI.findall(plain))
    plain = EMOJI.sub("", plain)
    return links * T_CO + pictures * 2 + sum(_weight(ord(letter)) for letter in plain)


def units(text: str) -> int:
    """Return a text's length in UTF-16 units."""
    return len(text) + sum(1 for letter in text if ord(letter) > 0xFFFF)


def hashtags(text: str) -> list[str]:
    """Return a text's hashtags, without the sign, each as often as it stands there."""
    return [str(found) for found in HASHTAG.findall(LINK.sub(" ", text))]


def mentions(text: str) -> list[str]:
    """Return the handles that a text names, without the sign."""
    return [str(found) for found in MENTION.findall(LINK.sub(" ", text))]


def _weight(point: int) -> int:
    return 1 if any(first <= point <= last for first, last in _LIGHT) else 2
