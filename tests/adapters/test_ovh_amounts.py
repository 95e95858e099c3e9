import json

import pytest

from raspisms.adapters.ovh.amounts import amount


@pytest.mark.parametrize(
    "told", ["1e400", "-1e400", "NaN", "9" * 400, "1e12", "true", '"5"', "null"]
)
def test_what_is_no_amount_of_credit_is_none(told: str) -> None:
    assert amount(json.loads(told)) is None


def test_an_amount_of_credit() -> None:
    assert [amount(one) for one in (0, 12, 0.5, -3)] == [0.0, 12.0, 0.5, -3.0]
