"""Tables: columns, constraints, tiny derived properties. No queries and no rules here.

The first line of a model's docstring becomes the table's comment in the schema. It must not hold a
semicolon: Tortoise 1.1.9 splits the statement there on SQLite.
"""

MODEL_MODULES = (
    "models.audit",
    "models.care",
    "models.carriers",
    "models.connecting",
    "models.customers",
    "models.drafts",
    "models.inbox",
    "models.money",
    "models.orders",
    "models.outbox",
    "models.preferences",
    "models.sales",
    "models.search",
    "models.shops",
    "models.staff",
    "models.statuses",
    "models.stock",
    "models.telegram",
)
