"""Two spellings of one word fold to the same text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.wire.spelling import fold, fold_name, free_slug, slug_of


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  Oud-Mathenesse ", "oud mathenesse"),
        ("'t Kasseitje", "t kasseitje"),
        ("’t Kasseitje", "t kasseitje"),
        ("thema’s", "themas"),
        ("Coöperatie", "cooperatie"),
        ("Coo\u0308peratie", "cooperatie"),
        ("N.W.", "nw"),
        ("Stg.Tuin", "stg tuin"),
        ("Kunst & Cultuur", "kunst en cultuur"),
        ("Repair\u00a0Café", "repair cafe"),
        ("Łukasz", "lukasz"),
        ("=Plus", "plus"),
        ("محمد", "محمد"),
        ("🌱 Groen", "groen"),
        ("?", ""),
    ],
)
def test_case_accents_and_punctuation_do_not_count(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_turkish_capitals_meet_their_small_letters() -> None:
    assert fold("YILDIZ") == fold("Yıldız") == fold("Yildiz") == "yildiz"
    assert fold("İNCİ") == fold("inci") == "inci"


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "name", ["Buurttuin De Voeg", "Stg. Buurttuin de Voeg", "STICHTING BUURTTUIN DE VOEG", "Ver. De Buurttuin de Voeg"]
)
def test_an_organisation_is_found_without_its_legal_form(name: str) -> None:
    assert fold_name(name) == "buurttuin de voeg"


def test_leading_articles_go_and_inner_ones_stay() -> None:
    assert fold_name("'t Kasseitje") == fold_name("Het Kasseitje") == "kasseitje"
    assert fold_name("Inloop De Stoep") == "inloop de stoep"


def test_a_name_of_only_such_words_keeps_them() -> None:
    assert fold_name("De Stichting") == "stichting"
    assert fold_name("Stichting") == "stichting"


def test_a_slug_is_plain_latin_and_never_cuts_a_word() -> None:
    assert slug_of("Eten, Drinken & Delen") == "eten-drinken-en-delen"
    assert slug_of("Buurttuin De Voeg", longest=12) == "buurttuin-de"
    assert slug_of("محمد") == ""


def test_a_taken_slug_gets_the_first_free_number() -> None:
    assert free_slug("buurttuin", set()) == "buurttuin"
    assert free_slug("buurttuin", {"buurttuin", "buurttuin-2", "buurttuin-de-voeg"}) == "buurttuin-3"
