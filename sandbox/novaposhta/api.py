"""The API v2.0 of a simulated Nova Poshta and its printing host, as one application.

One address takes everything, and tells every failure as 200. Left out, and answered as unknown:
areas of packs, time intervals, reports, texts of message codes, returns and redirections.
"""

import json
from collections.abc import Callable, Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults import Faults
from sandbox.novaposhta.addresses import AddressApi
from sandbox.novaposhta.asking import (
    GENERAL,
    Answer,
    Object,
    Props,
    RefusedError,
    refusal,
    respond,
    success,
)
from sandbox.novaposhta.commons import common_methods
from sandbox.novaposhta.counterparties import CounterpartyApi
from sandbox.novaposhta.documents import DocumentApi
from sandbox.novaposhta.model import Account, Call
from sandbox.novaposhta.office import Office
from sandbox.novaposhta.printing import print_waybills, read_print
from sandbox.novaposhta.scan_sheets import ScanSheetApi
from sandbox.novaposhta.tracking import TrackingApi

API, ORDERS = "/v2.0/json/", "/orders"

Method = Callable[[Account, Props], Answer]

_AUTH_FAIL = ("20000200068", "API auth fail")
_INACTIVE = ("20000401362", "ApiKey inactive")
_TOO_MANY = ("20000401501", "To many requests")


class Api:
    """Answers over one office; each request goes into the log first."""

    def __init__(self, office: Office, log: list[Call], faults: Faults) -> None:
        self._office = office
        self._log = log
        self._faults = faults
        address, parties = AddressApi(office).methods(), CounterpartyApi(office)
        self._models: Mapping[str, Mapping[str, Method]] = {
            "Address": address,
            "AddressGeneral": {name: each for name, each in address.items() if name != "save"},
            "Common": common_methods(),
            "Counterparty": parties.methods(),
            "ContactPerson": parties.contact_methods(),
            "InternetDocument": DocumentApi(office).methods(),
            "TrackingDocument": TrackingApi(office).methods(),
            "ScanSheet": ScanSheetApi(office).methods(),
        }

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post(API, self._ask)
        app.router.add_post(API.rstrip("/"), self._ask)
        app.router.add_get(ORDERS + "/{rest:.+}", self._print)
        return app

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        call = _read(await request.read())

        async def proper(request: web.Request) -> web.StreamResponse:
            return respond(self._answer(call))

        return await self._log_and(call, request, proper)

    async def _print(self, request: web.Request) -> web.StreamResponse:
        call = read_print(request)

        async def proper(request: web.Request) -> web.StreamResponse:
            return print_waybills(self._office, call)

        return await self._log_and(call, request, proper)

    async def _log_and(
        self,
        call: Call,
        request: web.Request,
        proper: Handler,
    ) -> web.StreamResponse:
        self._log.append(call)
        fault = self._faults.of(f"{call.model}.{call.method}")
        return await (fault.apply(request, proper) if fault else proper(request))

    def _answer(self, call: Call) -> Object:
        try:
            account = self._account(call.key)
            return success(self._method(call)(account, call.properties))
        except RefusedError as error:
            return refusal(error.errors, as_object=self._office.errors_as_object)

    def _method(self, call: Call) -> Method:
        if call.model not in self._models:
            raise RefusedError((GENERAL, "Model is incorrect"))
        if call.method not in self._models[call.model]:
            raise RefusedError((GENERAL, "Method is incorrect"))
        return self._models[call.model][call.method]

    def _account(self, key: str) -> Account:
        """Whose key it is, once it is known to be good and not to come too often."""
        account = self._office.accounts.get(key)
        if account is None:
            raise RefusedError(_AUTH_FAIL)
        if account.key_state == "expired":
            raise RefusedError((self._office.expired_code, "API key expired"))
        if account.key_state == "inactive":
            raise RefusedError(_INACTIVE)
        last, account.asked_at = account.asked_at, self._office.now()
        if last is not None and account.asked_at - last < self._office.least_gap:
            raise RefusedError(_TOO_MANY)
        return account


def _read(body: bytes) -> Call:
    """What is asked; properties that are no object are none."""
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    data = data if isinstance(data, dict) else {}
    props = data.get("methodProperties")
    model, method, key = (
        str(data.get(name) or "") for name in ("modelName", "calledMethod", "apiKey")
    )
    return Call(model, method, props if isinstance(props, dict) else {}, key)
