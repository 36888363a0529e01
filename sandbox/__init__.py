"""The outside world, simulated: Telegram, shops and carrier, for the demo and for tests."""
