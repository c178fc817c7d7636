"""Suggests hashtags by what the account's own posts showed, and tells how much each is worth.

What a post got is compared with what is usual for the account at that time, on a logarithmic scale (engagement is
multiplied by luck, not added to it). A tag's effect is what remains beside the post's other tags: ridge regression,
solved tag by tag until nothing moves. How strongly effects are drawn towards nothing is not guessed: it is the ratio
of the noise between posts to the spread between tags, both taken from the data (empirical Bayes, method of moments;
Efron and Morris 1975, "Data analysis using Stein's estimator and its generalizations"). So a tag that went with one
lucky post does not beat one that did well thirty times, and where tags make no difference all lifts are near one.

Which tags fit a text: those that stood on posts with its words (log ratio of how often word and tag go together to
how often chance would have them so, half a post added), and the words that are tags themselves.

Left out: what the workspace bars, tags that beg for likes and followers, and what
stood on most of the latest posts (the same list on each post is what spam looks like).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log, log1p, sqrt

from stepwell.contracts.social import Platform

LIMITS: Mapping[Platform, int] = {
    Platform.TWITTER: 2,
    Platform.FACEBOOK: 3,
    Platform.LINKEDIN: 5,
    Platform.INSTAGRAM: 5,
}
"""How many are suggested at most: X's help names two as best practice, Instagram's advice to creators three to five;
the others are usual numbers. What a network refuses is another matter, see `stepwell.social.limits`."""
_BEGGING = (
    "f4f l4l s4s like4like likeforlike likes4likes follow4follow followforfollow followme followback instafollow "
    "likeback tagsforlikes tagforlikes spam4spam teamfollowback follow4followback likesforlike gainfollowers"
)
BEGGING = frozenset(_BEGGING.split())
OVERUSED_OF, OVERUSED_SHARE = 10, 0.7
PRIOR_DAYS = 90
LEAST_POSTS = 5
_TAG = re.compile(r"(?<![\w&/])#(\w*[^\W\d_]\w*)")
_WORD = re.compile(r"[^\W\d_]{4,}")
_ROUNDS = 200
_ENOUGH = 1e-6
_MOST_RATIO = 1e3


@dataclass(frozen=True, slots=True)
class Shown:
    """A post and what it got.

    Attributes:
        text: Its text.
        at: When it was posted.
        engagement: Likes, comments, shares, saves and clicks together.
    """

    text: str
    at: datetime
    engagement: float


@dataclass(frozen=True, slots=True)
class Worth:
    """What a tag is worth.

    Attributes:
        tag: In lower case, without ``#``.
        posts: On how many posts it stood.
        lift: Times the usual engagement, drawn towards 1.
        low: Lower end of where it lies with a chance of 90 %.
        high: Upper end.
    """

    tag: str
    posts: int
    lift: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A tag for a text.

    Attributes:
        worth: What it is worth.
        fit: How well it fits: 0 (no word speaks for it) and up.
        words: Words of the text that speak for it.
    """

    worth: Worth
    fit: float
    words: tuple[str, ...]


def tags_of(text: str) -> tuple[str, ...]:
    """Return a text's hashtags in lower case, each once."""
    return tuple(dict.fromkeys(tag.lower() for tag in _TAG.findall(text)))


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text that may speak for a tag: those of four letters and more."""
    return frozenset(_WORD.findall(re.sub(r"https?://\S+", " ", text).lower()))


def worths(posts: Sequence[Shown]) -> dict[str, Worth]:
    """Return what each tag of an account's posts is worth; too few posts: nothing is known.

    Args:
        posts: The account's, in any order.
    """
    if len(posts) < LEAST_POSTS:
        return {}
    ordered = sorted(posts, key=lambda post: post.at)
    rows = [
        (frozenset(tags_of(post.text)), y) for post, y in zip(ordered, _against_usual(ordered), strict=True)
    ]
    counts = Counter(tag for tags, _ in rows for tag in tags)
    if not counts:
        return {}
    noise, ratio = _shrinkage(rows, counts)
    effects = _ridge(rows, counts, ratio)
    found = {}
    for tag, count in counts.items():
        effect = effects[tag]
        spread = 1.645 * sqrt(noise / (count + ratio))
        found[tag] = Worth(tag, count, exp(effect), exp(effect - spread), exp(effect + spread))
    return found


def suggest(
    text: str,
    posts: Sequence[Shown],
    platform: Platform,
    barred: Collection[str] = (),
) -> list[Suggestion]:
    """Return tags for a text, best first; those that it has already are left out.

    Args:
        text: What is to be posted.
        posts: The account's former posts.
        platform: Where it goes.
        barred: Tags that the workspace wants never.
    """
    known = worths(posts)
    has = set(tags_of(text))
    words = words_of(text) - has
    out = {tag.lower() for tag in barred} | BEGGING | overused(posts) | has
    found: list[tuple[float, Suggestion]] = []
    together = _together(posts)
    for tag, worth in known.items():
        if tag in out:
            continue
        speaks = {word: fit for word in words if (fit := together(word, tag)) > 0}
        if tag in words:
            speaks[tag] = max(speaks.get(tag, 0.0), 1.0)
        fit = sum(sorted(speaks.values(), reverse=True)[:3])
        if fit <= 0:
            # A good tag of another subject is a false promise to who follows it.
            continue
        names = tuple(sorted(speaks, key=lambda word: (-speaks[word], word))[:3])
        found.append((log(worth.lift) + log1p(fit), Suggestion(worth, fit, names)))
    found.sort(key=lambda pair: (-pair[0], pair[1].worth.tag))
    left = LIMITS[platform] - len(has)
    return [one for _, one in found[: max(0, left)]]


def overused(posts: Iterable[Shown]) -> set[str]:
    """Return tags that stood on most of the latest posts."""
    latest = sorted(posts, key=lambda post: post.at)[-OVERUSED_OF:]
    if len(latest) < OVERUSED_OF:
        return set()
    counts = Counter(tag for post in latest for tag in tags_of(post.text))
    return {tag for tag, count in counts.items() if count > OVERUSED_SHARE * OVERUSED_OF}


def predict(text: str, known: Mapping[str, Worth]) -> float:
    """Return how many times the usual a text's tags let expect."""
    return exp(sum(log(known[tag].lift) for tag in tags_of(text) if tag in known))


