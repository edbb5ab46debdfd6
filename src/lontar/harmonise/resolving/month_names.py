"""Month names, whole and shortened, as sources write them. After Unicode CLDR 46, gregorian calendar."""

import unicodedata
from functools import lru_cache

_NAMES = {
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "ms": "januari februari mac april mei jun julai ogos september oktober november disember",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
}
_OTHERS = {
    "en": {"sept": 9},
    "es": {"setiembre": 9, "set": 9},
    "id": {"pebruari": 2, "nopember": 11, "agt": 8},
    "ru": {"января": 1, "февраля": 2, "марта": 3, "апреля": 4, "мая": 5, "июня": 6, "июля": 7, "августа": 8,
           "сентября": 9, "октября": 10, "ноября": 11, "декабря": 12},
}  # fmt: skip
_SHORT = 3


@lru_cache(maxsize=1024)
def month_number(name: str, languages: tuple[str, ...]) -> int | None:
    """The month that this name means in one of the languages, 1 to 12; None if none, or if they disagree."""
    wanted = _folded(name)
    found = {number for language in languages for number in _numbers(language, wanted)}
    return found.pop() if len(found) == 1 else None


def _numbers(language: str, wanted: str) -> set[int]:
    names = [_folded(name) for name in _NAMES.get(language, "").split()]
    whole = {number for number, name in enumerate(names, start=1) if name == wanted}
    others = _OTHERS.get(language, {})
    if whole or wanted in others:
        return whole or {others[wanted]}
    short = {
        number
        for number, name in enumerate(names, start=1)
        if len(wanted) >= _SHORT and name.startswith(wanted)
    }
    return short if len(short) == 1 else set()


def known_languages() -> tuple[str, ...]:
    """Languages whose month names are understood."""
    return tuple(_NAMES)


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.strip().rstrip(".").casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
