"""The host that prints: real PDFs for those with the right key, a page for people for others."""

from collections.abc import Sequence

from aiohttp import web

from sandbox.novaposhta.model import Call, Waybill
from sandbox.novaposhta.office import Office

_MM = 72 / 25.4
_FORMS = {  # width and height, mm
    "printDocument": (210, 297),
    "printMarking100x100": (100, 100),
    "printMarking85x85": (85, 85),
}
_PAGE = "<!DOCTYPE html><html><head><title>Нова Пошта</title></head><body>{}</body></html>"


def read_print(request: web.Request) -> Call:
    """What a link asks for: ``orders[]/<n>`` or ``orders/<n>,<n>``, its type and its key."""
    form, *parts = request.match_info["rest"].split("/")
    numbers: list[str] = []
    named = {"type": "", "apiKey": ""}
    for name, value in zip(parts, [*parts[1:], ""], strict=True):
        if name in ("orders[]", "orders"):
            numbers += filter(None, value.split(","))
        elif name in named:
            named[name] = value
    return Call("print", form, {"orders": numbers, "type": named["type"]}, named["apiKey"])


def print_waybills(office: Office, call: Call) -> web.Response:
    """The document, one page for each waybill; they cannot be changed any more after that.

    Whatever is wrong is told by a page, with 200 as if nothing were.
    """
    account = office.accounts.get(call.key)
    if account is None or account.key_state != "active":
        return _page("Необхідно авторизуватись")
    found = [office.waybill(each) for each in call.properties["orders"]]
    waybills = [each for each in found if each and each.key == call.key and each.state != "2"]
    size = _FORMS.get(call.method)
    if not waybills or len(waybills) != len(found) or size is None:
        return _page("Документ не знайдено")
    for each in waybills:
        each.is_printed = True
    if call.properties["type"] == "html":
        return _page("<br>".join(each.number for each in waybills))
    return web.Response(body=_pdf(waybills, size), content_type="application/pdf")


def _page(words: str) -> web.Response:
    return web.Response(text=_PAGE.format(words), content_type="text/html")


def _pdf(waybills: Sequence[Waybill], size: tuple[int, int]) -> bytes:
    """A page of this size, mm, for each, with its number on it."""
    width, height = (round(side * _MM, 2) for side in size)
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(waybills)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(waybills)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
    ]
    for index, each in enumerate(waybills):
        shown = f"BT /F1 22 Tf 20 {height - 50} Td ({each.number}) Tj ET"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * index} 0 R >>",
            f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        ]
    body, offsets = b"%PDF-1.4\n", []
    for index, each_object in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{index} 0 obj\n{each_object}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    end = (
        f"xref\n0 {count}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    )
    return body + end.encode()
