"""A basic sentiment of an answer: words with a weight, negation and strength before them.

English, German, French, Spanish; other languages, irony and what depends on the subject are beyond it, and count as
neutral.

No library: the kept ones are English lexicons without a release since 2020, or need models of many megabytes. The
form of the score (sum / sqrt(sum² + 15), so that it lies between -1 and 1, and ±0.05 as the bounds of neutral) is
VADER's (Hutto and Gilbert, 2014, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text").
"""

# ruff: noqa: E501 - lists of words
from __future__ import annotations

import re
from math import sqrt
from typing import Literal, NamedTuple

Label = Literal["positive", "neutral", "negative"]
_NORMAL = 15.0
_BOUND = 0.05
_NEGATED = -0.74
_STRONGER = 1.3
_REACH = 3
_WORD = re.compile(
    r"[a-zàâäáãçéèêëíìîïñóòôöõúùûüßœæ'’]+|[!?]+|[.,;]|:\)|:-\)|:\(|:-\(|[👍👎❤😀😃😄😊🙂😡😠😞🙁☹]"
)


class Sentiment(NamedTuple):
    """What an answer sounds like.

    Attributes:
        label: In a word.
        score: -1 (bad) to 1 (good).
        language: The language most of the weighed words belong to: en, de, fr, es; empty: none was weighed.
    """

    label: Label
    score: float
    language: str


_LEXICON: dict[str, dict[float, str]] = {
    "en": {
        3.0: "love loved excellent amazing awesome fantastic perfect wonderful brilliant outstanding delighted thrilled",
        2.0: "great good nice happy glad helpful thanks thank appreciate enjoy enjoyed excited interested recommend "
        "pleased impressed useful like liked works cool super yes keen perfectly welcome",
        1.0: "fine ok okay agreed sure interesting",
        -1.0: "late slow confusing confused expensive unclear sorry unfortunately concern concerned issue issues problem "
        "problems missing unsure difficult",
        -2.0: "bad wrong broken annoying annoyed disappointed disappointing poor fail failed fails failure useless angry "
        "unhappy complaint complain spam refund cancel cancelled waste hate frustrated frustrating upset ridiculous error "
        "never worse rude ignored",
        -3.0: "terrible awful horrible worst disgusting scam fraud unacceptable pathetic furious hated lawyer",
    },
    "de": {
        3.0: "liebe perfekt fantastisch wunderbar ausgezeichnet hervorragend großartig begeistert genial toll",
        2.0: "gut gute guten super danke dankeschön freue freuen gerne gern zufrieden hilfreich interessiert schön empfehlen "
        "nett klasse prima freundlich vielen",
        1.0: "interessant einverstanden passt",
        -1.0: "leider langsam teuer unklar verwirrend problem probleme schwierig fehlt spät",
        -2.0: "schlecht schlechte falsch kaputt enttäuscht ärgerlich verärgert nervt unzufrieden beschwerde stornieren kündigen "
        "fehler wertlos unnötig unfreundlich nutzlos",
        -3.0: "schrecklich furchtbar katastrophe katastrophal unverschämt betrug frechheit inakzeptabel anwalt entsetzlich",
    },
    "fr": {
        3.0: "adore parfait parfaite excellent excellente génial géniale fantastique formidable magnifique ravi ravie",
        2.0: "merci bien bon bonne content contente heureux heureuse utile super aime intéressé intéressée recommande bravo",
        1.0: "intéressant accord volontiers",
        -1.0: "lent cher malheureusement problème problèmes difficile désolé manque confus",
        -2.0: "mauvais mauvaise déçu déçue faux cassé cassée énervé plainte annuler rembourser remboursement inutile erreur fâché "
        "mécontent mécontente nul nulle pire",
        -3.0: "horrible terrible affreux arnaque inacceptable honteux scandaleux avocat catastrophe déteste",
    },
    "es": {
        3.0: "encanta perfecto perfecta excelente fantástico fantástica maravilloso increíble genial estupendo",
        2.0: "gracias bien bueno buena buenos contento contenta feliz útil interesado interesada recomiendo gusta gustó amable",
        1.0: "interesante acuerdo vale",
        -1.0: "lento caro desafortunadamente lamentablemente problema problemas difícil confuso falta tarde",
        -2.0: "mal malo mala decepcionado decepcionada roto rota enojado enfadado queja cancelar reembolso error peor molesto "
        "descontento equivocado",
        -3.0: "horrible terrible pésimo estafa fraude inaceptable vergüenza abogado odio desastre",
    },
}  # fmt: skip
_SIGNS = {":)": 1.5, ":-)": 1.5, ":(": -1.5, ":-(": -1.5, "👎": -2.0, **dict.fromkeys("👍❤😀😃😄😊🙂", 2.0), **dict.fromkeys("😡😠😞🙁☹", -2.0)}  # fmt: skip
_WEIGHTS: dict[str, dict[str, float]] = {
    language: {word: weight for weight, words in table.items() for word in words.split()}
    for language, table in _LEXICON.items()
}
_NOT = frozenset(
    ["not", "no", "never", "don't", "doesn't", "didn't", "isn't", "wasn't", "can't", "cannot", "won't", "couldn't", "nothing", "without", "hardly", "nicht", "kein", "keine", "keinen", "nie", "niemals", "ohne", "pas", "jamais", "sans", "aucun", "aucune", "ni", "nunca", "sin", "ningún", "ninguna"]
) - {"never"}  # fmt: skip
_ENDS = frozenset(".,;")
_VERY = frozenset(
    [
        "very",
        "really",
        "so",
        "extremely",
        "absolutely",
        "totally",
        "incredibly",
        "sehr",
        "wirklich",
        "total",
        "absolut",
        "äußerst",
        "très",
        "vraiment",
        "tellement",
        "absolument",
        "muy",
        "realmente",
        "tan",
        "totalmente",
    ]
)


