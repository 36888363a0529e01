"""Every captured request verifies with its own secret, and with nothing else."""

import json

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from domain.errors import BadSignatureError
from integrations.base import WebhookPlatform
from integrations.woocommerce.webhook import WooCommerceWebhooks, signature
from tests.integrations.woocommerce.captures import (
    FIXTURES,
    Capture,
    all_captures,
    capture,
    signed,
    unsigned,
)

WEBHOOKS: WebhookPlatform = WooCommerceWebhooks()


def test_all_captures_are_there() -> None:
    bodies = [path for path in FIXTURES.glob("webhooks*/*") if ".headers." not in path.name]

    assert len(all_captures()) == len(bodies) == 221 + 63
    assert len(signed()) == 250
    assert len(unsigned()) == 34


@pytest.mark.parametrize("one", signed(), ids=str)
def test_signed_capture_verifies(one: Capture) -> None:
    WEBHOOKS.verify(one.headers, one.body, one.secret)
    WEBHOOKS.verify(CIMultiDictProxy(CIMultiDict(one.headers)), one.body, one.secret)
    WEBHOOKS.verify(
        CIMultiDict({name.upper(): text for name, text in one.headers.items()}),
        one.body,
        one.secret,
    )
    assert not WEBHOOKS.is_unsigned_ping(one.headers, one.body)


@pytest.mark.parametrize("one", signed(), ids=str)
def test_a_flipped_byte_is_noticed(one: Capture) -> None:
    middle = len(one.body) // 2
    flipped = one.body[:middle] + bytes([one.body[middle] ^ 1]) + one.body[middle + 1 :]

    for body in (flipped, one.body[:-1], one.body + b"\n", b""):
        with pytest.raises(BadSignatureError):
            WEBHOOKS.verify(one.headers, body, one.secret)


@pytest.mark.parametrize("one", signed(), ids=str)
def test_another_secret_or_signature_is_refused(one: Capture) -> None:
    own = one.headers["x-wc-webhook-signature"]
    without = {n: v for n, v in one.headers.items() if n != "x-wc-webhook-signature"}

    for secret in ("", one.secret + "x", one.secret[:-1], one.secret.swapcase() + "0"):
        with pytest.raises(BadSignatureError):
            WEBHOOKS.verify(one.headers, one.body, secret)
    others = signature(one.body + b" ", one.secret).decode()
    for wrong in ("", others, own[1:], "не base64", "\udcff", own + own):
        with pytest.raises(BadSignatureError):
            WEBHOOKS.verify(without | {"x-wc-webhook-signature": wrong}, one.body, one.secret)
    with pytest.raises(BadSignatureError):
        WEBHOOKS.verify(without, one.body, one.secret)


def test_reserialised_body_does_not_verify() -> None:
    one = capture(73)

    with pytest.raises(BadSignatureError):
        WEBHOOKS.verify(one.headers, json.dumps(json.loads(one.body)).encode(), one.secret)


def test_a_body_signed_with_an_empty_key_is_refused() -> None:
    headers = {"x-wc-webhook-signature": signature(b"{}", "").decode()}

    with pytest.raises(BadSignatureError):
        WEBHOOKS.verify(headers, b"{}", "")


def test_the_secret_is_accepted_as_stored_and_as_decoded() -> None:
    stored, decoded = "a&amp;b&lt;c&quot;d&#039;e", "a&b<c\"d'e"
    one = capture(149)
    assert one.secret == stored

    WEBHOOKS.verify(one.headers, one.body, stored)
    WEBHOOKS.verify(one.headers, one.body, decoded)
    for key in (stored, decoded):
        headers = {"x-wc-webhook-signature": signature(b"{}", key).decode()}
        WEBHOOKS.verify(headers, b"{}", stored)


def test_only_the_five_special_characters_of_a_secret_are_decoded() -> None:
    headers = {"x-wc-webhook-signature": signature(b"{}", "a&copy;&").decode()}

    WEBHOOKS.verify(headers, b"{}", "a&copy;&amp;")


@pytest.mark.parametrize("one", unsigned(), ids=str)
def test_unsigned_capture_is_a_ping_or_nothing(one: Capture) -> None:
    assert WEBHOOKS.is_unsigned_ping(one.headers, one.body) is one.name.endswith(".txt")
    assert WEBHOOKS.topic(one.headers) == ""
    with pytest.raises(BadSignatureError):
        WEBHOOKS.verify(one.headers, one.body, "lab-secret-0123456789-AbC")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b""),
        ({}, b"webhook_id="),
        ({}, b"webhook_id=1\n"),
        ({}, b"webhook_id=1&x=2"),
        ({}, b'{"webhook_id":1}'),
        ({}, b"webhook_id=" + b"1" * 1000),
        ({"X-WC-Webhook-Topic": "order.created"}, b"webhook_id=1"),
        ({"x-wc-webhook-signature": "AAAA"}, b"webhook_id=1"),
    ],
)
def test_what_is_not_quite_a_ping_is_none(headers: dict[str, str], body: bytes) -> None:
    assert not WEBHOOKS.is_unsigned_ping(headers, body)
