"""Which broker carries the ticks is a setting: the rows are the queue, so a mailing leaves over any of them.

Real Celery processes: two workers and two clocks. RabbitMQ where TEST_AMQP_URL names one, Redis where
TEST_REDIS_URL does, and a folder everywhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.journeys.conftest import Story
from tests.journeys.test_newsletter import newsletter_spec

pytestmark = pytest.mark.journey

LONGEST_SECONDS = 120
WORKER, CLOCK = ("worker", "-P", "threads", "-c", "3"), ("beat", "--pidfile=")


@pytest.fixture(params=["folder", "redis", "rabbitmq"])
def broker(request: pytest.FixtureRequest, redis_url: str) -> str:
    urls = {"folder": "", "redis": redis_url, "rabbitmq": os.environ.get("TEST_AMQP_URL", "")}
    if request.param != "folder" and not urls[request.param]:
        pytest.skip(f"no {request.param} was named")
    return urls[request.param]


def test_a_mailing_leaves_whole_over_any_broker_with_two_of_everything(story: Story, broker: str) -> None:
    story.more["MAILER_BROKER_URL"] = broker
    story.mailer("sample", "create")
    mailing = story.compose(newsletter_spec())

    with celery(story, *WORKER), celery(story, *WORKER), celery(story, *CLOCK), celery(story, *CLOCK):
        story.mailer("mailing", "send", mailing, "--now")
        status = wait_until_sent(story, mailing)

    assert status["accepted"] == len(story.server.taken) > 0
    assert len({taken.recipient for taken in story.server.taken}) == len(story.server.taken)


@contextmanager
def celery(story: Story, *words: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--quiet", "-A", "workers.app", *words, "-l", "ERROR"], env=story.environment()
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_until_sent(story: Story, mailing: str) -> dict[str, int]:
    until = time.monotonic() + LONGEST_SECONDS
    while True:
        status: dict[str, int] = story.mailer("mailing", "status", mailing, "--json").json
        if status["state"] == "sent":
            return status
        assert time.monotonic() < until, status
        time.sleep(1)
