"""What the contract says in words and no schema can: how bodies are written, and that a manifest belongs to its address."""

import json
import re
import uuid

import schemathesis


def written(value):
    """JSON with sorted keys and no white space, and every number in its one shortest form: 4, not 4.0; 1e16, not 1e+16."""
    if isinstance(value, dict):
        members = (f"{written(str(key))}:{written(value[key])}" for key in sorted(value))
        return "{" + ",".join(members) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(written, value)) + "]"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e16:
            return str(int(value))
        return re.sub(r"e([+-])0*", lambda sign: "e-" if sign[1] == "-" else "e", repr(value))
    return json.dumps(value, ensure_ascii=False)


@schemathesis.serializer("application/json")
def as_json(context, value):
    return value if isinstance(value, bytes) else written(value).encode("utf-8", "replace")


@schemathesis.serializer("application/offset+octet-stream")
def as_bytes(context, value):
    return value if isinstance(value, bytes) else written(value).encode("utf-8", "replace")


@schemathesis.hook
def before_call(context, case, kwargs):
    """A whole manifest is sent to its own address, with the words of the declaration that the portal knows; a draft says once what it follows."""
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    if positive and case.operation.definition.raw.get("operationId") == "putDraft":
        if ("If-Match" in case.headers) == ("If-None-Match" in case.headers):
            case.path_parameters["id"] = str(uuid.uuid4())
            case.headers.pop("If-Match", None)
            case.headers["If-None-Match"] = "*"
    if positive and case.operation.definition.raw.get("operationId") == "putRevision":
        if case.body["fee"] % 2 == 0:
            # Few are made up, and dossiers that are there take no other bytes.
            case.path_parameters["id"] = str(uuid.uuid4())
        case.body["dossier"] = case.path_parameters["id"]
        case.body["revision"] = case.path_parameters["revision"]
        case.body["declaration"]["textVersion"] = "vi-1"
