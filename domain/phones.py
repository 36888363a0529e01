"""Phone numbers: any usual way of writing one, understood and kept in international form."""

import re

import phonenumbers

# As numbers were dialled for long, and are still written: 8 (067) 123-45-67.
_EIGHT = re.compile(r"\s*8(?=(?:[\s().\-–]*\d){10}\s*$)(?=[\s().\-–]*0)")
DEFAULT_REGION = "UA"


def international(text: str, region: str = DEFAULT_REGION) -> str:
    """The number as "+380671234567"; the text itself, trimmed, when it is not a possible number.

    A number that cannot be understood is kept as the customer wrote it: staff may still read it.
    """
    return _e164(text, region) or text.strip()


def phone_key(phone: str) -> str:
    """The digits of the international form, backwards; "" when it is not a possible number.

    Equal for all ways of writing one number. What a number ends with is what its key begins with.
    """
    return _e164(phone, DEFAULT_REGION).removeprefix("+")[::-1]


def is_ukrainian(phone: str) -> bool:
    """Whether it is a number of Ukraine that can exist; ``phone`` in international form."""
    return _ukrainian(phone) is not None


def is_ukrainian_mobile(phone: str) -> bool:
    """Whether it is one that gets text messages; ``phone`` in international form."""
    number = _ukrainian(phone)
    return number is not None and phonenumbers.number_type(number) in _MOBILE


_MOBILE = frozenset(
    {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
)


def _ukrainian(phone: str) -> phonenumbers.PhoneNumber | None:
    if not phone.startswith("+"):
        return None
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number_for_region(number, DEFAULT_REGION) else None


def _e164(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(
            without_eight(text) if region == DEFAULT_REGION else text, region
        )
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def without_eight(text: str) -> str:
    """The text without the 8 that once began a call to another city of Ukraine."""
    return text[found.end() :] if (found := _EIGHT.match(text)) else text
