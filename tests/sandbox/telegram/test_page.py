"""The chat page in a real browser, as a phone shows it."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from aiogram import Bot
from aiogram.types import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)
from playwright.async_api import FloatRect, Locator, Page, async_playwright, expect

from sandbox.telegram import Group, TelegramSandbox, User
from sandbox.woocommerce import WooCommerceStore

OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Confirm", callback_data="c", style="success")]]
)

expect.set_options(timeout=15_000)


@pytest.fixture
async def page(chromium: str, sandbox: TelegramSandbox, olena: User) -> AsyncIterator[Page]:
    """Olena's private chat on a phone; any error of the page's script fails the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"{sandbox.url}/?as=101&chat=101")
        await expect(page.get_by_test_id("message")).to_have_count(1)
        yield page
        await browser.close()
        assert errors == []


async def test_a_tap_spins_until_it_is_answered(
    sandbox: TelegramSandbox, bot: Bot, page: Page
) -> None:
    await bot.send_message(101, "Order 1", reply_markup=CARD)
    button = page.get_by_test_id("inline-button")
    await expect(button).to_have_attribute("data-style", "success")

    await button.click()
    await expect(button).to_have_class("success busy")
    (query,) = await bot.get_updates(timeout=5)
    assert query.callback_query is not None
    await bot.answer_callback_query(query.callback_query.id, "Already done", show_alert=True)

    await expect(page.get_by_test_id("alert")).to_contain_text("Already done")
    await expect(button).to_have_class("success")
    await page.get_by_test_id("alert-ok").click()
    await expect(page.get_by_test_id("alert")).to_be_hidden()

    await button.click()
    (query,) = await bot.get_updates(offset=query.update_id + 1, timeout=5)
    assert query.callback_query is not None
    await bot.answer_callback_query(query.callback_query.id, "Confirmed")
    await expect(page.get_by_test_id("toast")).to_have_text("Confirmed")


async def test_what_is_typed_and_pressed_reaches_the_bot(
    sandbox: TelegramSandbox, olena: User, bot: Bot, page: Page
) -> None:
    rows = [[KeyboardButton(text="Orders"), KeyboardButton(text="Sales")]]
    await bot.send_message(101, "Menu", reply_markup=ReplyKeyboardMarkup(keyboard=rows))
    await page.get_by_test_id("reply-button").nth(1).click()
    await sandbox.wait_for(lambda: olena.chat.messages[-1].text == "Sales")

    await bot.send_message(101, "Why?", reply_markup=ForceReply(input_field_placeholder="Reason"))
    entry = page.get_by_test_id("input")
    await expect(entry).to_have_attribute("placeholder", "Reason")
    await entry.fill("Out of stock")
    await entry.press("Enter")

    await sandbox.wait_for(lambda: olena.chat.messages[-1].text == "Out of stock")
    reply_to = olena.chat.messages[-1].reply_to
    assert reply_to is not None
    assert reply_to.text == "Why?"


async def test_what_is_typed_after_the_bots_name_offers_results(
    olena: User, bot: Bot, page: Page
) -> None:
    await page.get_by_test_id("input").fill("@kramar_demo_bot 1234")
    (update,) = await bot.get_updates(timeout=5)
    assert update.inline_query is not None
    assert update.inline_query.query == "1234"
    text = InputTextMessageContent(message_text="Order <b>1234</b>", parse_mode="HTML")
    offered = InlineQueryResultArticle(
        id="7", title="1234 · Олена", description="New", input_message_content=text
    )
    await bot.answer_inline_query(update.inline_query.id, [offered], cache_time=0)

    result = page.get_by_test_id("result-7")
    await expect(result).to_contain_text("1234 · Олена")
    await result.click()

    await expect(page.get_by_test_id("message").last).to_contain_text("via @kramar_demo_bot")
    await expect(page.get_by_test_id("text").last).to_contain_text("Order 1234")
    await expect(result).to_have_count(0)
    await expect(page.get_by_test_id("input")).to_have_value("")
    assert olena.chat.messages[-1].via_bot is not None


async def test_messages_are_edited_in_place_and_never_run_as_html(bot: Bot, page: Page) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    sent = await bot.send_message(101, hostile)
    text = page.get_by_test_id("message").last.get_by_test_id("text")
    await expect(text).to_contain_text(hostile)

    new = "<b>New</b> <blockquote expandable>1\n2\n3\n4\n5</blockquote>"
    await bot.edit_message_text(
        new, chat_id=101, message_id=sent.message_id, parse_mode="HTML", reply_markup=CARD
    )
    await expect(text.locator("b")).to_have_text("New")
    await expect(page.get_by_test_id("message").last.get_by_test_id("meta")).to_contain_text(
        "edited"
    )
    await page.get_by_test_id("expandable").click()
    await expect(page.get_by_test_id("expandable")).to_have_class("folds open")

    await bot.delete_message(101, sent.message_id)
    await expect(page.get_by_test_id("message")).to_have_count(1)


async def test_edits_do_not_move_what_is_read(
    sandbox: TelegramSandbox, olena: User, bot: Bot, page: Page
) -> None:
    sent = [await bot.send_message(101, f"Order {number}") for number in range(40)]
    rows = page.get_by_test_id("message")
    await expect(rows).to_have_count(41)
    await expect(rows.nth(40)).to_be_in_viewport()
    await rows.nth(20).evaluate("row => row.scrollIntoView({block: 'center', behavior: 'instant'})")
    await expect(page.locator("#to-bottom")).to_be_visible()
    before = await rows.nth(20).bounding_box()

    await bot.edit_message_text("longer\n" * 9, chat_id=101, message_id=sent[1].message_id)
    await expect(rows.nth(2)).to_contain_text("edited")
    await bot.send_message(101, "news")
    await expect(rows).to_have_count(42)

    assert await rows.nth(20).bounding_box() == pytest.approx(before, abs=1)
    await page.locator("#to-bottom").click()
    await expect(rows.nth(41)).to_be_in_viewport()


