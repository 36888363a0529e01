"""Sentences of the sales screen: short answers, and what is wrong with an answer. Plain text."""

from decimal import Decimal

from bot.i18n import Translator
from bot.texts import explain
from domain.errors import RejectedError, TypedError, TypedProblem


def money_received(amount: Decimal, currency: str, t: Translator) -> str:
    return t("Received: {amount}", amount=t.money(amount, currency))


def goods_returned(t: Translator) -> str:
    return t("The goods are back.")


def return_changed(t: Translator) -> str:
    return t("The return has changed. Check it and tap Return goods once more.")


def settled_sum_problem(error: RejectedError, t: Translator) -> str:
    """Why what was typed is no sum that was received."""
    if isinstance(error, TypedError) and error.problem is TypedProblem.NOT_POSITIVE:
        return t("Type a sum above zero.")
    return explain(error, t)


def quantity_problem(error: RejectedError, t: Translator) -> str:
    """Why what was typed is no quantity that came back."""
    if isinstance(error, TypedError) and error.problem is TypedProblem.NOT_POSITIVE:
        return t("A quantity is above zero. If nothing came back, go Back and tap Not returned.")
    return explain(error, t)
