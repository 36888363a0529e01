"""No token is used more often than once a second: Prom.ua publishes no limit."""


class Pauses:
    """Keeps two requests with one token at least ``pause_s`` apart."""

    def __init__(self, pause_s: float = 1.0) -> None:
        self._pause_s = pause_s
