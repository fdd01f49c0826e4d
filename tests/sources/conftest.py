"""A clock that the tests of the readers move on by hand."""

import pytest
from source_logs import Clock


@pytest.fixture
def clock() -> Clock:
    """A clock of one's own."""
    return Clock()
