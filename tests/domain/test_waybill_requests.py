"""What was asked of a carrier is known again after a crash, to the last digit."""

import json

from hypothesis import given
from hypothesis import strategies as st

from domain.carriers import WaybillRequest
from domain.waybill_requests import restored, stored


@given(request=st.from_type(WaybillRequest))
def test_a_request_survives_the_database(request: WaybillRequest) -> None:
    again = restored(json.loads(json.dumps(stored(request))))

    assert repr(again) == repr(request)  # also what is equal to nothing, and every zero at the end
