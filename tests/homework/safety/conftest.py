"""Shared by the tests of the client's pages."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.homework.assignments.pages import SignIn


@pytest.fixture
def ada(north: Cast, sign_in: SignIn) -> Client:
    """Ada's phone, signed in now. A test that travels signs in on the day it arrives."""
    return sign_in(north.ada)