async def test_what_is_said_while_the_page_opens_is_there_once(bot: Bot, page: Page) -> None:
    said: list[str] = []
    opened = asyncio.Event()

    async def say() -> None:
        while not opened.is_set():
            said.append(f"Order {len(said)}")
            await bot.send_message(101, said[-1])
            await asyncio.sleep(0.02)  # a page on a busy machine must keep up

    async with asyncio.TaskGroup() as group:
        group.create_task(say())
        for _ in range(5):
            await page.reload()
            await page.get_by_test_id("message").first.wait_for()
        opened.set()

    texts = page.get_by_test_id("text").filter(has_text="Order")
    await expect(texts.last).to_contain_text(said[-1])
    assert [text.split("\n")[0] for text in await texts.all_inner_texts()] == said


async def test_another_person_and_another_chat(
    sandbox: TelegramSandbox, group: Group, bot: Bot, page: Page
) -> None:
    await bot.send_message(group.id, "Order 2", reply_markup=CARD)
    await expect(page.get_by_test_id("banner")).to_contain_text("Order 2")

    await page.get_by_test_id("person-102").click()
    await expect(page.get_by_test_id("start")).to_have_text("START")
    await page.get_by_test_id("back").click()
    await page.get_by_test_id(f"chat-{group.id}").click()
    await page.get_by_test_id("inline-button").click()

    (query,) = (await bot.get_updates(timeout=5))[-1:]
    assert query.callback_query is not None
    assert query.callback_query.from_user.id == 102
    url = "https://t.me/kramar_demo_bot?start=sale_2"
    await bot.answer_callback_query(query.callback_query.id, url=url)
    await sandbox.wait_for(lambda: sandbox.messages(102)[-1:] and sandbox.messages(102)[-1].text)
    assert sandbox.messages(102)[-1].text == "/start sale_2"
    await expect(page.get_by_test_id("message")).to_contain_text("/start sale_2")


async def test_a_preview_stands_beside_its_text_and_goes_with_an_edit(bot: Bot, page: Page) -> None:
    async with WooCommerceStore() as store:
        for sku, colour in (("MUG", "#c0392b"), ("CUP", "#2f6fb5")):
            look = ("mug", colour)
            store.add_product(sku=sku, name=sku, price=Decimal(9), stock=1, picture=look)
        url = store.picture_url("MUG")
        await bot.send_message(101, "long\n" * 60)  # so that the page has something to scroll
        above = LinkPreviewOptions(url=url, prefer_small_media=True, show_above_text=True)
        sent = await bot.send_message(101, "Mug", link_preview_options=above, reply_markup=CARD)
        message = page.get_by_test_id("message").last
        preview, text = message.get_by_test_id("preview"), message.get_by_test_id("text")
        image = preview.locator("img")
        await expect(image).to_have_js_property("naturalWidth", 160)
        assert await _top(preview) < await _top(text)
        assert (await _box(image))["width"] == 64

        async def edit(options: LinkPreviewOptions) -> None:
            await bot.edit_message_text(
                "Mug",
                chat_id=101,
                message_id=sent.message_id,
                link_preview_options=options,
                reply_markup=CARD,
            )

        await edit(LinkPreviewOptions(url=store.picture_url("CUP")))
        await expect(preview).to_have_class("preview large")
        await expect(image).to_have_js_property("naturalWidth", 160)
        assert await _top(preview) > await _top(text)
        assert (await _box(image))["width"] > 150
        await expect(page.get_by_test_id("inline-button")).to_be_in_viewport(ratio=1)

        await edit(LinkPreviewOptions(is_disabled=True))
        await expect(preview).to_have_count(0)
        await expect(page.get_by_test_id("inline-button")).to_have_count(1)


async def test_a_picture_that_is_not_there_is_not_shown(bot: Bot, page: Page) -> None:
    async with WooCommerceStore() as store:
        options = LinkPreviewOptions(url=store.picture_url("NONE"))
        await bot.send_message(101, "Mug", link_preview_options=options)
        await expect(page.get_by_test_id("message")).to_have_count(2)
        await expect(page.get_by_test_id("preview")).to_have_count(0)


async def test_a_page_asks_only_this_machine_for_pictures(bot: Bot, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for url in ("https://shop.example/mug.png", "javascript:alert(1)", "no address"):
        options = LinkPreviewOptions(url=url)
        await bot.send_message(101, f"See {url[:4]}", link_preview_options=options)

    await expect(page.get_by_test_id("message")).to_have_count(4)
    await expect(page.get_by_test_id("preview")).to_have_count(1)
    await expect(page.get_by_test_id("preview")).to_have_text("shop.example")
    await expect(page.get_by_test_id("preview").locator("img")).to_have_count(0)
    assert not [url for url in asked if "shop.example" in url]


async def _top(locator: Locator) -> float:
    return (await _box(locator))["y"]


async def _box(locator: Locator) -> FloatRect:
    box = await locator.bounding_box()
    assert box is not None
    return box
