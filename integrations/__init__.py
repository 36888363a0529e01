"""Other people's APIs: foreign data in, our types out. No database and no Telegram here."""
