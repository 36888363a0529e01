"""Importing aiogram without building what may never be used.

aiogram builds the validators of all its 600 types and methods when it is imported: about 2 s and
100 MB. We use some twenty of them. pydantic can build a validator at its first use instead
(``defer_build``); aiogram asks for that, and then builds everything all the same.

Call ``import_aiogram`` before anything else imports aiogram. Should aiogram change under our hands,
it is imported as it is everywhere else: slower, nothing worse.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, PydanticUserError

log = structlog.get_logger(__name__)

# What every bot needs: built at once, so that the first tap does not wait for it. The types go
# first: what contains one that is built takes it over instead of building its own.
_NEEDED_TYPES = ("Message", "Update")
_NEEDED_METHODS = ("GetUpdates", "SendMessage", "EditMessageText", "AnswerCallbackQuery")


@dataclass(slots=True)
class _Postponed:
    """The types whose validators aiogram wanted to be built, and what their annotations name."""

    models: list[type[BaseModel]] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)


def import_aiogram() -> None:
    """Import aiogram, most of its validators to be built when first used."""
    if "aiogram" in sys.modules:
        return
    with _postponing() as postponed:
        importlib.import_module("aiogram")
    try:
        _build_when_used(postponed.names)
        _build_needed()
    except (ImportError, AttributeError, PydanticUserError) as error:
        log.warning("aiogram is not as expected and takes more memory", reason=repr(error))
        for model in postponed.models:
            model.model_rebuild(_types_namespace=postponed.names)


@contextmanager
def _postponing() -> Iterator[_Postponed]:
    """Models defined meanwhile build their validators later, also when they are told to at once."""
    postponed = _Postponed()
    build = BaseModel.__dict__["model_rebuild"]
    config = BaseModel.model_config

    def postpone(model: type[BaseModel], /, **how: Any) -> Any:
        names = how.get("_types_namespace")
        if not names or model.__name__ not in names:
            return build.__func__(model, **how)
        postponed.models.append(model)  # we are in aiogram's loop over all its types
        postponed.names = dict(names)
        return None

    BaseModel.model_config = ConfigDict(defer_build=True)
    setattr(BaseModel, "model_rebuild", classmethod(postpone))  # noqa: B010  (mypy refuses the plain assignment)
    try:
        yield postponed
    finally:
        BaseModel.model_config = config
        setattr(BaseModel, "model_rebuild", build)  # noqa: B010  (mypy refuses the plain assignment)


def _build_when_used(names: dict[str, Any]) -> None:
    """Let aiogram's models find the types their annotations name, whenever they are built."""
    from aiogram.methods import Request, Response, TelegramMethod
    from aiogram.types import TelegramObject

    build = BaseModel.__dict__["model_rebuild"].__func__

    def build_with_names(model: type[BaseModel], /, **how: Any) -> Any:
        return build(model, **{**how, "_types_namespace": how.get("_types_namespace") or names})

    for root in (TelegramObject, TelegramMethod, Request, Response):
        setattr(root, "model_rebuild", classmethod(build_with_names))  # noqa: B010  (mypy refuses the plain assignment)


def _build_needed() -> None:
    from aiogram import methods, types

    for name in _NEEDED_TYPES:
        getattr(types, name).model_rebuild()
    response: Any = methods.Response
    for name in _NEEDED_METHODS:
        method = getattr(methods, name)
        method.model_rebuild()
        response[method.__returning__].model_rebuild()
