"""Groups and products as Prom.ua's API shows them."""

from sandbox.prom.backoffice import Backoffice
from sandbox.prom.model import Group, Product
from sandbox.prom.render import Json, Object, json_number

_FIRST_IMAGE = 50_000_000 - 2_100_000_000  # images have ids of their own


class GoodsRenderer:
    """Renders for one language, "uk" or "ru"."""

    def __init__(self, language: str, office: Backoffice) -> None:
        self._is_ukrainian = language == "uk"
        self._office = office

    def group(self, group: Group) -> Object:
        return {
            **self._short(group),
            "description": "",
            "description_multilang": {"ru": "", "uk": ""},
            "image": None,
            "parent_group_id": group.parent_id,
        }

    def _short(self, group: Group) -> Object:
        return {
            "id": group.id,
            "name": group.name if self._is_ukrainian else group.name_ru,
            "name_multilang": {"ru": group.name_ru, "uk": group.name},
        }

    def product(self, product: Product) -> Object:
        group = self._office.group_of(product)
        return {
            "id": product.id,
            "external_id": product.external_id,
            "name": product.name if self._is_ukrainian else product.name_ru,
            "name_multilang": {"ru": product.name_ru, "uk": product.name},
            "sku": product.sku,
            "keywords": product.keywords,
            "description": product.description,
            "description_multilang": {"ru": product.description, "uk": product.description},
            "selling_type": "retail",
            "presence": product.presence,
            "in_stock": product.in_stock,
            "regions": [],
            "price": None if product.price is None else json_number(product.price),
            "minimum_order_quantity": None,
            "discount": None,
            "currency": "UAH",
            "group": self._short(group) if group else None,
            "category": {"id": 1401, "caption": "Чашки"},
            "prices": [],
            "main_image": product.picture(200) or None,
            "images": _images(product),
            "status": product.status,
            "quantity_in_stock": product.stock,
            "measure_unit": product.unit,
            "is_variation": product.base_id is not None,
            "variation_base_id": product.base_id,
            "variation_group_id": product.variation_group_id,
            "date_modified": product.modified_at.isoformat(),
        }


def _images(product: Product) -> Json:
    if not product.picture(0):
        return []
    image_id = product.id + _FIRST_IMAGE
    thumbnail, full = (
        product.image or f"https://images.prom.ua/{image_id}_w{size}_h{size}_sample.jpg"
        for size in (100, 640)
    )
    return [{"id": image_id, "thumbnail_url": thumbnail, "url": full}]
