"""Shop credentials at rest."""

import base64

import pytest

from services.secrets import SecretBox, WrongSecretKeyError

CREDENTIALS = {"key": "ck_1234567890", "secret": "cs_пароль", "webhook_secret": ""}


def test_what_was_locked_is_unlocked_with_the_same_key() -> None:
    stored = SecretBox("some key").encrypt(CREDENTIALS)

    assert SecretBox("some key").decrypt(stored) == CREDENTIALS


@pytest.mark.parametrize("key", ["", "x", "ключ", "k" * 10_000, "with spaces\nand lines"])
def test_a_key_may_be_any_text(key: str) -> None:
    assert SecretBox(key).decrypt(SecretBox(key).encrypt(CREDENTIALS)) == CREDENTIALS


def test_the_stored_text_shows_nothing_and_differs_each_time() -> None:
    box = SecretBox("some key")

    stored = box.encrypt(CREDENTIALS)

    raw = base64.urlsafe_b64decode(stored)
    assert not any(
        value.encode() in raw for value in (*CREDENTIALS, *CREDENTIALS.values()) if value
    )
    assert box.encrypt(CREDENTIALS) != stored


def test_another_key_is_a_clear_error_that_quotes_nothing() -> None:
    stored = SecretBox("some key").encrypt(CREDENTIALS)

    with pytest.raises(WrongSecretKeyError, match="SECRET_KEY is not the one") as caught:
        SecretBox("other key").decrypt(stored)

    assert stored not in str(caught.value)


@pytest.mark.parametrize("damage", ["", "not base64 !", "ключ"])
def test_a_damaged_text_is_the_same_error(damage: str) -> None:
    with pytest.raises(WrongSecretKeyError):
        SecretBox("some key").decrypt(damage)


def test_one_changed_byte_is_noticed() -> None:
    box = SecretBox("some key")
    raw = bytearray(base64.urlsafe_b64decode(box.encrypt(CREDENTIALS)))
    raw[len(raw) // 2] ^= 1

    with pytest.raises(WrongSecretKeyError):
        box.decrypt(base64.urlsafe_b64encode(raw).decode())


def test_logs_learn_each_value_that_passes() -> None:
    seen: list[str] = []
    stored = SecretBox("k", on_reveal=seen.append).encrypt(CREDENTIALS)
    assert seen == list(CREDENTIALS.values())

    seen.clear()
    SecretBox("k", on_reveal=seen.append).decrypt(stored)

    assert seen == list(CREDENTIALS.values())
