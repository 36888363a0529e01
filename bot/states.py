"""What a person may be asked to type. The names are stored: renaming one orphans dialogues."""

from aiogram import F
from aiogram.fsm.state import State, StatesGroup

IS_TYPED = F.text & ~F.text.startswith("/")  # a text, and no command


class Asked(StatesGroup):
    """The question a person has not answered yet; the data holds ``order_id``."""

    reject_text = State("reject_text")  # why the order is rejected, in own words
    status_label = State("status_label")  # what the new status is called
    remind_at = State("remind_at")  # when to remind of the order
    linked_product = State("linked_product")  # which product a line is; also: line_id


class SaleAsked(StatesGroup):
    """A line of a sale window that is to be typed.

    The data holds ``order_id``, ``window_id`` (the message), ``field`` and ``key``.
    """

    value = State("value")


class WaybillNumberAsked(StatesGroup):
    """What is to be typed on the screen of an order's waybill.

    The data holds ``order_id``, ``screen_id`` (the message) and ``origin``, as in the buttons.
    """

    number = State("number")  # of a parcel that somebody else registered


class WaybillFormAsked(StatesGroup):
    """A line of a waybill's form that is to be typed.

    The data holds ``order_id``, ``screen_id`` (the message), ``field`` and ``origin`` as in the
    buttons; ``streets`` (Ref to name) once some were found, ``street`` (Ref and name) when its
    building is asked for.
    """

    value = State("value")


class SalesAsked(StatesGroup):
    """What is to be typed on the sales screen.

    The data holds ``screen_id`` (the message), ``sale_id``, ``return_id``, ``line_id`` (of the
    sale's line; both 0 where there is none) and ``origin``, as in the buttons.
    """

    settled_sum = State("settled_sum")  # how much of the awaited money was received
    returned_sum = State("returned_sum")  # how much money goes back
    returned_quantity = State("returned_quantity")  # how much of a line came back


class SettingsAsked(StatesGroup):
    """What is to be typed in Settings.

    The data holds ``screen_id`` (the message) and what the asking screen needs.
    """

    choice_name = State("choice_name")  # a channel's or account's: sort, page, id (0: a new one)
    chat_quiet = State("chat_quiet")  # a chat's quiet hours: chat_id
    status_label = State("status_label")  # of an own status: status_id (0: a new one), page
    status_emoji = State("status_emoji")  # what stands for it: status_id
    my_quiet = State("my_quiet")  # those of one's own private chat
    shop_address = State("shop_address")  # of a site to be connected: platform
    shop_keys = State("shop_keys")  # of a shop: connection_id, platform
    shop_keys_end = State("shop_keys_end")  # the last day they work: shop_id
    shop_name = State("shop_name")  # another name: shop_id
    listing = State("listing")  # a listing to be found: shop_id
    listing_product = State("listing_product")  # which product a listing is: listing_id, page
    carrier_key = State("carrier_key")  # of a carrier: carrier
    carrier_key_end = State("carrier_key_end")  # the last day it works
    carrier_city = State("carrier_city")  # where parcels are sent from
    carrier_point = State("carrier_point")  # the branch: city_id
    carrier_text = State("carrier_text")  # a weight, box or description: part
