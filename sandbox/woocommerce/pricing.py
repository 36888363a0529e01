"""How a simulated store counts: rounding, taxes and a coupon's share, as WooCommerce keeps them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sandbox.woocommerce.model import Line, Quantity


@dataclass(frozen=True, slots=True)
class Pricing:
    """The store's decimals and its one tax; prices of goods may include it, delivery never does.

    Amounts are kept without tax, each rounded by itself: their sums may miss a kopiyka.
    """

    decimals: int
    tax_percent: int = 0
    prices_include_tax: bool = False

    def amounts(self, price: Decimal, quantity: Quantity) -> tuple[Decimal, Decimal]:
        """What goods cost without tax, and the tax."""
        whole = self._rounded(price * quantity)
        if not self.prices_include_tax:
            return whole, self.tax_on(whole)
        net = self._rounded(whole * 100 / (100 + self.tax_percent))
        return net, whole - net

    def tax_on(self, net: Decimal) -> Decimal:
        return self._rounded(net * self.tax_percent / 100)

    def discount(self, lines: Iterable[Line], percent: int) -> None:
        """Take a coupon's percentage off every line."""
        for line in lines:
            whole = line.subtotal + (line.subtotal_tax if self.prices_include_tax else 0)
            off = self._rounded(whole * percent / 100)
            share = 100 + self.tax_percent if self.prices_include_tax else 100
            line.total = line.subtotal - self._rounded(off * 100 / share)
            line.total_tax = line.subtotal_tax - self._rounded(off * self.tax_percent / share)

    def _rounded(self, amount: Decimal) -> Decimal:
        return amount.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)
