"""The methods of the Bot API, by lower-case name (names are case-insensitive)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.telegram.methods import (
    callbacks,
    chats,
    deletes,
    edits,
    inline,
    messages,
    profile,
    uploads,
)
from sandbox.telegram.params import Params
from sandbox.telegram.world import World

Method = Callable[[World, Params], Any]

METHODS: Mapping[str, Method] = {
    name.lower(): method
    for module in (callbacks, chats, deletes, edits, inline, messages, profile, uploads)
    for name, method in module.METHODS.items()
}
