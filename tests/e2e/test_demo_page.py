"""The demo as a visitor meets it: the chat page in a real browser, on a phone-sized screen."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from sandbox.demo import Demo

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 60_000


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=CHROMIUM_ARGUMENTS
        )
        yield browser
        await browser.close()


async def test_a_visitor_sells_rejects_and_relabels_with_the_thumb(
    browser: Browser, tmp_path: Path
) -> None:
    demo = Demo(tmp_path, port=0, seed=7)
    async with demo.running():
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        await page.goto(demo.url)

        await _see_the_gift_being_paid(page)
        await _sell_the_newest(page)
        await _relabel(page, "ПЕРЕДЗВОНИТИ")
        await _reject(page)
        await _look_at_the_tabs(page)

        sales = (await demo.command("dump", "sales")).splitlines()
        assert [json.loads(sale)["staff"] for sale in sales] == ["Олена"]
        orders = [json.loads(row) for row in (await demo.command("dump", "orders")).splitlines()]
        assert sorted(order["status"] for order in orders) == [
            "Canceled",
            "Completed",
            "ПЕРЕДЗВОНИТИ",
        ]
        await demo.command("check")


async def _see_the_gift_being_paid(page: Page) -> None:
    """An order on Prom.ua, which tells nobody: whoever asks sees it, and later its payment."""
    gift = page.get_by_test_id("text").filter(has_text="· Prom.ua")
    await expect(gift).to_contain_text("Отримувач: Дмитро Кравець", timeout=PATIENCE_MS)
    await expect(gift).to_contain_text("Поштомат")
    await expect(gift).to_contain_text("Оплачено онлайн", timeout=PATIENCE_MS)


async def _sell_the_newest(page: Page) -> None:
    """Three taps at most: Confirm, (nothing to choose), Add sale."""
    await expect(_button(page, "Підтвердити")).to_have_count(3, timeout=PATIENCE_MS)
    await _button(page, "Підтвердити").last.click()
    await _button(page, "Додати продаж").last.click()
    await expect(_button(page, "Відмінити дію").last).to_be_visible(timeout=PATIENCE_MS)
    await expect(_button(page, "Підтвердити")).to_have_count(2, timeout=PATIENCE_MS)


async def _relabel(page: Page, label: str) -> None:
    await _button(page, "Змінити статус").last.click()
    await _button(page, "Новий статус").last.click()
    field = page.get_by_test_id("input")
    await field.fill(label)
    await field.press("Enter")
    await expect(page.get_by_test_id("text").filter(has_text=f"→ {label}").first).to_be_visible(
        timeout=PATIENCE_MS
    )
    await _button(page, "Без нагадування").last.click()
    await expect(_button(page, "Відхилити")).to_have_count(2, timeout=PATIENCE_MS)


async def _reject(page: Page) -> None:
    await _button(page, "Відхилити").first.click()
    await _button(page, "Немає в наявності").last.click()
    await expect(_button(page, "Відхилити")).to_have_count(1, timeout=PATIENCE_MS)


async def _look_at_the_tabs(page: Page) -> None:
    await page.get_by_test_id("reply-button").filter(has_text="Замовлення").click()
    tabs = _button(page, "ПЕРЕДЗВОНИТИ 1")
    await expect(tabs.last).to_be_visible(timeout=PATIENCE_MS)


def _button(page: Page, label: str) -> Locator:
    return page.get_by_test_id("inline-button").filter(has_text=label)
