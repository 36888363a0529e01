"""Tortoise's SQLite backend, with transactions that begin as writers.

A plain ``BEGIN`` that reads first cannot be upgraded once somebody else has written: SQLite fails
at once with "database is locked", whatever the busy timeout. ``BEGIN IMMEDIATE`` waits its turn
instead. It also serialises our transactions, so reading a row and then changing it inside one needs
no further lock here (PostgreSQL gets ``FOR UPDATE``).
"""

import sqlite3
from collections.abc import Coroutine
from typing import Any

from tortoise.backends.base.client import (
    ConnectionWrapper,
    NestedTransactionContext,
    TransactionalDBClient,
    TransactionContext,
)
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import DBConnectionError, OperationalError


class _ImmediateTransaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(_ImmediateTransaction(self))


class _ImmediateTransactionContext(SqliteTransactionContext):
    """As Tortoise's, but whatever fails or is cancelled leaves no transaction open behind it.

    A statement whose awaiting task is cancelled is carried out all the same, later, in aiosqlite's
    thread. A rollback queued behind it, before the lock is given away, undoes it; it does nothing
    where no transaction is open.
    """

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self._or_roll_back(self.connection.begin())
        except BaseException:
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection  # type: ignore[no-any-return]

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        try:
            end = self.connection.rollback if exc_type else self.connection.commit
            await self._or_roll_back(end())
        finally:
            get_connections().reset(self.token)
            self._trxlock.release()

    async def _or_roll_back(self, step: Coroutine[Any, Any, None]) -> None:
        try:
            await step
        except BaseException:
            await self.connection._connection.rollback()
            raise


class _Connection(ConnectionWrapper[Any]):
    """As Tortoise's, but a connection that cannot be opened keeps nobody waiting for ever."""

    async def __aenter__(self) -> Any:
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection


class ImmediateSqliteClient(SqliteClient):
    """SQLite whose transactions are ``BEGIN IMMEDIATE``."""

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        return _Connection(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return _ImmediateTransactionContext(_ImmediateTransaction(self), self._lock)

    async def create_connection(self, with_db: bool) -> None:
        """As Tortoise's, but a file that cannot be used leaves no thread behind, and is explained.

        Raises:
            DBConnectionError: it is no database, or may not be written.
        """
        try:
            await super().create_connection(with_db)
        except sqlite3.Error as error:
            await self.close()
            raise DBConnectionError(f"{self.filename}: {error}") from error

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Many rows outside a transaction: in one of their own."""
        async with self._in_transaction() as client:
            await client.execute_many(query, values)


client_class = ImmediateSqliteClient
