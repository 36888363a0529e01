"""The background edge: the inbox is worked, the outbox delivered."""
