"""What the screens of Settings show: a module for each, as in ``bot.handlers.settings``."""
