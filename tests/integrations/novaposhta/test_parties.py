"""Who may send with a key, and keys that people paste."""

from collections.abc import Mapping

import pytest

from domain.carriers import CodKind, Contact
from integrations.carriers import Carrier
from sandbox.novaposhta import NovaPoshta

Keys = Mapping[str, str]
KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


@pytest.mark.parametrize(
    "text", [KEY, f"  {KEY}\n", f"Ключ API: {KEY}.", KEY.upper(), f"apiKey={KEY}&x=1"]
)
def test_a_key_is_found_in_what_people_paste(carrier: Carrier, text: str) -> None:
    assert carrier.keys_in(text) == {"api_key": KEY}


@pytest.mark.parametrize(
    "text", ["", "20451600012345", KEY[:-1], f"{KEY}0", "0f1e2d3c" * 5, f"z{KEY}", "ключ"]
)
def test_what_is_no_key_is_none(carrier: Carrier, text: str) -> None:
    assert carrier.keys_in(text) == {}


async def test_a_business_has_its_payment_controlled(carrier: Carrier, keys: Keys) -> None:
    (sender,) = await carrier.senders(keys)

    assert sender.name == "ФОП Гончар Микола Степанович"
    assert sender.cod_kinds == (CodKind.CONTROL,)


async def test_a_private_person_is_sent_money(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    private = post.add_sender("Коваль Олена Іванівна")

    senders = {sender.ref: sender for sender in await carrier.senders(keys)}

    assert len(senders) == 2
    assert senders[private.ref].cod_kinds == (CodKind.TRANSFER,)


async def test_where_nothing_is_said_both_kinds_are_open(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    post.refuse_with("20000100002", "General error", call="Counterparty.getCounterpartyOptions")

    (sender,) = await carrier.senders(keys)

    assert sender.cod_kinds == (CodKind.CONTROL, CodKind.TRANSFER)


async def test_a_contact_has_a_phone_in_international_form(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    (sender,) = post.accounts[post.key].senders
    (ref,) = post.accounts[post.key].contacts

    assert list(await carrier.contacts(keys, sender)) == [
        Contact(ref=ref, name="Гончар Микола Степанович", phone="+380501110099")
    ]


async def test_no_doors_are_common(post: NovaPoshta, carrier: Carrier, keys: Keys) -> None:
    (sender,) = post.accounts[post.key].senders

    assert await carrier.sender_addresses(keys, sender) == []
