"""How Nova Poshta's API shows places and people, field by field."""

from sandbox.novaposhta.asking import Object
from sandbox.novaposhta.model import (
    Address,
    City,
    Contact,
    Sender,
    Warehouse,
)
from sandbox.novaposhta.office import Office

_CODES = {"місто": "м.", "село": "с.", "селище": "сел."}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CITY_TYPES = {"місто": "563ced10-f210-11e3-8c4a-0050568002cf"}
_VILLAGE_TYPE = "563ced13-f210-11e3-8c4a-0050568002cf"


def settlement_search_row(office: Office, city: City) -> Object:
    """Of a search; ``DeliveryCity`` is missing where nobody delivers."""
    code = _CODES.get(city.type, "с.")
    region = f", {city.region} р-н" if city.region else ""
    count = sum(each.city_ref == city.ref for each in office.open_warehouses())
    row: Object = {
        "Present": f"{code} {city.name}{region}, {city.area} обл.",
        "Warehouses": count if city.ref else 0,
        "MainDescription": city.name,
        "Area": city.area,
        "Region": city.region,
        "SettlementTypeCode": code,
        "Ref": city.settlement_ref,
        "DeliveryCity": city.ref,
        "AddressDeliveryAllowed": bool(city.ref),
        "StreetsAvailability": any(each.city_ref == city.ref for each in office.streets),
        "ParentRegionTypes": "область",
        "ParentRegionCode": "обл.",
        "RegionTypes": "район" if city.region else "",
        "RegionTypesCode": "р-н" if city.region else "",
    }
    if not city.ref:
        del row["DeliveryCity"]
    return row


def settlement_row(office: Office, city: City) -> Object:
    """Of the list of settlements."""
    has_branch = any(city.ref and each.city_ref == city.ref for each in office.open_warehouses())
    return {
        "Ref": city.settlement_ref,
        "SettlementType": _CITY_TYPES.get(city.type, _VILLAGE_TYPE),
        "Description": city.name,
        "DescriptionRu": city.name_ru or city.name,
        "SettlementTypeDescription": city.type,
        "Region": "",
        "RegionsDescription": f"{city.region} р-н" if city.region else "",
        "Area": city.area_ref,
        "AreaDescription": f"{city.area} область",
        "Warehouse": "1" if has_branch else "0",
    }


def city_row(city: City) -> Object:
    return {
        "Description": city.name,
        "DescriptionRu": city.name_ru or city.name,
        "Ref": city.ref,
        **{f"Delivery{day}": "1" for day in range(1, 8)},
        "Area": city.area_ref,
        "SettlementType": _CITY_TYPES.get(city.type, _VILLAGE_TYPE),
        "IsBranch": "1",
        "PreventEntryNewStreetsUser": "0",
        "CityID": city.number,
        "SettlementTypeDescription": city.type,
        "SettlementTypeDescriptionRu": "город" if city.type == "місто" else "село",
        "SpecialCashCheck": 1,
        "AreaDescription": city.area,
        "AreaDescriptionRu": city.area_ru or city.area,
    }


def warehouse_row(warehouse: Warehouse, city: City) -> Object:
    """Everything as text, but the limits of size."""
    size = dict(zip(("Width", "Height", "Length"), warehouse.size, strict=True))
    hours = dict.fromkeys(_DAYS, "08:00-20:00")
    description = warehouse.description
    short = f"{city.name}, {warehouse.address}"
    return {
        "SiteKey": warehouse.number,
        "Description": description,
        "DescriptionRu": description,
        "ShortAddress": short,
        "ShortAddressRu": short,
        "Phone": "380800500609",
        "TypeOfWarehouse": warehouse.type,
        "Ref": warehouse.ref,
        "Number": warehouse.number,
        "CityRef": city.ref,
        "CityDescription": city.name,
        "CityDescriptionRu": city.name,
        "SettlementRef": city.settlement_ref,
        "SettlementDescription": city.name,
        "SettlementAreaDescription": "" if city.type == "місто" else f"{city.area} область",
        "SettlementRegionsDescription": "",
        "SettlementTypeDescription": city.type,
        "Longitude": "30.500000000000000",
        "Latitude": "50.400000000000000",
        "PostFinance": "1",
        "BicycleParking": "0",
        "PaymentAccess": "1",
        "POSTerminal": "0" if warehouse.is_locker else "1",
        "InternationalShipping": "1",
        "SelfServiceWorkplacesCount": "0",
        "TotalMaxWeightAllowed": str(warehouse.total_max_weight),
        "PlaceMaxWeightAllowed": str(warehouse.place_max_weight),
        "SendingLimitationsOnDimensions": size,
        "ReceivingLimitationsOnDimensions": dict(size),
        "Reception": hours,
        "Delivery": dict(hours),
        "Schedule": dict(hours),
        "DistrictCode": "",
        "WarehouseStatus": "Working",
        "WarehouseStatusDate": "2026-01-01 00:00:00",
        "CategoryOfWarehouse": category(warehouse),
        "Direct": "",
        "RegionCity": "",
        "WarehouseForAgent": "0",
        "GeneratorEnabled": "1",
        "MaxDeclaredCost": str(warehouse.max_cost),
        "WorkInMobileAwis": "0",
        "DenyToSelect": "1" if warehouse.is_denied else "0",
        "CanGetMoneyTransfer": "0" if warehouse.is_locker else "1",
        "OnlyReceivingParcel": "0",
        "PostMachineType": "FullPostMachine" if warehouse.is_locker else "",
        "PostalCodeUA": "",
        "WarehouseIndex": f"{city.index}/{warehouse.number}",
    }


def category(warehouse: Warehouse) -> str:
    return "Postomat" if warehouse.is_locker else "Branch"


def sender_row(sender: Sender, person: Contact) -> Object:
    ownership = "" if sender.is_private else "ФОП"
    return {
        "Ref": sender.ref,
        "Description": sender.description,
        "City": sender.city_ref,
        "Counterparty": "00000000-0000-0000-0000-000000000000",
        "FirstName": person.first_name if sender.is_private else "",
        "LastName": person.last_name if sender.is_private else "",
        "MiddleName": person.middle_name if sender.is_private else "",
        "CounterpartyFullName": f"{ownership} {person.full_name}".strip(),
        "OwnershipFormRef": "" if sender.is_private else "7f0f351d-2519-11df-be9a-000c291af1b3",
        "OwnershipFormDescription": ownership,
        "EDRPOU": sender.edrpou,
        "CounterpartyType": "PrivatePerson" if sender.is_private else "Organization",
    }


def contact_row(contact: Contact) -> Object:
    return {
        "Ref": contact.ref,
        "Description": contact.full_name,
        "LastName": contact.last_name,
        "FirstName": contact.first_name,
        "MiddleName": contact.middle_name,
        "Phones": contact.phone,
        "Email": contact.email,
    }


def address_row(address: Address, city: City) -> Object:
    return {
        "Ref": address.ref,
        "Description": address.description,
        "CityRef": city.ref,
        "CityDescription": city.name,
        "StreetRef": address.street.ref,
        "StreetDescription": address.street.name,
        "BuildingRef": "",
        "BuildingDescription": address.building,
        "Note": address.note,
        "AddressName": "",
    }
