"""Orders of the simulated store in lists, their notes and totals: as recorded."""

from tests.sandbox.woocommerce.caller import Caller, recorded, shape


async def listed(caller: Caller, query: str) -> list[int]:
    status, orders = await caller.call("GET", f"/orders?{query}&order=asc&_fields=id")
    assert status == 200
    return [order["id"] for order in orders]


async def test_statuses_of_a_plugin_are_known_while_it_is_on(caller: Caller) -> None:
    sent = await caller.store.place_order(lines=[("MUG", 1)], status="np-sent")
    plain = await caller.store.place_order(lines=[("MUG", 1)])

    assert await listed(caller, "status=any") == [plain.id]
    assert (await caller.call("GET", f"/orders/{sent.id}"))[1]["status"] == "np-sent"
    assert (await caller.call("GET", "/orders?status=np-sent"))[0] == 400
    assert (await caller.call("PUT", f"/orders/{plain.id}", {"status": "np-sent"}))[0] == 400

    caller.store.plugin_statuses["np-sent"] = "Надіслано"
    assert await listed(caller, "status=any") == [sent.id, plain.id]
    assert await listed(caller, "status=np-sent,pending") == [sent.id]
    assert (await caller.call("PUT", f"/orders/{plain.id}", {"status": "np-sent"}))[0] == 200
    _, answer = await caller.call("GET", "/orders?status=nonsense")
    expected = recorded("error-bad-status-with-custom")[1]
    assert answer["data"]["params"] == expected["data"]["params"]


async def test_totals_by_status(caller: Caller) -> None:
    for given in ("processing", "processing", "checkout-draft"):
        await caller.store.place_order(lines=[("MUG", 1)], status=given)

    status, totals = await caller.call("GET", "/reports/orders/totals")

    real = recorded("reports-orders-totals")[1]
    assert status == 200
    assert [(each["slug"], each["name"]) for each in totals] == [
        (each["slug"], each["name"]) for each in real
    ]
    assert {each["slug"]: each["total"] for each in totals if each["total"]} == {
        "processing": 2,
        "checkout-draft": 1,
    }


async def test_notes_are_listed_newest_first(caller: Caller) -> None:
    order = await caller.store.place_order(lines=[("MUG", 1)])
    await caller.store.set_status(order.id, "completed")
    path = f"/orders/{order.id}/notes"

    wanted = {"note": "ТТН 20450000000000", "customer_note": True}
    status, made = await caller.call("POST", path, wanted)
    await caller.call("POST", path, {"note": "Kramar: Олег"})
    _, notes = await caller.call("GET", path)
    _, internal = await caller.call("GET", f"{path}?type=internal")

    real_status, real = recorded("order-note-create")
    assert (status, made["note"], made["customer_note"]) == (real_status, real["note"], True)
    assert shape(made) == shape(real)
    assert [(note["note"], note["customer_note"]) for note in notes] == [
        ("Kramar: Олег", False),
        *[(note["note"], note["customer_note"]) for note in recorded("order-notes-list")[1][:3]],
    ]
    assert len(internal) == 3
    assert (await caller.call("POST", path, {}))[0] == 400
    assert (await caller.call("POST", "/orders/99999/notes", wanted))[0] == 404


async def test_orders_go_to_the_trash_and_away(caller: Caller) -> None:
    order = await caller.store.place_order(lines=[("MUG", 1)])
    other = await caller.store.place_order(lines=[("MUG", 1)])
    path = f"/orders/{order.id}"

    status, before = await caller.call("DELETE", path)
    assert (status, before["status"]) == (200, "processing")
    assert await caller.call("DELETE", path) == recorded("order-trash-again-error")
    assert (await caller.call("GET", path))[1]["status"] == "trash"
    assert await listed(caller, f"include={order.id},{other.id}") == [other.id]
    assert await listed(caller, f"include={order.id},{other.id}&status=trash") == [order.id]
    await caller.call("DELETE", f"{path}?force=true")
    assert await caller.call("GET", path) == recorded("error-order-404")
    assert await listed(caller, "status=trash") == []


async def test_a_list_goes_on_from_an_offset(caller: Caller) -> None:
    orders = [await caller.store.place_order(lines=[("MUG", 1)]) for _ in range(3)]

    assert await listed(caller, "orderby=id&offset=1&per_page=1") == [orders[1].id]
    assert await listed(caller, f"exclude={orders[0].id}") == [orders[1].id, orders[2].id]
    assert (await caller.call("GET", "/orders?orderby=nonsense"))[0] == 400
