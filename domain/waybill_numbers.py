"""Whose parcel it is, by the form of its number."""

import re

NOVA_POSHTA = "novaposhta"

# Fourteen digits: 20... made in a cabinet or by the API, 59... at a branch, 1... international.
_NOVA_POSHTA = re.compile(r"[125]\d{13}", re.ASCII)


def plain_number(number: str) -> str:
    """A parcel's number without the spaces and dashes that people put into it."""
    return "".join(filter(str.isalnum, number))


def carrier_of(number: str) -> str:
    """The carrier (the name of a folder in integrations/) that gives such numbers; "": unknown."""
    return NOVA_POSHTA if _NOVA_POSHTA.fullmatch(plain_number(number)) else ""
