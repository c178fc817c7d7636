"""Hashtag suggestions, judged in time order on drawn posts: what is learnt of the past must hold for what comes."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from math import exp, log, log1p

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.contracts.social import Platform
from stepwell.social.hashtags import (
    BEGGING,
    LIMITS,
    Shown,
    overused,
    predict,
    suggest,
    tags_of,
    words_of,
    worths,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
SUBJECTS = {
    "coats": ["winter", "wool", "warm", "snow", "layers"],
    "shoes": ["running", "trail", "sole", "laces", "miles"],
    "tents": ["camping", "outdoor", "night", "stove", "peaks"],
}


def drawn(
    seed: int, posts: int, spread: float = 0.5, noise: float = 0.8
) -> tuple[list[Shown], dict[str, float]]:
    """Draw an account's posts: each tag has an effect, posts of a subject have its words and some of its tags."""
    dice = random.Random(seed)
    effects = {tag: dice.gauss(0, spread) for tags in SUBJECTS.values() for tag in tags}
    weight = {tag: dice.random() ** 3 + 0.05 for tag in effects}  # some tags are habits, others rare
    found = []
    for number in range(posts):
        subject = dice.choice(sorted(SUBJECTS))
        tags = [tag for tag in SUBJECTS[subject] if dice.random() < weight[tag]]
        trend = 3.5 + number / posts  # the account grows
        y = trend + sum(effects[tag] for tag in tags) + dice.gauss(0, noise)
        text = f"New {subject} in the shop today {' '.join('#' + tag for tag in tags)}"
        found.append(Shown(text, START + timedelta(days=number), max(0.0, exp(y) - 1)))
    return found, effects


def test_predictions_of_the_past_hold_for_what_comes():
    """In time order, a post at a time: better than the usual alone, and than plain averages by tag."""
    errors: dict[str, float] = defaultdict(float)
    for seed in range(6):
        posts, _ = drawn(seed, 140)
        for at in range(40, 140, 4):
            past, post = posts[:at], posts[at]
            usual = sum(log1p(one.engagement) for one in past[-45:]) / len(past[-45:])
            actual = log1p(post.engagement)
            known = worths(past)
            errors["rule"] += (usual + log(predict(post.text, known)) - actual) ** 2
            errors["usual"] += (usual - actual) ** 2
            errors["plain"] += (usual + plain(past, post.text) - actual) ** 2
    assert errors["rule"] < 0.9 * errors["usual"], dict(errors)
    assert errors["rule"] < errors["plain"], dict(errors)


def plain(past: list[Shown], text: str) -> float:
    """Return what plain averages by tag, one tag at a time, let expect."""
    mean = sum(log1p(one.engagement) for one in past) / len(past)
    total = 0.0
    for tag in tags_of(text):
        mine = [log1p(one.engagement) - mean for one in past if tag in tags_of(one.text)]
        total += sum(mine) / len(mine) if mine else 0.0
    return total


def test_what_is_suggested_is_better_than_habit():
    """In time order: the tags suggested for the next text have better true effects than the most used ones."""
    gained, habit, best = 0.0, 0.0, 0.0
    for seed in range(8):
        posts, effects = drawn(100 + seed, 120, noise=0.6)
        subject = sorted(SUBJECTS)[seed % 3]
        found = suggest(f"More {subject} tomorrow", posts[:-1], Platform.TWITTER)
        assert found
        assert {one.worth.tag for one in found} <= set(SUBJECTS[subject])
        n = len(found)
        gained += sum(effects[one.worth.tag] for one in found) / n
        used = sorted(SUBJECTS[subject], key=lambda tag: -sum(tag in tags_of(p.text) for p in posts))
        habit += sum(effects[tag] for tag in used[:n]) / n
        best += sum(sorted((effects[tag] for tag in SUBJECTS[subject]), reverse=True)[:n]) / n
    assert gained > habit
    assert gained > 0.5 * best


def test_where_tags_make_no_difference_all_lifts_are_near_one():
    for seed in range(5):
        posts, _ = drawn(seed, 150, spread=0.0)
        assert all(0.75 < one.lift < 1.33 for one in worths(posts).values())


def test_one_lucky_post_does_not_beat_thirty_good_ones():
    posts, _ = drawn(1, 80, spread=0.0, noise=0.4)
    good = [Shown(f"Good {n} #steady", START + timedelta(days=n, hours=1), 150.0) for n in range(0, 60, 2)]
    lucky = Shown("Lucky #comet", START + timedelta(days=40, hours=2), 400.0)
    found = worths([*posts, *good, lucky])
    assert found["steady"].lift > found["comet"].lift > 1
    assert found["steady"].low > 1.5 > found["comet"].low


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 10**6), posts=st.integers(0, 30), platform=st.sampled_from(list(Platform)))
def test_suggestions_keep_to_what_may_be_suggested(seed: int, posts: int, platform: Platform):
    known, _ = drawn(seed, posts)
    spam = [Shown("coats #f4f #coats", START + timedelta(days=n), 10.0**6) for n in range(3)]
    found = suggest("Coats for winter #wool", known + spam, platform, barred=["Winter"])
    tags = [one.worth.tag for one in found]
    assert len(tags) == len(set(tags)) <= LIMITS[platform] - 1
    assert not {"winter", "wool"} & set(tags)
    assert not BEGGING & set(tags)
    assert not overused(known + spam) & set(tags)
    assert all(one.worth.low <= one.worth.lift <= one.worth.high for one in found)
    assert all(one.fit > 0 and one.words for one in found)


def test_the_same_list_on_each_post_is_not_suggested_again():
    posts = [Shown(f"coats {n} #coats #brand", START + timedelta(days=n), 50.0) for n in range(10)]
    assert overused(posts) == {"coats", "brand"}
    assert suggest("Coats again", posts, Platform.INSTAGRAM) == []
    assert overused(posts[:9]) == set()


def test_too_few_posts_tell_nothing():
    assert worths([Shown("#a coats", START, 5.0)] * 4) == {}
    assert suggest("coats", [], Platform.TWITTER) == []


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("New #Winter coats #winter #wool!", ("winter", "wool")),
        ("Nr #1 and a#b and https://x.example/#top", ()),
        ("#größe #日本 #top10", ("größe", "日本", "top10")),
    ],
)
def test_tags_are_read_as_networks_read_them(text: str, tags: tuple[str, ...]):
    assert tags_of(text) == tags


def test_words_are_those_of_four_letters():
    assert words_of("New coats at https://shop.example/coats NOW") == frozenset({"coats"})
