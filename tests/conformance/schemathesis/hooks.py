"""What the contract says in words: a manifest goes out in canonical form, keys sorted and no white space."""

import json

import schemathesis


@schemathesis.serializer("application/json")
def canonical(context, value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