def _against_usual(ordered: Sequence[Shown]) -> list[float]:
    """Return the logarithm of what posts got, less that of what was usual around then."""
    logs = [log1p(max(0.0, post.engagement)) for post in ordered]
    window = timedelta(days=PRIOR_DAYS / 2)
    result, begin, end, total = [], 0, 0, 0.0
    for index, post in enumerate(ordered):
        while end < len(ordered) and ordered[end].at <= post.at + window:
            total += logs[end]
            end += 1
        while ordered[begin].at < post.at - window:
            total -= logs[begin]
            begin += 1
        result.append(logs[index] - total / (end - begin))
    return result


def _shrinkage(
    rows: Sequence[tuple[frozenset[str], float]], counts: Mapping[str, int]
) -> tuple[float, float]:
    """Return the noise between posts, and its ratio to the spread between tags."""
    mean = sum(y for _, y in rows) / len(rows)
    noise = sum((y - mean) ** 2 for _, y in rows) / max(1, len(rows) - 1)
    noise = max(noise, 1e-9)
    sums: dict[str, float] = defaultdict(float)
    for tags, y in rows:
        for tag in tags:
            sums[tag] += y
    often = [tag for tag in counts if counts[tag] >= 2]
    if len(often) < 2:
        return noise, 10.0
    # What the means of tags vary more than chance would have them: the spread between tags.
    weight = sum(counts[tag] for tag in often)
    excess = sum(counts[tag] * ((sums[tag] / counts[tag] - mean) ** 2 - noise / counts[tag]) for tag in often)
    between = excess / weight
    if between <= 0:
        return noise, _MOST_RATIO
    return noise, min(_MOST_RATIO, max(0.5, noise / between))


def _ridge(
    rows: Sequence[tuple[frozenset[str], float]], counts: Mapping[str, int], ratio: float
) -> dict[str, float]:
    """Return the effects that minimise squared error plus `ratio` times squared effects (Gauss-Seidel)."""
    effects = dict.fromkeys(counts, 0.0)
    places: dict[str, list[int]] = defaultdict(list)
    for index, (tags, _) in enumerate(rows):
        for tag in tags:
            places[tag].append(index)
    level = 0.0
    rest = [y for _, y in rows]
    for _ in range(_ROUNDS):
        step = sum(rest) / len(rest)
        level += step
        rest = [value - step for value in rest]
        moved = abs(step)
        for tag in sorted(counts):
            here = places[tag]
            new = (sum(rest[index] for index in here) + counts[tag] * effects[tag]) / (counts[tag] + ratio)
            change = new - effects[tag]
            if change:
                effects[tag] = new
                moved = max(moved, abs(change))
                for index in here:
                    rest[index] -= change
        if moved < _ENOUGH:
            break
    return effects


class _Together:
    def __init__(self, posts: Sequence[Shown]) -> None:
        self._n = len(posts)
        self._words: Counter[str] = Counter()
        self._tags: Counter[str] = Counter()
        self._both: Counter[tuple[str, str]] = Counter()
        for post in posts:
            tags = tags_of(post.text)
            words = words_of(_TAG.sub(" ", post.text))
            self._words.update(words)
            self._tags.update(tags)
            self._both.update((word, tag) for word in words for tag in tags)

    def __call__(self, word: str, tag: str) -> float:
        both = self._both[word, tag]
        if not both:
            return 0.0
        chance = self._words[word] * self._tags[tag] / self._n
        # Half a post on both sides: one post on which they met by chance says next to nothing.
        return max(0.0, log((both + 0.5) / (chance + 0.5)))


def _together(posts: Sequence[Shown]) -> _Together:
    return _Together(posts)
