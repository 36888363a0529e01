"""The Telegram edge, and the way in: `python -m bot`."""
