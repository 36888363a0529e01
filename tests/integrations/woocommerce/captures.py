"""The requests captured from running stores, as the tests use them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"


@dataclass(frozen=True, slots=True)
class Capture:
    """One captured request. ``headers`` have lower-case names; ``secret`` is "" when unsigned."""

    name: str
    headers: dict[str, str]
    body: bytes
    secret: str

    @property
    def topic(self) -> str:
        return self.headers.get("x-wc-webhook-topic", "")

    def __str__(self) -> str:
        return self.name


def _load(meta_path: Path) -> Capture:
    meta = json.loads(meta_path.read_text())
    stem = meta_path.name.removesuffix(".headers.json")
    (body_path,) = (path for path in meta_path.parent.glob(f"{stem}.*") if path != meta_path)
    return Capture(
        name=f"{meta_path.parent.name}/{body_path.name}",
        headers={name.lower(): value for name, value in meta["headers"]},
        body=body_path.read_bytes(),
        secret=meta["secret"] or "" if meta["signature_verifies"] else "",
    )


@cache
def all_captures() -> list[Capture]:
    return [_load(path) for path in sorted(FIXTURES.glob("webhooks*/*.headers.json"))]


def signed() -> list[Capture]:
    return [capture for capture in all_captures() if capture.secret]


def unsigned() -> list[Capture]:
    return [capture for capture in all_captures() if not capture.secret]


def of_topic(prefix: str) -> list[Capture]:
    return [capture for capture in signed() if capture.topic.startswith(prefix)]


def capture(number: int, version: str = "") -> Capture:
    """The capture with this number; ``version`` is "" for 11.0.1, or "8.9.3"."""
    folder = f"webhooks-{version}" if version else "webhooks"
    start = f"{folder}/{number:03}-"
    (found,) = (one for one in all_captures() if one.name.startswith(start))
    return found


def rest_body(name: str) -> bytes:
    return (FIXTURES / "rest" / f"{name}.json").read_bytes()


def rest_status(name: str) -> int:
    meta = json.loads((FIXTURES / "rest" / f"{name}.meta.json").read_text())
    status: int = meta["status"]
    return status
