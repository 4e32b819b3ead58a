"""A worker's supply: what is in front, when more is asked for, what leaves it unsent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from mailer.deliveries.letters.filling import Ready
from mailer.deliveries.line.claiming import Claim
from mailer.deliveries.line.supplying import Supply

NOW = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)


class Shelf:
    """In the place of the stocker: hands out what lies on it, and remembers what was asked."""

    def __init__(self, *batches):
        self.batches = list(batches)
        self.asked = []

    def take(self, limit, *, one_off=None):
        self.asked.append((limit, one_off))
        return self.batches.pop(0) if self.batches else []


def a_load(number, *, mailing_id=1, address="a@x.example.org"):
    return Claim(number, 1, "worker", NOW, mailing_id, None, address), Ready(number, "post@x.example.org", address, ())


def fill_up(supply, wanted=10):
    with ThreadPoolExecutor(1) as pool:
        supply.take(pool, wanted)
    supply.collect()


def test_one_off_letters_go_before_those_of_a_mailing():
    supply = Supply(Shelf([a_load(1), a_load(2)], [a_load(3, mailing_id=None), a_load(4, mailing_id=None)]))

    fill_up(supply)
    fill_up(supply)

    assert [one.delivery_id for one, _ready in supply.next(3)] == [3, 4, 1]
    assert [one.delivery_id for one in supply] == [2]


def test_just_after_looking_only_letters_of_mailings_are_asked_for_and_none_while_there_are_enough():
    shelf = Shelf([a_load(1)], [a_load(2), a_load(3)])
    supply = Supply(shelf)

    fill_up(supply, wanted=4)
    fill_up(supply, wanted=4)
    fill_up(supply, wanted=4)

    assert shelf.asked == [(4, None), (3, False)]


def test_it_is_empty_once_nothing_was_found_and_not_before_it_looked():
    supply = Supply(Shelf())
    assert not supply.is_empty_since(0)

    fill_up(supply)

    assert supply.is_empty_since(0)
    assert not supply.is_empty_since(float("inf"))


def test_letters_of_a_domain_that_is_left_alone_are_taken_out():
    supply = Supply(Shelf([a_load(1), a_load(2, address="b@vol.example.net"), a_load(3)]))
    fill_up(supply)

    assert [one.delivery_id for one in supply.remove({"@vol.example.net"})] == [2]
    assert [one.delivery_id for one in supply] == [1, 3]


def test_letters_of_such_a_domain_that_were_being_taken_go_back_too_and_later_ones_do_not():
    shelf = Shelf([a_load(1), a_load(2, address="b@vol.example.net")], [a_load(3, address="c@vol.example.net")])
    supply = Supply(shelf)
    with ThreadPoolExecutor(1) as pool:
        supply.take(pool, 10)
        assert supply.remove({"@vol.example.net"}) == []

    assert [one.delivery_id for one in supply.collect()] == [2]
    assert [one.delivery_id for one in supply] == [1]
    fill_up(supply)
    assert [one.delivery_id for one in supply] == [1, 3]


def test_what_its_gate_asks_to_wait_stays_in_front():
    supply = Supply(Shelf([a_load(1), a_load(2), a_load(3)]))
    fill_up(supply)

    supply.put_back(supply.next(2))

    assert [one.delivery_id for one in supply] == [1, 2, 3]


def test_what_the_database_said_is_heard_once():
    class Broken:
        def take(self, limit, *, one_off=None):
            raise OSError("away")

    supply = Supply(Broken())
    with pytest.raises(OSError, match="away"):
        fill_up(supply)
    assert not supply.is_taking
