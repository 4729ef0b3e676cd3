"""The test class for third parties, over a registered dialect and over a record."""

from __future__ import annotations

import pytest

from dgrid_translate.registry import lookup
from dgrid_translate.testing import Conformance

pytestmark = pytest.mark.timeout(120)


class TestByName(Conformance):
    dialect = "openai"


class TestRecord(Conformance):
    dialect = lookup("openai")
