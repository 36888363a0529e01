"""Tortoise's PostgreSQL backend, without its leak of connections.

Where ``BEGIN`` fails, or is cancelled while it waits, Tortoise never gives the connection back: the
pool has one less for ever, and closing it waits 10 s for what does not come.
"""

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    TransactionalDBClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connections


class _TransactionContext(TransactionContextPooled):
    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        pool = self.client._parent._pool
        self.client._connection = await pool.acquire()
        try:
            await self.client.begin()
        except BaseException:
            await pool.release(self.client._connection)  # which rolls back
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client


class SafePostgresClient(AsyncpgDBClient):
    """The backend's client: what Tortoise opens for a PostgreSQL connection."""

    def _in_transaction(self) -> TransactionContext:
        return _TransactionContext(TransactionWrapper(self), self._pool_init_lock)


client_class = SafePostgresClient
