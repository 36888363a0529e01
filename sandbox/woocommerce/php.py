"""JSON as PHP writes it: every character beyond ASCII and every slash escaped.

Signatures cover the exact bytes, so a simulated store must write what a real one writes.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

Json = None | bool | int | Decimal | str | Sequence["Json"] | Mapping[str, "Json"]


def php_json(value: Json) -> str:
    """What PHP's ``json_encode`` makes of the value; decimals become JSON numbers."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return php_number(value)
        case str():
            return json.dumps(value).replace("/", "\\/")
        case Mapping():
            items = (f"{php_json(key)}:{php_json(item)}" for key, item in value.items())
            return "{" + ",".join(items) + "}"
        case _:
            return "[" + ",".join(php_json(item) for item in value) + "]"


def php_number(value: Decimal) -> str:
    """A PHP number: "405.45", "1215" without a fraction."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def only_fields(value: Json, fields: str) -> Json:
    """What is left of an object, or of each in a list, after WordPress's ``_fields`` parameter."""
    if not fields:
        return value
    if isinstance(value, Mapping):
        result: dict[str, Json] = {}
        for path in fields.split(","):
            _copy(value, result, path.strip().split("."))
        return result
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [only_fields(item, fields) for item in value]
    return value


def _copy(source: Mapping[str, Json], target: dict[str, Json], path: list[str]) -> None:
    key, *rest = path
    if key not in source:
        return
    inner = source[key]
    if rest and isinstance(inner, Mapping):
        held = target.setdefault(key, {})
        if isinstance(held, dict):
            _copy(inner, held, rest)
    elif not rest:
        target[key] = inner
