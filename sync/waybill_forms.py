"""A waybill's form, as far as the carrier has to be asked for it."""

from tortoise.timezone import now

from domain.carriers import Quote
from domain.errors import WaybillGapError
from domain.parcels import day_in_kyiv
from models.staff import StaffMember
from services import waybill_forms
from sync.carrier_desk import CarrierDesk
from sync.place_match import prepare as prepare


async def quote(desk: CarrierDesk, order_id: int, *, by: StaffMember) -> Quote | None:
    """What it would cost and when it would arrive, kept with the form; None: something is missing,
    or the form was changed while the carrier was asked.

    It is asked once a day for the same parcel.

    Raises:
        IntegrationError: the carrier cannot be asked, or said no.
        NotFoundError, WaybillExistsError, WindowTakenError, InvalidTransitionError,
            NotAllowedError: as ``waybill_forms.form_view``.
    """
    view = await waybill_forms.form_view(order_id, by=by)
    today = day_in_kyiv(now())
    if view.quoted_at is not None and day_in_kyiv(view.quoted_at) == today:
        return view.quote
    try:
        request = waybill_forms.request_of(
            view, reference=f"{order_id}", ship_on=today, is_quote=True
        )
    except WaybillGapError:
        return None
    opened = await desk.account(view.draft.carrier)
    found = await desk.carriers[opened.account.carrier].quote(opened.keys, request)
    asked = waybill_forms.fingerprint(view)
    if waybill_forms.fingerprint(await waybill_forms.form_view(order_id, by=by)) != asked:
        return None
    await waybill_forms.keep_quote(order_id, asked, found)
    return found
