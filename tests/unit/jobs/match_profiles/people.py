"""Made-up people, some with two profiles that differ by what usually goes wrong."""

from __future__ import annotations

import random
from typing import Any

GIVEN = [
    *("anna", "ben", "clara", "david", "eva", "felix", "greta", "hugo", "ida", "jonas"),
    *("klara", "leo", "mia", "noah", "olga", "paul", "rosa", "simon", "tessa", "uwe"),
]
SURNAMES = [
    *("abel", "becker", "conrad", "dietrich", "engel", "fischer", "graf", "huber", "iversen", "jansen"),
    *("keller", "lorenz", "maurer", "neumann", "olsen", "peters", "quast", "richter", "sommer", "thiel"),
    *("ullmann", "vogel", "winter", "zander", "arnold", "busch"),
]
CITIES = ("berlin", "hamburg", "munich", "cologne", "leipzig", "dresden", "bremen", "essen")


def typed_badly(word: str, draw: random.Random) -> str:
    at = draw.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def person(number: int, draw: random.Random) -> dict[str, Any]:
    given, surname = draw.choice(GIVEN), draw.choice(SURNAMES)
    return {
        "profile": f"p{number:04}a",
        "given_name": given.capitalize(),
        "surname": surname.capitalize(),
        "date_of_birth": f"{draw.randint(1940, 2005)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
        "city": draw.choice(CITIES),
        "postcode": f"{draw.randint(10000, 99999)}",
        "email": f"{given}.{surname}{number}@mail.example",
        "phone": f"+49 30 {draw.randint(1000000, 9999999)}",
        "ip_address": f"203.0.{draw.randint(0, 60)}.{draw.randint(1, 254)}",
        "device_fingerprint": f"{draw.getrandbits(64):x}",
        "behavior_patterns": [draw.random() for _ in range(6)],
        "customer_id": None,
        "verified_email": None,
    }


def again(first: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    other = {**first, "profile": first["profile"][:-1] + "b"}
    for field in draw.sample(("given_name", "surname", "city", "email"), 2):
        other[field] = typed_badly(str(other[field]), draw)
    for field in draw.sample(("date_of_birth", "postcode", "phone", "device_fingerprint", "ip_address"), 2):
        other[field] = None
    other["behavior_patterns"] = [x + draw.uniform(-0.05, 0.05) for x in first["behavior_patterns"]]
    return other


def people(singles: int = 250, doubles: int = 120, seed: int = 5) -> list[dict[str, Any]]:
    """Profiles ``p0000a`` …; a person with two has ``…a`` and ``…b``."""
    draw = random.Random(seed)
    rows = [person(n, draw) for n in range(singles + doubles)]
    rows += [again(row, draw) for row in rows[:doubles]]
    draw.shuffle(rows)
    return rows
