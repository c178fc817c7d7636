"""How languages write months, days, amounts and plurals: the little of Unicode's CLDR (release 47) that messages need.

Compared with Babel 2.18, and with ICU 78 for the digits from which thousands are separated, which Babel leaves out. A
library with all of CLDR costs 30 MB and a part of each cold start. A language that is not listed is written as English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

_DATE_PART = re.compile(r"%-?.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Locale:
    """How a language writes.

    Attributes:
        months: Names as they stand in dates, January first.
        short_months: The same, abbreviated.
        days: Names, Monday first.
        short_days: The same, abbreviated.
        group: Between thousands.
        point: Before fractions.
        before: Whether a currency stands before its amount, and how a minus goes with it.
        least: Digits before the point from which thousands are separated.
    """

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]
    group: str = "."
    point: str = ","
    before: str = ""
    least: int = 4


def _locale(months: str, short_months: str, days: str, short_days: str, *numbers: object) -> Locale:
    names = (tuple(line.split()) for line in (months, short_months, days, short_days))
    return Locale(*names, *numbers)  # type: ignore[arg-type]  # as the rows below have them


# fmt: off
_DE = (
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag", "Mo. Di. Mi. Do. Fr. Sa. So.",
)
_AT = (_DE[0].replace("Januar", "Jänner"), _DE[1].replace("Jan.", "Jän.").replace("Sept.", "Sep."), *_DE[2:])
_PT = (
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
    "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "seg. ter. qua. qui. sex. sáb. dom.",
)
_LOCALES: Mapping[str, Locale] = {
    "de": _locale(*_DE),
    "de-at": _locale(*_AT, ".", ",", "-¤\u00a0"),
    "de-ch": _locale(*_DE, "’", ".", "¤-"),
    "es": _locale(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sept oct nov dic",
        "lunes martes miércoles jueves viernes sábado domingo", "lun mar mié jue vie sáb dom",
        ".", ",", "", 5,
    ),
    "fr": _locale(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        "lundi mardi mercredi jeudi vendredi samedi dimanche", "lun. mar. mer. jeu. ven. sam. dim.",
        "\u202f",
    ),
    "it": _locale(
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "gen feb mar apr mag giu lug ago set ott nov dic",
        "lunedì martedì mercoledì giovedì venerdì sabato domenica", "lun mar mer gio ven sab dom",
        ".", ",", "", 5,
    ),
    "nl": _locale(
        "januari februari maart april mei juni juli augustus september oktober november december",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag", "ma di wo do vr za zo",
        ".", ",", "¤\u00a0-",
    ),
    "pl": _locale(
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        "sty lut mar kwi maj cze lip sie wrz paź lis gru",
        "poniedziałek wtorek środa czwartek piątek sobota niedziela", "pon. wt. śr. czw. pt. sob. niedz.",
        "\u00a0", ",", "", 5,
    ),
    "pt": _locale(*_PT, ".", ",", "-¤\u00a0"),
    "pt-pt": _locale(*_PT[:3], _PT[2].replace("-feira", ""), "\u00a0", ",", "", 5),
}
# fmt: on


def _of(language: str) -> Locale | None:
    tag = language.lower()
    return _LOCALES.get(tag) or _LOCALES.get(tag.partition("-")[0])


def dated(at: datetime, form: str, language: str) -> str:
    """Write a date in a language.

    Args:
        at: The date.
        form: ``%`` letters of `strftime`.
        language: BCP 47 tag.
    """
    locale = _of(language)
    if locale is None:
        return at.strftime(form)
    names = {
        "A": locale.days[at.weekday()],
        "a": locale.short_days[at.weekday()],
        "B": locale.months[at.month - 1],
        "b": locale.short_months[at.month - 1],
    }
    return at.strftime(_DATE_PART.sub(lambda part: names.get(part[0][-1], part[0]), form))


def amount(number: float, currency: str, places: int, language: str, *, plain: bool) -> str:
    """Write an amount of money in a language, ``1.234,50 €``.

    Args:
        number: The amount.
        currency: Its sign or code.
        places: Digits after the point.
        language: BCP 47 tag.
        plain: With plain spaces and apostrophes alone: others make a text message twice as long.
    """
    sign, written = "-" if number < 0 else "", f"{abs(number):,.{places}f}"
    locale = _of(language)
    if locale is None:
        return f"{sign}{currency}{written}"
    whole, _, fraction = written.partition(".")
    grouped = len(whole.replace(",", "")) >= locale.least
    written = whole.replace(",", locale.group if grouped else "") + (
        locale.point + fraction if fraction else ""
    )
    name = currency.strip()
    if name and locale.before:
        before = locale.before if sign else "¤\u00a0"
        written = before.replace("¤", name) + written
    elif name:
        written = f"{sign}{written}\u00a0{name}"
    else:
        written = sign + written
    return written.translate(_PLAIN) if plain else written


_PLAIN = {0x00A0: " ", 0x202F: " ", 0x2019: "'"}


def _two(n: float) -> int:
    return 0 if n == 1 else 1


def _french(n: float) -> int:
    return 0 if 0 <= n < 2 else 1


def _slavic(n: float) -> int:
    if n % 1:
        return 2
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2


def _polish(n: float) -> int:
    return 0 if n == 1 else max(_slavic(n), 1) if n % 10 != 1 else 2


def _czech(n: float) -> int:
    return 0 if n == 1 else 1 if n in (2, 3, 4) else 2


def _romanian(n: float) -> int:
    return 0 if n == 1 else 1 if n % 1 or n == 0 or 1 <= n % 100 <= 19 else 2


def _arabic(n: float) -> int:
    if n in (0, 1, 2):
        return int(n)
    if n % 1:
        return 5
    return 3 if 3 <= n % 100 <= 10 else 4 if n % 100 >= 11 else 5


def _hindi(n: float) -> int:
    return 0 if n <= 1 else 1


def _icelandic(n: float) -> int:
    return 0 if n % 10 == 1 and n % 100 != 11 else 1


def _filipino(n: float) -> int:
    return 1 if n % 10 in (4, 6, 9) else 0


def _hebrew(n: float) -> int:
    return 0 if n == 1 else 1 if n == 2 else 2


def _lithuanian(n: float) -> int:
    if n % 1 or 11 <= n % 100 <= 19 or n % 10 == 0:
        return 2
    return 0 if n % 10 == 1 else 1


def _latvian(n: float) -> int:
    if n % 10 == 0 or 11 <= n % 100 <= 19:
        return 0
    return 1 if n % 10 == 1 else 2


def _slovenian(n: float) -> int:
    return 2 if n % 1 else {1: 0, 2: 1, 3: 2, 4: 2}.get(int(n) % 100, 3)


def _welsh(n: float) -> int:
    return 5 if n % 1 else {0: 0, 1: 1, 2: 2, 3: 3, 6: 4}.get(int(n), 5)


def _irish(n: float) -> int:
    if n % 1:
        return 4
    return 0 if n == 1 else 1 if n == 2 else 2 if 3 <= n <= 6 else 3 if 7 <= n <= 10 else 4


def _maltese(n: float) -> int:
    if n in (1, 2):
        return int(n) - 1
    if n % 1:
        return 4
    return 2 if n == 0 or 3 <= n % 100 <= 10 else 3 if 11 <= n % 100 <= 19 else 4


def _one(n: float) -> int:
    del n
    return 0


_PLURALS: Mapping[str, Callable[[float], int]] = {
    **dict.fromkeys(("fr", "hy", "pt"), _french),
    **dict.fromkeys(("am", "bn", "fa", "gu", "hi", "kn", "pa", "si", "zu"), _hindi),
    **dict.fromkeys(("is", "mk"), _icelandic),
    **dict.fromkeys(("fil", "tl"), _filipino),
    **dict.fromkeys(("be", "bs", "hr", "ru", "sr", "uk"), _slavic),
    **dict.fromkeys(("cs", "sk"), _czech),
    **dict.fromkeys(("id", "ja", "km", "ko", "lo", "ms", "my", "th", "vi", "zh"), _one),
    "ar": _arabic,
    "cy": _welsh,
    "ga": _irish,
    "he": _hebrew,
    "lt": _lithuanian,
    "lv": _latvian,
    "mt": _maltese,
    "pl": _polish,
    "pt-pt": _two,
    "ro": _romanian,
    "sl": _slovenian,
}


def form_of(number: float, language: str) -> int:
    """Return which of a language's plural forms goes with a number, in CLDR's order (one, few, many, other)."""
    tag = language.lower()
    rule = _PLURALS.get(tag) or _PLURALS.get(tag.partition("-")[0]) or _two
    return rule(abs(number))
