"""WooCommerce webhooks: verify and read what a store sends. Pure.

https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping

from domain.errors import BadSignatureError, MalformedPayloadError
from domain.orders import Change, ListingGone, OrderGone
from domain.shops import Step
from integrations import fields
from integrations.woocommerce.orders import parse_order
from integrations.woocommerce.products import parse_product

_PING = re.compile(rb"webhook_id=\d{1,20}")
_ERROR_CODE = re.compile(r"[a-z0-9_]{1,64}")
_ENTITY = re.compile(
    r"&(?:(?P<amp>amp|#0*38|#x0*26)|(?P<lt>lt|#0*60|#x0*3c)|(?P<gt>gt|#0*62|#x0*3e)"
    r"|(?P<quot>quot|#0*34|#x0*22)|(?P<apos>apos|#0*39|#x0*27));",
    re.IGNORECASE,
)
_DECODED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class WooCommerceWebhooks:
    """What the receiver asks of a platform, answered for WooCommerce."""

    usual_statuses: Mapping[Step, str] = {
        Step.COMPLETED: "completed",
        Step.SHIPPED: "processing",
        Step.RECEIVED: "completed",
        Step.CANCELED: "cancelled",
        Step.REFUSED: "cancelled",
        Step.REOPENED: "processing",
    }

    def is_unsigned_ping(self, headers: Mapping[str, str], body: bytes) -> bool:
        """A ping comes with no signature, while a webhook is created and at any time later."""
        return bool(_PING.fullmatch(body)) and not any(
            name.lower().startswith("x-wc-") for name in headers
        )

    def verify(self, headers: Mapping[str, str], body: bytes, secret: str) -> None:
        """Check the base64 HMAC-SHA256 of the raw body, in constant time.

        WooCommerce signs with the HTML-entity-decoded secret; a secret is accepted in both forms.

        Raises:
            BadSignatureError: it is missing or wrong, or there is no secret to check it with.
        """
        given = headers.get("x-wc-webhook-signature", "").strip().encode(errors="replace")
        if not given or not secret:
            raise BadSignatureError("the signature is missing")
        is_genuine = False
        for key in {secret, _without_entities(secret)}:
            is_genuine |= hmac.compare_digest(given, signature(body, key))
        if not is_genuine:
            raise BadSignatureError("the signature is wrong")

    def topic(self, headers: Mapping[str, str]) -> str:
        """What the request is about, e.g. "order.updated"; "" when it does not say."""
        return headers.get("x-wc-webhook-topic", "").strip()

    def parse(self, topic: str, body: bytes) -> tuple[Change, ...]:
        """What a verified request tells us; empty for a topic that is none of our business.

        Raises:
            MalformedPayloadError: not what this topic carries, or the store's own error object.
        """
        read = READERS.get(topic)
        if read is None:
            return ()
        data = fields.load(body)
        if "id" not in data and "code" in data:
            raise MalformedPayloadError(f"the store sent an error instead: {_code_of(data)}")
        change = read(data)
        return () if change is None else (change,)


def signature(body: bytes, key: str) -> bytes:
    """The value of X-WC-Webhook-Signature for this body."""
    digest = hmac.digest(key.encode(errors="surrogatepass"), body, hashlib.sha256)
    return base64.b64encode(digest)


def _without_entities(secret: str) -> str:
    """The secret as WordPress decodes it: only the five special characters of HTML."""
    return _ENTITY.sub(lambda match: _DECODED[str(match.lastgroup)], secret)


def _code_of(data: fields.Fields) -> str:
    code = data.get("code")
    return code if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else "unknown"


def _gone(key: str) -> Callable[[fields.Fields], Change]:
    return lambda data: OrderGone(str(fields.identifier(data, key)))


def _product_gone(data: fields.Fields) -> Change:
    return ListingGone(str(fields.identifier(data, "id")))


# Topics that are not here are acknowledged and ignored on purpose.
READERS: Mapping[str, Callable[[fields.Fields], Change | None]] = {
    "order.created": parse_order,
    "order.updated": parse_order,
    "order.restored": parse_order,
    "order.deleted": _gone("id"),  # the body is {"id": 37}, sent on trashing
    "action.woocommerce_delete_order": _gone("arg"),  # a force delete sends nothing else
    "action.woocommerce_before_delete_order": _gone("arg"),
    "product.created": parse_product,
    "product.updated": parse_product,
    "product.restored": parse_product,
    "product.deleted": _product_gone,  # the body is {"id": 17}, sent on trashing
}
