"""One cabinet's API v1: the token, its pace, its errors, its lists."""

from integrations.base import ShopAccount
from integrations.http import ApiClient
from integrations.prom.pauses import Pauses


class Cabinet:
    """A cabinet that can be asked.

    Args:
        api: how HTTP is spoken.
        base_url: the API's address, without a slash at the end.
        account: whose token it is.
        pauses: keep two requests with one token apart.
    """

    def __init__(self, api: ApiClient, base_url: str, account: ShopAccount, pauses: Pauses) -> None:
        self._api = api
        self._base_url = base_url
        self._account = account
        self._pauses = pauses
