"""One address of a mail server is one route; several stand beside each other, each with what is its own."""

from __future__ import annotations

import pytest

from mailer.foundation.errors import BadInput
from mailer.wire.routes import parse_routes


def test_one_relay_is_as_simple_as_its_address():
    (route,) = parse_routes("smtp+starttls://post:geheim@mail.example.org")

    assert (route.name, route.weight, route.connections, route.windows) == ("mail.example.org:587", 1, None, {})
    assert route.relay.user == "post"


def test_several_relays_each_have_their_share_and_their_limits():
    big, small = parse_routes(
        "smtps://u:p@a.example.org?name=groot&weight=3&connections=8&per_minute=100&per_day=5000\n  smtp://b.example.org:2525"
    )

    assert (big.name, big.weight, big.connections, big.windows) == ("groot", 3, 8, {60: 100, 86_400: 5000})
    assert (small.name, small.weight, small.relay.port) == ("b.example.org:2525", 1, 2525)


@pytest.mark.parametrize("option", ["weight=0", "weight=veel", "per_minute=-1", "per_week=3", "per_minute="])
def test_an_option_that_is_not_right_is_named_without_the_password(option):
    with pytest.raises(BadInput) as refused:
        parse_routes(f"smtps://post:geheim@mail.example.org?{option}")

    assert option.partition("=")[0] in refused.value.sentence
    assert "geheim" not in refused.value.sentence


def test_two_relays_of_one_name_are_refused():
    with pytest.raises(BadInput, match=r"mail\.example\.org:25"):
        parse_routes("smtp://mail.example.org smtp://anders@mail.example.org:25")
