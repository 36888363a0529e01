"""Conversations with shops: ask one over its API, then let a service store what it said.

What a shop is owed is read and recorded in transactions of the services, before and after the call,
never around it.
"""
