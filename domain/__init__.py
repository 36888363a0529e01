"""What the program decides, in plain Python: no database, no network, no Telegram."""
