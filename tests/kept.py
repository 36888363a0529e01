"""What libraries work out anew at every start of a bot or a database, kept between the tests.

A process does it once; the tests start bots and databases a thousand times, always the same ones.
"""

from types import FunctionType, MethodType
from typing import Any

from tortoise.apps import Apps


def keep_what_stays_the_same() -> None:
    """Let aiogram and Tortoise remember, for the whole test run."""
    _keep_parameters()
    _keep_models()


def _keep_parameters() -> None:
    """aiogram inspects the parameters of each handler, and of 600 stand-ins in its routers."""
    from aiogram.dispatcher.event.handler import CallableObject

    inspect = CallableObject.__post_init__
    kept: dict[object, tuple[bool, set[str], bool]] = {}

    def inspect_once(self: CallableObject) -> None:
        code = _code(self.callback)
        if code in kept:
            self.awaitable, self.params, self.varkw = kept[code]
            return
        inspect(self)
        if code is not None:
            kept[code] = self.awaitable, self.params, self.varkw

    CallableObject.__post_init__ = inspect_once  # type: ignore[method-assign]


def _code(callback: Any) -> object:
    """What the parameters of a plain function or method depend on; None of anything else."""
    is_method = isinstance(callback, MethodType)
    function = callback.__func__ if is_method else callback
    if not isinstance(function, FunctionType) or "__wrapped__" in vars(function):
        return None
    return is_method, function.__code__


def _keep_models() -> None:
    """What Tortoise adds to the models depends on the engine: it is added again for another one."""
    build = Apps._build_initial_querysets
    built: list[object] = []

    def build_for_another_engine(self: Apps) -> None:
        models = [model for app in self.apps.values() for model in app.values()]
        wanted = [(model, type(model._meta.db)) for model in models]
        if built != wanted:
            build(self)
            built[:] = wanted

    Apps._build_initial_querysets = build_for_another_engine  # type: ignore[method-assign]
