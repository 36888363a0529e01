"""Common in the API: the lists whose Refs waybills are made of."""

from collections.abc import Callable, Mapping

from sandbox.novaposhta.asking import Answer, Props
from sandbox.novaposhta.model import Account

Rows = Mapping[str, str]

_PAYERS: Rows = {"Sender": "Відправник", "Recipient": "Одержувач"}
_LISTS: Mapping[str, Rows] = {
    "getCargoTypes": {
        "Parcel": "Посилка",
        "Cargo": "Вантаж",
        "Documents": "Документи",
        "TiresWheels": "Шини-диски",
        "Pallet": "Палети",
    },
    "getServiceTypes": {
        "DoorsDoors": "Двері-Двері",
        "DoorsWarehouse": "Двері-Відділення",
        "WarehouseWarehouse": "Відділення-Відділення",
        "WarehouseDoors": "Відділення-Двері",
        "DoorsPostomat": "Двері-Поштомат",
        "WarehousePostomat": "Відділення-Поштомат",
    },
    "getTypesOfPayers": {**_PAYERS, "ThirdPerson": "Третя особа"},
    "getTypesOfPayersForRedelivery": _PAYERS,
    "getPaymentForms": {"Cash": "Готівка", "NonCash": "Безготівка"},
    "getBackwardDeliveryCargoTypes": {
        "Documents": "Документи",
        "Money": "Гроші",
        "Trays": "Піддони",
        "Other": "Інше",
    },
}


def common_methods() -> Mapping[str, Callable[[Account, Props], Answer]]:
    return {name: _lister(rows) for name, rows in _LISTS.items()}


def _lister(rows: Rows) -> Callable[[Account, Props], Answer]:
    answer = Answer([{"Ref": ref, "Description": name} for ref, name in rows.items()])
    return lambda account, props: answer
