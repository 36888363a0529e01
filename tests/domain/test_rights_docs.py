"""``docs/rights.md`` says what ``domain/rights.py`` does, in both languages."""

from pathlib import Path

import pytest

from domain.rights import RIGHTS, Right, Role

DOCUMENT = Path(__file__).parents[2] / "docs" / "rights.md"
YES = "✓"

# What each right is called there. A new right needs a row in both tables.
ROWS = {
    None: ("Бачити замовлення", "See orders"),
    Right.CARE: ("Змінювати статус", "Change the status"),
    Right.SELL: ("Підтверджувати", "Confirm"),
    Right.CLOSE: ("Відхиляти", "Reject"),
    Right.MONEY: ("Приймати повернення", "Take goods back"),
    Right.SEE_PROFIT: ("Бачити собівартість", "See what goods cost"),
    Right.EDIT_STATUSES: ("Налаштовувати статуси", "Edit statuses"),
    Right.EDIT_MONEY: ("Канали продажу", "Sales channels"),
    Right.EDIT_CHATS: ("Чати", "Chats"),
    Right.EDIT_STAFF: ("Запрошувати", "Invite"),
    Right.SEE_AUDIT: ("Читати журнал", "Read the audit log"),
    Right.EDIT_SHOPS: ("Підключати", "Connect and disconnect"),
    Right.LINK: ("Вказувати товар", "Say which product"),
}
ROLES: dict[tuple[str, ...], int] = {
    ("власник", "менеджер", "продавець", "пакувальник"): 0,
    ("owner", "manager", "seller", "packer"): 1,
}


def tables() -> list[list[list[str]]]:
    """The cells of each table, its head first."""
    found: list[list[list[str]]] = [[]]
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found[-1].append(cells)
        elif found[-1]:
            found.append([])
    return [table for table in found if table]


@pytest.mark.parametrize("language", [0, 1])
def test_the_table_for_owners_is_that_of_the_program(language: int) -> None:
    head, _, *rows = tables()[language]

    assert ROLES[tuple(head[1:])] == language
    assert set(ROWS) == {None, *Right}
    assert len(rows) == len(ROWS)
    for (right, names), (name, *marks) in zip(ROWS.items(), rows, strict=True):
        assert name.startswith(names[language])
        told = [role for role, mark in zip(Role, marks, strict=True) if mark == YES]
        assert told == [role for role in Role if right is None or right in RIGHTS[role]]
        assert {*marks} <= {YES, ""}
