"""Dates and numbers as a language writes them, by Babel and the Unicode locale data. The words around them stay English. Free of Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from types import MappingProxyType

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import NumberFormatError, format_decimal, format_percent, parse_decimal

SYSTEM = "system"
_OFFERED = [
    "cs_CZ",
    "da_DK",
    "de_AT",
    "de_CH",
    "de_DE",
    "el_GR",
    "en_GB",
    "en_IE",
    "en_IN",
    "en_US",
    "es_ES",
    "es_MX",
    "fi_FI",
    "fr_CA",
    "fr_CH",
    "fr_FR",
    "hi_IN",
    "hu_HU",
    "it_IT",
    "ja_JP",
    "ko_KR",
    "nb_NO",
    "nl_BE",
    "nl_NL",
    "pl_PL",
    "pt_BR",
    "pt_PT",
    "ro_RO",
    "ru_RU",
    "sv_SE",
    "tr_TR",
    "uk_UA",
    "zh_CN",
    "zh_TW",
]
_PLAIN = Locale("en", "GB")
_in_use = _PLAIN


def use(language: str, system: str) -> str:
    """Write dates and numbers so from now on, in this whole process; the code of the language that is used.

    Args:
        language: A code as "de_CH", or "system".
        system: The code of the system's own. A code that is not known stands for British English.
    """
    global _in_use  # as a process has one locale
    _in_use = _locale(system if language == SYSTEM else language)
    return str(_in_use)


@cache  # the data of each is read from a file
def languages() -> Mapping[str, str]:
    """The codes to choose from with the languages' own names for themselves, by name."""
    names = {code: str(Locale.parse(code).get_display_name()) for code in _OFFERED}
    return MappingProxyType(dict(sorted(names.items(), key=lambda row: row[1].casefold())))


def whole(value: float) -> str:
    """A number without digits after the point: 1,234."""
    return decimal(value, 0)


def decimal(value: float, digits: int = 2) -> str:
    """A number with so many digits after the point: 0.83, as distances are written."""
    return format_decimal(value, format=_with_digits(str(_in_use.decimal_formats[None].pattern), digits), locale=_in_use)


def significant(value: float, digits: int = 3) -> str:
    """A number with so many digits that tell something, and no zeros at its end: 0.0931, 12, 3e-5."""
    rounded = float(f"{value:.{digits}g}")
    if rounded and abs(rounded) < 1e-4:
        return f"{rounded:g}".replace(".", _in_use.number_symbols["latn"]["decimal"])
    return format_decimal(rounded, locale=_in_use, decimal_quantization=False)


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 as a percentage: 2.8% for 0.0284 with one digit."""
    return format_percent(share, format=_with_digits(str(_in_use.percent_formats[None].pattern), digits), locale=_in_use)


def count_words(count: int, one: str, many: str = "") -> str:
    """How many of a thing: "1 person", "2,000 people"; without `many`, the word with an s."""
    return f"{whole(count)} {one if count == 1 else many or f'{one}s'}"


def one_in(rate: float) -> str:
    """A rate above 0 as one in so many: 1 in 1,000."""
    return f"1 in {whole(1 / rate)}"


def parsed(text: str) -> float:
    """A number as somebody typed it: as the language has it, or else with a point or comma before its fraction.

    Raises:
        ValueError: It is none.
    """
    try:
        return float(parse_decimal(text.strip(), locale=_in_use, strict=True))
    except NumberFormatError:
        return float(text.replace(",", "."))


def parsed_whole(text: str) -> int:
    """The same where only a whole number will do.

    Raises:
        ValueError: It is none.
    """
    number = parsed(text)
    if not number.is_integer():
        raise ValueError(f"{text} is not a whole number")
    return int(number)


def day(moment: date) -> str:
    """A day in short: 25 Nov 2026."""
    return format_skeleton("yMMMd", moment, locale=_in_use)


def whole_day(moment: date) -> str:
    """A day with its weekday: Wednesday, 25 November 2026."""
    return format_date(moment, "full", locale=_in_use)


def clock(moment: datetime) -> str:
    """The time of a day, where this computer stands: 19:37."""
    return format_time(moment.astimezone().time(), "short", locale=_in_use)


def day_and_time(moment: datetime) -> str:
    """25 Nov 2026, 19:37, where this computer stands."""
    return f"{day(moment.astimezone().date())}, {clock(moment)}"


def _locale(code: str) -> Locale:
    try:
        found = Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return _PLAIN
    return _PLAIN if found.variant == "POSIX" else found  # "C" is no language: newer data read it so, and put no commas into numbers


def _with_digits(pattern: str, digits: int) -> str:
    """A language's pattern, as "#,##0.###", for exactly so many digits after the point."""
    return re.sub(r"0(\.#+)?(?=[^0#]*$)", "0" + ("." + "0" * digits if digits else ""), pattern)
