"""Counterparty and ContactPerson in the API: whom the account sends as, and to whom."""

import re
from collections.abc import Callable, Mapping

from sandbox.novaposhta.asking import (
    GENERAL,
    REF_INCORRECT,
    Answer,
    Props,
    RefusedError,
    is_phone,
    one_page,
    success,
    text,
)
from sandbox.novaposhta.model import PRIVATE_PERSONS, Account, Contact
from sandbox.novaposhta.office import Office
from sandbox.novaposhta.render import address_row, contact_row, sender_row

PERSON_EXISTS = ("", "Person already exists!")

_NAME = re.compile(r"[^\W\d_]([^\W\d_]|[ '’ʼ-])*")


class CounterpartyApi:
    """Methods over one office."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def methods(self) -> Mapping[str, Callable[[Account, Props], Answer]]:
        return {
            "getCounterparties": self.get_counterparties,
            "getCounterpartyContactPersons": self.get_contacts,
            "getCounterpartyAddresses": self.get_addresses,
            "getCounterpartyOptions": self.get_options,
            "save": self.save,
        }

    def contact_methods(self) -> Mapping[str, Callable[[Account, Props], Answer]]:
        return {"save": self.save_contact}

    def get_counterparties(self, account: Account, props: Props) -> Answer:
        """Senders, or the organizations and the one private person that are sent to."""
        term = text(props, "FindByString").lower()
        if text(props, "CounterpartyProperty") == "Sender":
            rows = [
                sender_row(sender, _contacts(account, sender.ref)[0])
                for sender in account.senders.values()
            ]
        elif text(props, "CounterpartyProperty") == "Recipient":
            rows = [dict(each) for each in account.organizations.values()]
            rows.append({"Ref": PRIVATE_PERSONS, "Description": "Приватна особа"})
        else:
            raise RefusedError((GENERAL, "CounterpartyProperty is incorrect"))
        rows = [row for row in rows if term in row["Description"].lower()]
        return Answer(one_page(props, rows, 100), total=len(rows))

    def get_contacts(self, account: Account, props: Props) -> Answer:
        found = _contacts(account, _known(account, text(props, "Ref")))
        rows = [contact_row(each) for each in one_page(props, found, 100)]
        return Answer(rows, total=len(found))

    def get_addresses(self, account: Account, props: Props) -> Answer:
        ref = _known(account, text(props, "Ref"))
        cities = {each.ref: each for each in self._office.cities}
        found = [each for each in account.addresses.values() if each.counterparty_ref == ref]
        return Answer([address_row(each, cities[each.street.city_ref]) for each in found])

    def get_options(self, account: Account, props: Props) -> Answer:
        sender = account.senders.get(text(props, "Ref"))
        if sender is None:
            raise RefusedError((REF_INCORRECT, "Ref is incorrect"))
        row = {
            "CanAfterpaymentOnGoodsCost": sender.has_payment_control,
            "CanNonCashPayment": sender.has_contract,
            "CanPayTheThirdPerson": sender.has_contract,
            "CanSentFromPostomat": sender.sends_from_lockers,
            "SecurePayment": False,
            "AfterpaymentType": "",
        }
        return Answer([row])

    def save(self, account: Account, props: Props) -> Answer:
        """A recipient: private people share one Ref, and are told apart by their contacts."""
        if text(props, "CounterpartyProperty") != "Recipient":
            raise RefusedError((GENERAL, "CounterpartyProperty is incorrect"))
        kind = text(props, "CounterpartyType")
        if kind == "Organization":
            return self._save_organization(account, props)
        if kind != "PrivatePerson":
            raise RefusedError((GENERAL, "CounterpartyType is incorrect"))
        contact, is_new = self._contact(account, PRIVATE_PERSONS, props)
        row = contact_row(contact)
        del row["Phones"], row["Email"]
        inner = success(Answer([row], warnings=() if is_new else [PERSON_EXISTS]))
        person = {
            "Ref": PRIVATE_PERSONS,
            "Description": "Приватна особа",
            "FirstName": contact.first_name,
            "MiddleName": contact.middle_name,
            "LastName": contact.last_name,
            "Counterparty": "",
            "OwnershipForm": "",
            "OwnershipFormDescription": "",
            "EDRPOU": "",
            "CounterpartyType": kind,
            "ContactPerson": inner,
        }
        return Answer([person])

    def _save_organization(self, account: Account, props: Props) -> Answer:
        code = text(props, "EDRPOU")
        if not re.fullmatch(r"\d{8}|\d{10}", code, re.ASCII):
            raise RefusedError((GENERAL, "EDRPOU is incorrect"))
        known = (each for each in account.organizations.values() if each["EDRPOU"] == code)
        row = next(known, None) or {
            "Ref": self._office.new_ref("a4"),
            "Description": text(props, "FirstName") or f"Організація {code}",
            "EDRPOU": code,
            "OwnershipForm": text(props, "OwnershipForm"),
            "CounterpartyType": "Organization",
        }
        account.organizations[row["Ref"]] = row
        return Answer([{**row, "ContactPerson": success(Answer([]))}])

    def save_contact(self, account: Account, props: Props) -> Answer:
        ref = text(props, "CounterpartyRef")
        contact, is_new = self._contact(account, _known(account, ref, "CounterpartyRef"), props)
        return Answer([contact_row(contact)], warnings=() if is_new else [PERSON_EXISTS])

    def _contact(self, account: Account, ref: str, props: Props) -> tuple[Contact, bool]:
        """The same person as before, or a new one, which the second says."""
        _check_person(props)
        new = Contact(
            ref="",
            counterparty_ref=ref,
            first_name=text(props, "FirstName"),
            last_name=text(props, "LastName"),
            middle_name=text(props, "MiddleName"),
            phone=text(props, "Phone"),
            email=text(props, "Email") or None,
        )
        for known in _contacts(account, ref):
            if (known.full_name, known.phone) == (new.full_name, new.phone):
                return known, False
        new.ref = self._office.new_ref("c1")
        account.contacts[new.ref] = new
        return new, True


def _contacts(account: Account, ref: str) -> list[Contact]:
    return [each for each in account.contacts.values() if each.counterparty_ref == ref]


def _known(account: Account, ref: str, name: str = "Ref") -> str:
    if not account.knows(ref):
        raise RefusedError((REF_INCORRECT, f"{name} is incorrect"))
    return ref


def _check_person(props: Props) -> None:
    """First and last names of letters, and a phone of 12 digits; all that is wrong at once."""
    errors = []
    for name, empty, wrong in (
        ("FirstName", "20000100527", "20000100528"),
        ("LastName", "20000100533", "20000100534"),
    ):
        value = text(props, name)
        if not value:
            errors.append((empty, f"{name} is not specified"))
        elif not _NAME.fullmatch(value):
            errors.append((wrong, f"{name} is incorrect"))
    if not text(props, "Phone"):
        errors.append(("20000100552", "Phone is not specified"))
    elif not is_phone(text(props, "Phone")):
        errors.append(("20000100556", "Phone is incorrect"))
    if errors:
        raise RefusedError(*errors)
