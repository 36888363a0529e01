"""Files: sending them and fetching them (https://core.telegram.org/bots/api#sending-files)."""

from __future__ import annotations

from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import MAX_DOWNLOAD_BYTES, file_json
from sandbox.telegram.methods.messages import caption_of, deliver
from sandbox.telegram.model import Json, StoredFile
from sandbox.telegram.params import Params
from sandbox.telegram.view import message_json
from sandbox.telegram.world import World


def send_photo(world: World, params: Params) -> Json:
    return _send_file(world, params, "photo")


def send_document(world: World, params: Params) -> Json:
    return _send_file(world, params, "document")


def _send_file(world: World, params: Params, field: str) -> Json:
    content = caption_of(params)
    file = _file(world, params, field)
    return message_json(deliver(world, params, content, file))


def _file(world: World, params: Params, field: str) -> StoredFile:
    """The file as an upload, as attach://<part>, or as the id of one sent before."""
    as_photo = field == "photo"
    value = params.text(field)
    upload = params.files.get(value.removeprefix("attach://") if value else field)
    if upload is not None:
        return world.files.add(upload.name, upload.data, as_photo=as_photo, mime=upload.mime)
    if not value or value.startswith("attach://"):
        raise bad_request(f"there is no {field} in the request")
    if value.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    known = world.files.get(value)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if known.is_photo != as_photo:
        raise bad_request(f"type of file mismatch: can't use file as {field.capitalize()}")
    return known


def get_file(world: World, params: Params) -> Json:
    """getFile: the path to download from."""
    if not params.text("file_id"):
        raise bad_request("file_id not specified")
    file = world.files.get(params.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {**file_json(file), "file_path": file.path}


METHODS = {"sendPhoto": send_photo, "sendDocument": send_document, "getFile": get_file}
