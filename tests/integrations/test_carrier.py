"""What a carrier must offer is enough to write one, and mypy agrees that this is one."""

from datetime import date
from decimal import Decimal

import pytest

from domain.errors import OutcomeUnknownError, RequestRefusedError
from integrations.base import Carrier, CreatedWaybill, WaybillRequest


class Pigeons:
    """A carrier of light parcels, as far as the interface goes."""

    name = "Pigeon Post"

    def __init__(self) -> None:
        self.sent: list[WaybillRequest] = []

    def owns(self, number: str) -> bool:
        return number.startswith("PP")

    async def create_waybill(self, request: WaybillRequest) -> CreatedWaybill:
        if request.weight_kg > Decimal("0.1"):
            raise RequestRefusedError("heavy", "too heavy for a pigeon")
        self.sent.append(request)
        if request.city == "Атлантида":
            raise OutcomeUnknownError("the pigeon has not come back")
        return CreatedWaybill(
            number=f"PP{len(self.sent):012}",
            external_id=request.reference,
            cost=Decimal("97.50"),
            arrives_on=date(2026, 11, 24),
        )


def parcel(weight_kg: str, city: str = "Львів") -> WaybillRequest:
    return WaybillRequest(
        reference="sale 7",
        recipient_name="Коваль Олена",
        phone="+380671234567",
        city=city,
        branch="Відділення №12",
        weight_kg=Decimal(weight_kg),
        declared_value=Decimal("1250.00"),
        cod_amount=Decimal("1200.50"),
        description="Чохол",
    )


async def test_a_carrier_makes_waybills_it_owns() -> None:
    pigeons = Pigeons()
    carrier: Carrier = pigeons

    made = await carrier.create_waybill(parcel("0.05"))

    assert carrier.name == "Pigeon Post"
    assert carrier.owns(made.number)
    assert not carrier.owns("20451600012345")
    assert [request.cod_amount for request in pigeons.sent] == [Decimal("1200.50")]


async def test_a_refused_parcel_leaves_nothing_behind() -> None:
    pigeons = Pigeons()
    carrier: Carrier = pigeons

    with pytest.raises(RequestRefusedError) as refused:
        await carrier.create_waybill(parcel("3"))

    assert refused.value.code == "heavy"
    assert pigeons.sent == []


async def test_a_lost_answer_is_not_a_refusal() -> None:
    pigeons = Pigeons()
    carrier: Carrier = pigeons

    with pytest.raises(OutcomeUnknownError):
        await carrier.create_waybill(parcel("0.05", city="Атлантида"))

    assert [request.reference for request in pigeons.sent] == ["sale 7"]  # what to look for
