"""Buttons: what each tap carries, beside what draws it.

Callback data is stateless and lives for months: a prefix's fields never change; a new layout gets a
new prefix.
"""
