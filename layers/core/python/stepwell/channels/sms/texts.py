"""What the platform answers to keywords, and the words that a marketing message ends with, by language.

Each names the sender, as the CTIA's Messaging Principles (5.1.2, 5.1.3) ask of confirmations: STOP is answered once
and says that nothing more will come; HELP says who sends and how to stop; an opt-in says what was agreed to.
"""

# ruff: noqa: E501 - a table is read by its rows
from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Kind = Literal["stopped", "help", "started", "confirm", "way_out", "way_out_link"]

TEXTS: Mapping[str, Mapping[Kind, str]] = {
    "en": {
        "stopped": "{sender}: You are unsubscribed and will get no more messages. Reply START to resubscribe.",
        "help": "{sender}: {contact}Msg&data rates may apply. Reply STOP to unsubscribe.",
        "started": "{sender}: You are subscribed. Msg frequency varies. Msg&data rates may apply. Reply HELP for help, STOP to unsubscribe.",
        "confirm": "{sender}: Reply YES to get marketing texts from us. Msg frequency varies. Msg&data rates may apply. Reply HELP for help, STOP to cancel.",
        "way_out": "Reply STOP to opt out",
        "way_out_link": "Opt out: {link}",
    },
    "de": {
        "stopped": "{sender}: Sie sind abgemeldet und erhalten keine Nachrichten mehr. START meldet Sie wieder an.",
        "help": "{sender}: {contact}STOP beendet die Nachrichten.",
        "started": "{sender}: Sie sind angemeldet. HILFE hilft, STOP beendet die Nachrichten.",
        "confirm": "{sender}: Antworten Sie JA, um Werbung per SMS von uns zu erhalten. STOP bricht ab.",
        "way_out": "Abmelden mit STOP",
        "way_out_link": "Abmelden: {link}",
    },
    "fr": {
        "stopped": "{sender}: Vous êtes désabonné et ne recevrez plus de messages. START pour vous réabonner.",
        "help": "{sender}: {contact}STOP pour ne plus recevoir de messages.",
        "started": "{sender}: Vous êtes abonné. AIDE pour de l'aide, STOP pour arrêter.",
        "confirm": "{sender}: Répondez OUI pour recevoir nos offres par SMS. STOP pour annuler.",
        "way_out": "STOP pour arrêter",
        "way_out_link": "Arrêter: {link}",
    },
    "es": {
        "stopped": "{sender}: Se ha dado de baja y no recibirá más mensajes. Responda START para volver.",
        "help": "{sender}: {contact}Responda STOP para darse de baja.",
        "started": "{sender}: Está suscrito. AYUDA para ayuda, STOP para darse de baja.",
        "confirm": "{sender}: Responda SI para recibir ofertas por SMS. STOP para cancelar.",
        "way_out": "STOP para baja",
        "way_out_link": "Baja: {link}",
    },
    "it": {
        "stopped": "{sender}: La tua iscrizione è annullata, non riceverai altri messaggi. START per tornare.",
        "help": "{sender}: {contact}Rispondi STOP per non ricevere più messaggi.",
        "started": "{sender}: Sei iscritto. AIUTO per assistenza, STOP per uscire.",
        "confirm": "{sender}: Rispondi SI per ricevere offerte via SMS. STOP per annullare.",
        "way_out": "STOP per uscire",
        "way_out_link": "Esci: {link}",
    },
    "pt": {
        "stopped": "{sender}: A sua subscrição terminou e não receberá mais mensagens. START para voltar.",
        "help": "{sender}: {contact}Responda STOP para cancelar.",
        "started": "{sender}: Está subscrito. AJUDA para ajuda, STOP para cancelar.",
        "confirm": "{sender}: Responda SIM para receber ofertas por SMS. STOP para cancelar.",
        "way_out": "STOP para sair",
        "way_out_link": "Sair: {link}",
    },
    "nl": {
        "stopped": "{sender}: U bent afgemeld en krijgt geen berichten meer. START om weer aan te melden.",
        "help": "{sender}: {contact}Antwoord STOP om af te melden.",
        "started": "{sender}: U bent aangemeld. HULP voor hulp, STOP om af te melden.",
        "confirm": "{sender}: Antwoord JA voor aanbiedingen per sms. STOP om te annuleren.",
        "way_out": "STOP om af te melden",
        "way_out_link": "Afmelden: {link}",
    },
}  # fmt: skip
"""By language and kind; a workspace may give its own."""
STOPPED: Mapping[str, str] = {
    "sv": "{sender}: Du är avregistrerad och får inga fler meddelanden. Svara START för att börja igen.",
    "da": "{sender}: Du er afmeldt og får ikke flere beskeder. Svar START for at tilmelde dig igen.",
    "no": "{sender}: Du er avmeldt og får ikke flere meldinger. Svar START for å melde deg på igjen.",
    "fi": "{sender}: Tilauksesi on peruttu, etkä saa enää viestejä. Vastaa START, jos haluat tilata uudelleen.",
    "pl": "{sender}: Subskrypcja anulowana, to ostatni SMS od nas. Ponowny zapis: START",
    "cs": "{sender}: Odběr zrušen, další SMS nepřijdou. START jej obnoví.",
    "ro": "{sender}: V-ați dezabonat și nu veți mai primi SMS. Reabonare: START",
    "hu": "{sender}: Leiratkozott, több SMS nem érkezik. Visszatérés: START",
    "tr": "{sender}: Listeden çıktınız, artık SMS almayacaksınız. Dönüş: START",
    "el": "{sender}: Διαγραφήκατε, δεν θα λάβετε άλλα SMS. Επανεγγραφή: START",
    "ru": "{sender}: Вы отписаны, сообщений больше не будет. Вернуться: START",
    "uk": "{sender}: Вас відписано, SMS більше не буде. Повернутися: START",
    "ar": "{sender}: تم إلغاء اشتراكك ولن تصلك رسائل أخرى. للعودة أرسل START",
    "he": "{sender}: הוסרת מהרשימה ולא יישלחו אליך עוד הודעות. לחזרה: START",
    "hi": "{sender}: सदस्यता समाप्त, अब और SMS नहीं आएंगे। वापसी के लिए: START",
    "zh": "{sender}: 您已退订，不会再收到短信。回复START可重新订阅。",
    "ja": "{sender}: 配信を停止しました。再開するにはSTARTと返信してください。",
    "ko": "{sender}: 수신거부가 완료되었습니다. 다시 받으시려면 START로 회신하세요.",
}  # fmt: skip
"""What STOP is answered in the other languages that it is understood in: each is one segment with a short name."""
_NORWEGIAN = frozenset({"nb", "nn"})


def text_of(
    kind: Kind, language: str, own: Mapping[str, str], sender: str, contact: str = "", link: str = ""
) -> str:
    """Return an answer or the words of a footer.

    Args:
        kind: Which.
        language: BCP 47 tag; English where the language, or the answer in it, is not known.
        own: A workspace's own texts: by ``kind.language`` or by ``kind`` alone.
        sender: Who sends.
        contact: Where help is found.
        link: Opt-out address.
    """
    spoken = language.partition("-")[0].lower()
    known = TEXTS.get(spoken, TEXTS["en"])[kind]
    if kind == "stopped":
        known = STOPPED.get("no" if spoken in _NORWEGIAN else spoken, known)
    text = own.get(f"{kind}.{spoken}") or own.get(kind) or known
    where = f"{contact} " if contact else ""
    if not sender:
        text = text.replace("{sender}: ", "")
    # Not `str.format`: the text is a workspace's.
    for name, value in (("sender", sender), ("contact", where), ("link", link)):
        text = text.replace("{" + name + "}", value)
    return text
