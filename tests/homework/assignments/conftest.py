"""Shared by the tests of the client's pages and of reminders."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.cast import Cast
from tests.homework.assignments.nudging import MONDAY, at, wants_email
from tests.homework.assignments.pages import SignIn


@pytest.fixture
def ada(north: Cast, sign_in: SignIn) -> Client:
    """Ada's phone, signed in now. A test that travels signs in on the day it arrives."""
    return sign_in(north.ada)


@pytest.fixture
def monday(north: Cast) -> Iterator[Cast]:
    """The North clinic on a Monday morning; Ada wants e-mail."""
    with at(MONDAY):
        wants_email(north.ada)
        yield north
