"""The words by which headers say what their columns hold, in the languages in which tables are published."""

import re
from collections.abc import Iterable

from lontar.harmonise.resolving.names import folded

AREA = "area"
"""The field that says what a figure is about; the other targets of this table are dimensions."""

_TARGETS = {
    AREA: (
        "geo", "ref area", "reference area", "reporting area", "reporting country", "reporting state", "country of report",
        "reporter", "pays declarant", "pays rapporteur", "pais declarante", "pais informante", "meldeland",
    ),
    "citizenship": (
        "citizen", "citizens", "citizenship", "nationality", "nationalities", "nat", "nationalite", "nationalites",
        "citoyennete", "nacionalidad", "nacionalidades", "ciudadania", "nazionalita", "cittadinanza", "nacionalidade",
        "cidadania", "country of origin", "region of origin", "origin",
        "pays d origine", "pais de origen", "paese di origine", "herkunftsland",
        "staatsangehorigkeit", "staatsburgerschaft", "гражданство", "جنسية", "الجنسية", "国籍",
    ),
    "destination": (
        "destination", "destinations", "country of return", "state of return", "returned to", "removed to", "pays de retour",
        "destino", "pais de retorno", "destinazione", "paese di ritorno", "zielland", "zielstaat", "назначение", "назначения",
        "страна назначения", "страна возвращения", "بلد المقصد", "الوجهة", "目的地", "目的国",
    ),
    "departure": (
        "departure", "embarkation", "country of departure", "departed from", "depart", "pays de depart", "salida",
        "pais de salida", "pais de partida", "partenza", "paese di partenza", "abfahrtsland", "отправления", "بلد المغادرة",
        "出发地", "出发国",
    ),
    "habitual_residence": (
        "residence", "habitual residence", "residencia", "residenza", "wohnsitz", "aufenthaltsland", "проживания",
        "الإقامة", "居住国", "居住地",
    ),
    "repatriated_from": ("repatriated from", "repatriado de", "rapatrie de"),
    "issuer": ("issuer", "issued by", "issuing country", "issuing state", "emetteur", "emisor"),
}  # fmt: skip
PARTS = {
    "month": ("month", "mois", "mes", "mese", "monat", "месяц", "الشهر", "شهر", "月", "月份"),
    "quarter": (
        "quarter", "quarters", "qtr", "trimestre", "trimester", "quartal", "kvartal", "квартал", "ربع", "الربع", "季度",
    ),
    "half": ("half", "half year", "semester", "semestre", "halbjahr", "полугодие", "半年"),
    "week": ("week", "semaine", "semana", "settimana", "woche", "неделя", "الأسبوع", "周"),
    "day": ("day", "jour", "dia", "giorno", "tag", "день", "اليوم", "日"),
}  # fmt: skip
"""Part of a year -> what its column is called."""
_TIME = (
    "time",
    "period",
    "date",
    "year month",
    "yyyymm",
    "yyyymmdd",
    "fecha",
    "data",
    "datum",
    "дата",
    "تاريخ",
    "日期",
)
FIGURES = (
    "value", "values", "obs value", "val", "number", "number of", "count", "figure", "figures", "quantity", "persons",
    "people", "nombre", "valeur", "effectif", "numero", "cantidad", "valor", "valore", "anzahl", "wert", "zahl", "quantidade",
    "число", "количество", "عدد", "العدد", "人数", "数量", "n",
)  # fmt: skip
"""What columns of figures are called."""
IDENTIFYING = (
    "id", "ids", "code", "codes", "ref", "reference", "key", "index", "no", "row", "serial", "identifier", "codigo", "m49",
)  # fmt: skip
"""What columns of numbers that count nothing are called."""
COORDINATES = ("lat", "lon", "lng", "latitude", "longitude", "latitud", "longitud")
FLAGS = (
    "flag",
    "flags",
    "footnote",
    "footnotes",
    "obs status",
    "status",
    "remark",
    "remarks",
    "note",
    "notes",
)
UNITS = ("unit", "units", "unit of measurement", "unite", "unidad", "einheit")
PUBLISHED = (
    "published", "publication", "updated", "update", "extracted", "extraction", "retrieved", "accessed", "as of", "version",
    "vintage", "release", "released", "stand", "publicacion", "actualizacion", "mise a jour", "aggiornamento",
)  # fmt: skip
"""What the day on which figures were told is called."""
WIDER = ("region", "regions", "subregion", "continent", "continente", "zone", "grouping", "регион")
"""What areas that are made of others are called."""


def targets_in(header: str, offered: Iterable[str] = ()) -> tuple[str, ...]:
    """The targets that a header names: by the words above, or a dimension on offer by its own name."""
    named = [target for target, phrases in _TARGETS.items() if says(header, phrases)]
    own = [name for name in offered if name != AREA and says(header, (name.replace("_", " "),))]
    return tuple(dict.fromkeys((*named, *own)))


def part_in(header: str) -> str | None:
    """The part of a year that a header names, if it names one."""
    return next((part for part, phrases in PARTS.items() if says(header, phrases)), None)


def says_time(header: str) -> bool:
    """Whether a header says that its column holds days or periods."""
    return part_in(header) is not None or says(header, _TIME)


def says(header: str, phrases: Iterable[str]) -> bool:
    """Whether one of these phrases stands in a header, as whole words where the script parts words."""
    told = f" {_plain(header)} "
    return any((phrase if phrase[0] >= "\u2e80" else f" {phrase} ") in told for phrase in phrases)


def _plain(header: str) -> str:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return " ".join(re.sub(r"[\W_]+", " ", folded(parted)).split())
