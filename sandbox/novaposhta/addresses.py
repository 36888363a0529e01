"""Address and AddressGeneral in the API: settlements, cities, branches, streets, doors."""

from collections.abc import Callable, Mapping

from sandbox.novaposhta.asking import (
    REF_INCORRECT,
    Answer,
    Object,
    Props,
    RefusedError,
    number,
    one_page,
    text,
)
from sandbox.novaposhta.model import (
    BRANCH_TYPE,
    CARGO_TYPE,
    LIMITED_TYPE,
    LOCKER_TYPE,
    PRIVATBANK_TYPE,
    Account,
    Address,
    City,
)
from sandbox.novaposhta.office import Office
from sandbox.novaposhta.render import city_row, settlement_row, settlement_search_row, warehouse_row

_TYPES: Mapping[str, str] = {
    LIMITED_TYPE: "Поштове відділення з обмеженням",
    BRANCH_TYPE: "Поштове(ий)",
    PRIVATBANK_TYPE: "Поштомат ПриватБанку",
    CARGO_TYPE: "Вантажне(ий)",
    LOCKER_TYPE: "Поштомат",
}
_MOST_WAREHOUSES, _MOST_SETTLEMENTS, _MOST_STREETS = 500, 150, 500
BUILDING_EXISTS = ("30000500679", "Building already exists")


class AddressApi:
    """Methods over one office."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def methods(self) -> Mapping[str, Callable[[Account, Props], Answer]]:
        return {
            "searchSettlements": self.search_settlements,
            "getSettlements": self.get_settlements,
            "getAreas": self.get_areas,
            "getCities": self.get_cities,
            "getWarehouses": self.get_warehouses,
            "getWarehouseTypes": self.get_warehouse_types,
            "searchSettlementStreets": self.search_streets,
            "getStreet": self.get_street,
            "save": self.save,
        }

    def search_settlements(self, account: Account, props: Props) -> Answer:
        """By ``CityName``; another name of the parameter finds nothing."""
        name = text(props, "CityName").lower()
        found = [each for each in self._office.cities if name and name in _names(each)]
        found.sort(key=lambda each: not each.name.lower().startswith(name))
        return self._search([settlement_search_row(self._office, each) for each in found], props)

    def get_settlements(self, account: Account, props: Props) -> Answer:
        term, ref = text(props, "FindByString").lower(), text(props, "Ref")
        found = [
            each
            for each in self._office.cities
            if term in _names(each) and ref in ("", each.settlement_ref)
        ]
        page = one_page({"Page": "1", **props}, found, _MOST_SETTLEMENTS)
        return Answer([settlement_row(self._office, each) for each in page], total=len(found))

    def get_areas(self, account: Account, props: Props) -> Answer:
        areas = {each.area_ref: each for each in self._office.cities if each.area_ref}
        return Answer(
            [
                {"Ref": ref, "AreasCenter": city.ref, "Description": city.area}
                for ref, city in areas.items()
            ]
        )

    def get_cities(self, account: Account, props: Props) -> Answer:
        term, ref = text(props, "FindByString").lower(), text(props, "Ref")
        found = [
            each
            for each in self._office.cities
            if each.ref and term in _names(each) and ref in ("", each.ref)
        ]
        return Answer([city_row(each) for each in one_page(props, found, 500)], total=len(found))

    def get_warehouses(self, account: Account, props: Props) -> Answer:
        """``FindByString`` looks into the whole description: "5" finds №50 and "вул. ..., 135"."""
        found = []
        for each in self._office.open_warehouses():
            city = self._office.city(each.city_ref)
            if city is None:
                continue
            wanted = {
                "Ref": each.ref,
                "CityRef": city.ref,
                "SettlementRef": city.settlement_ref,
                "CityName": city.name,
                "WarehouseId": each.number,
                "TypeOfWarehouseRef": each.type,
            }
            if all(text(props, name) in ("", value) for name, value in wanted.items()):
                found.append((each, city))
        term = text(props, "FindByString").lower()
        found = [pair for pair in found if term in pair[0].description.lower()]
        page = one_page(props, found, _MOST_WAREHOUSES)
        return Answer([warehouse_row(*each) for each in page], total=len(found))

    def get_warehouse_types(self, account: Account, props: Props) -> Answer:
        return Answer([{"Ref": ref, "Description": name} for ref, name in _TYPES.items()])

    def search_streets(self, account: Account, props: Props) -> Answer:
        settlement, name = text(props, "SettlementRef"), text(props, "StreetName").lower()
        cities = {each.ref for each in self._office.cities if each.settlement_ref == settlement}
        rows = [
            {
                "SettlementRef": settlement,
                "SettlementStreetRef": each.settlement_street_ref,
                "SettlementStreetDescription": each.name,
                "Present": f"{each.kind} {each.name}",
                "StreetsType": "0f1d7fbb-4bba-11e4-ab6d-005056801329",
                "StreetsTypeDescription": each.kind,
                "Location": {"lat": 50.448, "lon": 30.522},
                "SettlementStreetDescriptionRu": each.name_ru,
            }
            for each in self._office.streets
            if each.city_ref in cities and name and name in each.name.lower()
        ]
        return self._search(rows, props)

    def get_street(self, account: Account, props: Props) -> Answer:
        city, term = text(props, "CityRef"), text(props, "FindByString").lower()
        rows = [
            {
                "Description": each.name,
                "Ref": each.ref,
                "StreetsTypeRef": "Street",
                "StreetsType": each.kind,
            }
            for each in self._office.streets
            if each.city_ref == city and term in each.name.lower()
        ]
        return Answer(one_page(props, rows, _MOST_STREETS), total=len(rows))

    def save(self, account: Account, props: Props) -> Answer:
        """A door of a counterparty; the same one again comes with a warning."""
        counterparty, street_ref = text(props, "CounterpartyRef"), text(props, "StreetRef")
        street = next(
            (
                each
                for each in self._office.streets
                if street_ref == each.ref
                or (self._office.takes_search_streets and street_ref == each.settlement_street_ref)
            ),
            None,
        )
        if not account.knows(counterparty):
            raise RefusedError((REF_INCORRECT, "CounterpartyRef is incorrect"))
        if street is None:
            raise RefusedError((REF_INCORRECT, "StreetRef is incorrect"))
        if not text(props, "BuildingNumber"):
            raise RefusedError((REF_INCORRECT, "BuildingNumber is empty"))
        address = Address(
            ref=self._office.new_ref("f2"),
            counterparty_ref=counterparty,
            street=street,
            building=text(props, "BuildingNumber"),
            flat=text(props, "Flat"),
            note=text(props, "Note"),
        )
        twins = [
            each
            for each in account.addresses.values()
            if (each.counterparty_ref, each.description) == (counterparty, address.description)
            and each.street == street
        ]
        address = twins[0] if twins else address
        account.addresses[address.ref] = address
        row: Object = {"Ref": address.ref, "Description": address.description}
        return Answer([row], warnings=[BUILDING_EXISTS] if twins else ())

    def _search(self, rows: list[Object], props: Props) -> Answer:
        if not rows and self._office.empty_search_is_list:
            return Answer([])
        limit = number(props, "Limit", 50)
        start = (number(props, "Page", 1) - 1) * limit
        return Answer([{"TotalCount": len(rows), "Addresses": rows[start : start + limit]}])


def _names(city: City) -> str:
    return f"{city.name}\n{city.name_ru}".lower()
