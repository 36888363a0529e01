"""ScanSheet in the API: registers of waybills that are handed over together."""

from collections.abc import Callable, Mapping

from sandbox.novaposhta.asking import Answer, Object, Props, RefusedError, text
from sandbox.novaposhta.model import Account, Waybill
from sandbox.novaposhta.office import Office

_UNKNOWN = ("ERR_0001", "Реєстр не знайдений")
_FIRST = 3134


class ScanSheetApi:
    """Methods over one office."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def methods(self) -> Mapping[str, Callable[[Account, Props], Answer]]:
        return {
            "insertDocuments": self.insert,
            "getScanSheetList": self.get_list,
            "removeDocuments": self.remove,
            "deleteScanSheet": self.delete,
        }

    def insert(self, account: Account, props: Props) -> Answer:
        """Into the sheet ``Ref``, or into a new one."""
        ref, waybills = text(props, "Ref"), self._own(account, props)
        if ref and ref not in self._office.scan_sheets:
            raise RefusedError(_UNKNOWN)
        if not ref:
            ref = self._office.new_ref("90")
            number = f"105-{_FIRST + len(self._office.scan_sheets):08}"
            self._office.scan_sheets[ref] = number, self._office.now()
        for each in waybills:
            each.scan_sheet = ref
        number, made_at = self._office.scan_sheets[ref]
        return Answer([{"Ref": ref, "Number": number, "Date": f"{made_at:%d.%m.%Y}"}])

    def get_list(self, account: Account, props: Props) -> Answer:
        mine = {
            each.scan_sheet for each in self._office.waybills.values() if each.key == account.key
        }
        return Answer(
            [
                {
                    "Ref": ref,
                    "Number": number,
                    "DateTime": made_at.isoformat(timespec="seconds"),
                    "Printed": "0",
                }
                for ref, (number, made_at) in self._office.scan_sheets.items()
                if ref in mine
            ]
        )

    def remove(self, account: Account, props: Props) -> Answer:
        waybills = self._own(account, props)
        for each in waybills:
            each.scan_sheet = ""
        return Answer([_row(each) for each in waybills])

    def delete(self, account: Account, props: Props) -> Answer:
        refs = props.get("ScanSheetRefs")
        if not isinstance(refs, list) or not set(refs) <= set(self._office.scan_sheets) or not refs:
            raise RefusedError(_UNKNOWN)
        for ref in refs:
            del self._office.scan_sheets[ref]
        for each in self._office.waybills.values():
            each.scan_sheet = "" if each.scan_sheet in refs else each.scan_sheet
        return Answer([{"Ref": ref} for ref in refs])

    def _own(self, account: Account, props: Props) -> list[Waybill]:
        refs = props.get("DocumentRefs")
        found = [self._office.waybills.get(str(ref)) for ref in refs or ()]
        mine = [each for each in found if each and each.key == account.key]
        if not mine or len(mine) != len(found):
            raise RefusedError(("20000200161", "Documents not found"))
        return mine


def _row(waybill: Waybill) -> Object:
    return {"Ref": waybill.ref, "Number": waybill.number}
