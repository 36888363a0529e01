"""Guides of integrations: files that open on any phone."""

import base64
import re
from urllib.parse import unquote

import pytest

from bot import guides
from bot.i18n import ENGLISH, UKRAINIAN
from bot.keyboards.guides import GuideTap
from sandbox.telegram import Message
from tests.bot.conftest import PATIENCE_S, Scene

FIRST_WORDS = {UKRAINIAN: "Як підключити", ENGLISH: "How to integrate with"}
PLATFORMS = {
    "woocommerce": dict.fromkeys(FIRST_WORDS, "WooCommerce"),
    "prom": dict.fromkeys(FIRST_WORDS, "Prom.ua"),
    "novaposhta": {UKRAINIAN: "Нову пошту", ENGLISH: "Nova Poshta"},
}
per_platform = pytest.mark.parametrize("platform", PLATFORMS)


@per_platform
@pytest.mark.parametrize("language", FIRST_WORDS)
def test_a_guide_holds_its_pictures_and_leads_nowhere_else(platform: str, language: str) -> None:
    name, content = guides.guide(platform, language)
    page = content.decode()

    title = f"{FIRST_WORDS[language]} {PLATFORMS[platform][language]}"
    assert name == f"{title}.html"
    assert f'<html lang="{language}">' in page
    assert f">{title}</h1>" in page
    pictures = re.findall(r'<img src="data:image/png;base64,([^"]+)"', page)
    assert len(pictures) == page.count("<img") == 4
    assert all(base64.b64decode(each).startswith(b"\x89PNG") for each in pictures)
    headings = set(re.findall(r'<h\d id="([^"]+)"', page))
    links = re.findall(r'href="([^"]+)"', page)
    assert all(link.startswith("https://") or unquote(link)[1:] in headings for link in links)


@per_platform
def test_each_language_has_the_same_parts(platform: str) -> None:
    pages = [guides.guide(platform, language)[1].decode() for language in FIRST_WORDS]

    for part in ("<h2", "<tr>", "<li>", "<img"):
        assert len({page.count(part) for page in pages}) == 1, part


def test_only_known_names_are_looked_for() -> None:
    assert not guides.exists("ebay")
    for platform in ("../woocommerce", "", "WooCommerce", "a" * 17):
        with pytest.raises(ValueError, match="platform"):
            GuideTap(platform=platform)


async def test_a_guide_comes_as_a_file_and_an_open_question_stays(scene: Scene) -> None:
    """In the language of whoever taps, from where a shop begins to be connected."""
    await scene.owner.send("/settings")
    screen = await scene.message(scene.owner.chat, button="Магазини")
    await scene.tap(scene.owner, screen, "Магазини")
    await scene.tap(scene.owner, screen, "Підключити WooCommerce")
    await scene.tap(scene.owner, screen, "Інструкція")

    def sent() -> Message | None:
        return next((each for each in scene.owner.chat.messages if each.file), None)

    message = await scene.telegram.wait_for(sent, timeout=PATIENCE_S)
    assert message.file is not None
    name, content = guides.guide("woocommerce", UKRAINIAN)
    assert (message.file.name, message.file.data) == (name, content)
    await scene.owner.send("не адреса")
    await scene.message(scene.owner.chat, "«не адреса»")