def sentiment(text: str) -> Sentiment:
    """Weigh the words of an answer; the first 2,000 characters count."""
    words = [word.replace("’", "'") for word in _WORD.findall(text[:2_000].lower())]
    language = _language(words)
    if not language:
        signs = sum(_SIGNS.get(word, 0.0) for word in words)
        return _of(signs, "")
    weights = _WEIGHTS[language]
    total = sum(
        _SIGNS[word] if word in _SIGNS else _weighed(words, at, weights[word])
        for at, word in enumerate(words)
        if word in _SIGNS or word in weights
    )
    if total and "!" in "".join(words):
        total += 0.3 if total > 0 else -0.3
    return _of(total, language)


def _weighed(words: list[str], at: int, weight: float) -> float:
    before = words[max(0, at - _REACH) : at]
    # "Not good, very disappointed": what stands before a comma says nothing of what comes after.
    ends = [place for place, word in enumerate(before) if word in _ENDS]
    before = before[ends[-1] + 1 :] if ends else before
    # French and German also deny behind the verb ("je n'aime pas", "gefällt mir nicht"): the next word counts too.
    after = words[at + 1 : at + 2]
    if any(word in _VERY for word in before[-1:]):
        weight *= _STRONGER
    if any(word in _NOT for word in before) or any(word in ("pas", "nicht") for word in after):
        weight *= _NEGATED
    return weight


def _language(words: list[str]) -> str:
    found = {language: sum(word in weights for word in words) for language, weights in _WEIGHTS.items()}
    best = max(found, key=lambda language: found[language])
    return best if found[best] else ""


def _of(total: float, language: str) -> Sentiment:
    score = round(total / sqrt(total * total + _NORMAL), 4)
    label: Label = "positive" if score >= _BOUND else "negative" if score <= -_BOUND else "neutral"
    return Sentiment(label, score, language)
