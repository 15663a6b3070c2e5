"""Dates and numbers in several languages, against the Unicode locale data as written out here by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from ui import language

THIN, HARD = "\u202f", "\u00a0"  # spaces at which no line breaks


@pytest.fixture(autouse=True)
def plain_again() -> Iterator[None]:
    yield
    language.use("en_GB", "")


@pytest.mark.parametrize(
    ("code", "number", "share", "count"),
    [
        ("en_GB", "1,234.50", "2.8%", "12,345,678"),
        ("de_DE", "1.234,50", f"2,8{HARD}%", "12.345.678"),
        ("de_CH", "1’234.50", "2.8%", "12’345’678"),
        ("fr_FR", f"1{THIN}234,50", f"2,8{THIN}{HARD}%".replace(THIN + HARD, THIN), f"12{THIN}345{THIN}678"),
        ("hi_IN", "1,234.50", "2.8%", "1,23,45,678"),
    ],
)
def test_numbers_are_written_as_the_language_has_them(code: str, number: str, share: str, count: str) -> None:
    assert language.use(code, "") == code
    assert language.decimal(1234.5) == number
    assert language.percent(0.0284, 1).replace(HARD, THIN) == share.replace(HARD, THIN)
    assert language.whole(12_345_678) == count


@pytest.mark.parametrize(
    ("code", "short", "long", "time"),
    [
        ("en_GB", "5 Nov 2026", "Thursday, 5 November 2026", "19:37"),
        ("en_US", "Nov 5, 2026", "Thursday, November 5, 2026", f"7:37{THIN}PM"),
        ("de_DE", "5. Nov. 2026", "Donnerstag, 5. November 2026", "19:37"),
        ("ja_JP", "2026年11月5日", "2026年11月5日木曜日", "19:37"),
    ],
)
def test_dates_are_written_as_the_language_has_them(code: str, short: str, long: str, time: str) -> None:
    language.use(code, "")
    moment = datetime(2026, 11, 5, 19, 37).astimezone()
    assert language.day(moment.date()) == short
    assert language.whole_day(date(2026, 11, 5)) == long
    assert language.clock(moment) == time
    assert language.day_and_time(moment) == f"{short}, {time}"


def test_the_systems_language_is_used_where_none_was_chosen_and_british_where_it_is_unknown() -> None:
    assert language.use("system", "sv_SE") == "sv_SE"
    assert language.use("system", "pt-BR") == "pt_BR"
    assert language.use("system", "C") == "en_GB"
    assert language.use("system", "en_US_POSIX") == "en_GB"
    assert language.use("tlh_QO", "de_DE") == "en_GB"


@pytest.mark.parametrize(
    ("value", "digits", "words"), [(0.09312, 3, "0.0931"), (12.0, 3, "12"), (123_456.0, 6, "123,456"), (3e-5, 2, "3e-05"), (0.0, 3, "0")]
)
def test_as_many_digits_as_tell_something(value: float, digits: int, words: str) -> None:
    assert language.significant(value, digits) == words


@pytest.mark.parametrize(
    ("code", "typed", "meant"),
    [
        ("en_GB", "0.85", 0.85),
        ("en_GB", "0,85", 0.85),
        ("en_GB", "1,000", 1000.0),
        ("de_DE", "0,85", 0.85),
        ("de_DE", "0.85", 0.85),
        ("de_DE", "1.000", 1000.0),
        ("en_GB", " −1".replace("−", "-"), -1.0),
    ],
)
def test_numbers_are_read_as_they_are_typed(code: str, typed: str, meant: float) -> None:
    language.use(code, "")
    assert language.parsed(typed) == meant


@pytest.mark.parametrize("code", list(language.languages()))
def test_what_is_written_can_be_read_again(code: str) -> None:
    assert language.use(code, "").split("_")[0] == code.split("_")[0]
    for number in (0.8312, 40.0, 1234.5, 1e-6, -1.0):
        assert language.parsed(language.significant(number, 6)) == pytest.approx(number)


@pytest.mark.parametrize("typed", ["", "many", "1.2.3", "40.5"])
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        language.parsed_whole(typed)


def test_things_are_counted_in_words() -> None:
    assert [language.count_words(count, "person", "people") for count in (0, 1, 2000)] == ["0 people", "1 person", "2,000 people"]
    assert language.count_words(2, "picture") == "2 pictures"
    assert language.one_in(0.0001) == "1 in 10,000"
