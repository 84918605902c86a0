#!/usr/bin/env python3
"""Writes orders/*.txt and status_updates/*.txt: hostile messages, a file for each category, a message a line.

Separated by tabs: name, what must come of it, a detail of that (README.md), routing key, properties, body. Properties are
the bytes of AMQP 0-9-1 (flags and values, as they stand in a content header); in properties and body everything but
printable ASCII, and the backslash, is written \\xNN, and what is repeated \\*TIMES;LENGTH; before the first of them.
Expected is what CONTRACT says of the message, not what a service did once. Run it again after a change: make.py
"""
import pathlib
import re
import struct

HERE = pathlib.Path(__file__).parent
PLACES = ["content_type", "content_encoding", "headers", "delivery_mode", "priority", "correlation_id", "reply_to",
          "expiration", "message_id", "timestamp", "type", "user_id", "app_id", "cluster_id"]


# ---- AMQP

def raw(text):
    return text if isinstance(text, bytes) else text.encode("utf-8")


def short(text):
    return bytes([len(raw(text))]) + raw(text)


def long(data):
    return struct.pack(">I", len(data)) + data


def value(of):
    """A field with its kind: a pair (kind, bytes) is taken as it is."""
    if isinstance(of, tuple):
        return of[0] + of[1]
    if isinstance(of, dict):
        return b"F" + table(of.items())
    if isinstance(of, list):
        return b"A" + long(b"".join(value(each) for each in of))
    if isinstance(of, bool):
        return b"t" + bytes([of])
    if isinstance(of, int):
        return b"l" + struct.pack(">q", of)
    return b"S" + long(raw(of))


def table(pairs):
    return long(b"".join(short(key) + value(of) for key, of in pairs))


def properties(**given):
    flags = 0
    data = b""
    for bit, name in enumerate(PLACES):
        if name not in given:
            continue
        flags |= 1 << (15 - bit)
        of = given[name]
        if name == "headers":
            data += table(of.items() if isinstance(of, dict) else of)
        elif name in ("delivery_mode", "priority"):
            data += bytes([of])
        elif name == "timestamp":
            data += struct.pack(">Q", of)
        else:
            data += short(of)
    return struct.pack(">H", flags) + data


# ---- what both kinds have in common

NOT_JSON = {"empty": "", "a space": " ", "a word": "order", "half a literal": "nul", "a brace": "{", "XML": "<order/>",
            "YAML": "order_number: ORD_1\n", "form": "order_number=ORD_1&order_type=takeout", "JSONP": "f({})",
            "single quotes": "{'order_number':'ORD_1'}", "a comment": "{}/**/", "NaN": '{"priority":NaN}',
            "a trailing comma": '{"a":1,}', "two documents": "{}{}", "a NUL after it": "{}\0", "a NUL": "\0",
            "NULs": "\0" * 5000, "MessagePack": b"\x81\xa1a\x01", "gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\0\x01",
            "pickle": b"\x80\x04\x95\x00cos\nsystem\n", "Java": b"\xac\xed\x00\x05sr", "PHP": 'O:5:"Order":0:{}',
            "protocol buffers": b"\x0a\x05ORD_1\x10\x01", "an HTTP request": "POST /orders HTTP/1.1\r\n\r\n{}",
            "a byte order mark": b"\xef\xbb\xbf{}", "a guard": ")]}',\n{}", "digits": "1" * 5000}
NOT_OBJECTS = ["null", "true", "0", "-1.5e3", '""', '"ORD_1"', "[]", "[[[]]]", "[{}]", '["order_number","ORD_1"]']
BAD_TEXT = {"a stray byte": b"A\xff", "half a character": b"A\xc3", "an overlong slash": b"A\xc0\xaf",
            "a surrogate": b"A\xed\xa0\x80", "beyond Unicode": b"A\xf4\x90\x80\x80", "Latin-1": b"Caf\xe9",
            "an escaped high surrogate": b"A\\ud800", "an escaped low surrogate": b"A\\udc00", "an escaped NUL": b"A\\u0000",
            "a raw NUL": b"A\0", "an escaped newline": b"A\\n", "a raw newline": b"A\n", "an escape sequence": b"A\\u001b[2J",
            "a raw escape sequence": b"A\x1b[2J", "a C1 control": b"A\\u009b2J", "a next line": b"A\\u0085B", "DEL": b"A\x7f",
            "an unknown escape": b"A\\x41", "half an escape": b"A\\u00"}
# No delivery mode but 1 and 2, and no other expiration than a number: the broker refuses those itself.
PROPERTIES = {
    "no properties": {},
    "another content type": {"content_type": "application/xml"},
    "a long content type": {"content_type": "a" * 255},
    "a content type in no encoding": {"content_type": b"\xff\xfe"},
    "gzip that is none": {"content_type": "application/json", "content_encoding": "gzip"},
    "UTF-16 that is none": {"content_encoding": "utf-16"},
    "delivery mode 1": {"delivery_mode": 1},
    "priority 0": {"priority": 0},
    "priority 11": {"priority": 11},
    "priority 255": {"priority": 255},
    "an empty message id": {"message_id": ""},
    "a message id of 255 bytes": {"message_id": "m" * 255},
    "a message id of SQL": {"message_id": "'); DROP TABLE orders; --"},
    "a message id for an array": {"message_id": '{"a",NULL,\\'},
    "a message id with newlines": {"message_id": "m\r\n{\"level\":\"INFO\"}\n"},
    "a message id with a stray byte": {"message_id": b"m\xff"},
    "a message id with half a character": {"message_id": b"m\xc3"},
    "a message id with a surrogate": {"message_id": b"m\xed\xa0\x80"},
    "a message id with a NUL": {"message_id": b"m\0m"},
    "a message id of NULs": {"message_id": b"\0" * 255},
    "a correlation id of 255 bytes": {"correlation_id": "c" * 255},
    "a correlation id with a line of a log": {"correlation_id": 'c"}\n{"level":"ERROR","action":"forged"}\n'},
    "a correlation id with a stray byte": {"correlation_id": b"c\xff\xc0"},
    "a correlation id with a NUL": {"correlation_id": b"c\0c"},
    "reply to a kitchen queue": {"reply_to": "kitchen_takeout_queue", "correlation_id": "c"},
    "reply to nobody": {"reply_to": "\n" * 255},
    "it expires in 49 days": {"expiration": "4294967295"},
    "timestamp 0": {"timestamp": 0},
    "the last timestamp": {"timestamp": 2**64 - 1},
    "a negative timestamp": {"timestamp": 2**63},
    "a timestamp in nanoseconds": {"timestamp": 1734345120000000000},
    "another type": {"type": "order.cancelled.v7"},
    "a type of rubbish": {"type": b"\0\xff\n" * 80},
    "somebody else's app id": {"app_id": "order-service"},
    "an app id of rubbish": {"app_id": b"\x1b[2J\0\xff"},
    "a cluster id": {"cluster_id": "c" * 255},
    "all at once": {"content_type": b"\xff", "content_encoding": b"\xff", "headers": {"x-death": "never"}, "delivery_mode": 1,
                    "priority": 200, "correlation_id": b"\xff\0", "reply_to": b"\xff", "message_id": b"\xff\0\xc3",
                    "timestamp": 2**64 - 1, "type": b"\xff", "app_id": b"\xff", "cluster_id": b"\xff"},
}


def nested(depth, leaf):
    for _ in range(depth):
        leaf = {"t": leaf}
    return leaf


DEATH = {"count": 2**63 - 1, "reason": "rejected", "queue": "kitchen_takeout_queue", "time": (b"T", struct.pack(">Q", 2**64 - 1)),
         "exchange": "", "routing-keys": ["kitchen.takeout.1"]}
HEADERS = {
    "a forged x-death": {"x-death": [DEATH] * 50, "x-first-death-queue": "kitchen_takeout_queue"},
    "an x-death of another shape": {"x-death": [-1, "x", True, []]},
    "a forged failure": {"x-error": "there is no order", "x-original-queue": "orders", "x-failed-by": "root",
                         "x-original-routing-key": "#", "x-failed-at": "never"},
    "a traceparent of rubbish": {"traceparent": "00-" + "0" * 32 + "-\r\n-ff"},
    "a traceparent that is a table": {"traceparent": {"version": 0}},
    "every kind of field": {"t": True, "b": (b"b", b"\x80"), "B": (b"B", b"\xff"), "s": (b"s", b"\x80\0"), "u": (b"u", b"\xff\xff"),
                            "I": (b"I", b"\x80\0\0\0"), "i": (b"i", b"\xff" * 4), "l": -(2**63), "f": (b"f", b"\x7f\x7f\xff\xff"),
                            "d": (b"d", b"\xff\xef" + b"\xff" * 6), "D": (b"D", b"\xff\xff\xff\xff\xff"), "S": b"\0\xff",
                            "x": (b"x", long(b"\0\xff" * 100)), "T": (b"T", b"\xff" * 8), "V": (b"V", b""), "A": [[], [[]]], "F": {}},
    "a hundred tables in one another": nested(100, 1),
    "names that are none": {"": "", b"\xff\xfe": b"\xff", "a\0b": "a\0b", "n" * 128: "long", "\r\nx: y": "\r\n"},
    "one name many times": [("x-error", "again")] * 200,
    "two hundred headers": {f"h{i}": i for i in range(200)},
    "a header of 100 KB": {"h": "a" * 100_000},
    "a delay and a stream": {"x-delay": -1, "x-stream-offset": "first", "x-delivery-count": 99, "x-priority": 255},
}

files = {}


def add(kind, category, name, expected, detail, body, key="kitchen.takeout.1", **props):
    lines = files.setdefault((kind, category), [])
    lines.append((name, expected, detail, key, properties(**props), raw(body)))


# ---- orders

def order(number="%ORDER%", **members):
    all_members = {"order_number": f'"{number}"', "customer_name": '"Anna"', "order_type": '"takeout"', "table_number": "null",
                   "delivery_address": "null", "items": '[{"name":"Margherita","quantity":1,"price":12.50}]',
                   "total_amount": "12.50", "priority": "1"} | members
    return b"{" + b",".join(raw(f'"{key}":') + raw(of) for key, of in all_members.items() if of is not None) + b"}"


def dead(category, name, reason, body, **more):
    add("orders", category, name, "dead", reason, body, **more)


def ready(category, name, body, **more):
    add("orders", category, name, "ready", "", body, **more)


for name, body in NOT_JSON.items():
    dead("not_json", name, "not JSON", body)
for cut in range(10, 200, 15):
    dead("not_json", f"an order cut after {cut} bytes", "not JSON", order("ORD_20260101_999")[:cut])
for body in NOT_OBJECTS:
    dead("not_an_object", body, "not a JSON object", body)

NO_ORDER = "ORD_20260101_999"
dead("missing_members", "none", "order_number is required", "{}")
for member in ("order_number", "order_type"):
    dead("missing_members", member, f"{member} is required", order(NO_ORDER, **{member: None}))
    dead("missing_members", f"{member} is null", f"{member} is required", order(NO_ORDER, **{member: "null"}))
    dead("missing_members", f"{member} under another name", f"{member} is required",
         order(NO_ORDER, **{member: None, member.upper(): '"takeout"'}))
ready("missing_members", "all that the kitchen does not use",
      order(customer_name=None, table_number=None, delivery_address=None, items=None, total_amount=None, priority=None))
ready("missing_members", "the same as null",
      order(customer_name="null", items="null", total_amount="null", priority="null"))

for of in ("7", "true", "[]", "{}", '["ORD_1"]', '{"$ne":null}'):
    dead("wrong_types", f"order_number {of}", "order_number must be a string", order(order_number=of))
for of in ("7", "true", "[]", "{}", '["takeout"]'):
    dead("wrong_types", f"order_type {of}", "order_type must be a string", order(order_type=of))
for member, of in (("customer_name", "7"), ("customer_name", "{}"), ("delivery_address", "[]"), ("delivery_address", "false")):
    dead("wrong_types", f"{member} {of}", f"{member} must be a string", order(**{member: of}))
for member, of in (("table_number", '"5"'), ("total_amount", '"12.50"'), ("total_amount", "[]"), ("priority", '"10"'), ("priority", "true"),
                   ("priority", "{}")):
    dead("wrong_types", f"{member} {of}", f"{member} must be a number", order(**{member: of}))
for of in ("{}", '"[]"', "1"):
    dead("wrong_types", f"items {of}", "items must be an array", order(items=of))
for of in ('""', '" "', '"takeout "', '"TAKEOUT"', '"take_out"', '"by_boat"', '"takeout,delivery"', '"*"', '"тakeout"', '"' + "t" * 5000 + '"'):
    dead("wrong_types", f"order_type {of[:20]}", "order_type is not a known value", order(order_type=of))

for name, body in {
        "the number": order()[:-1] + b',"order_number":"%ORDER%"}', "another number": order()[:-1] + b',"order_number":"ORD_1"}',
        "the number, escaped": order()[:-1] + b',"order\\u005fnumber":"ORD_1"}', "the type": order()[:-1] + b',"order_type":"dine_in"}',
        "an unknown member": order()[:-1] + b',"a":1,"a":2}', "in an item": order(items='[{"name":"A","name":"B"}]'),
        "deep in an unknown member": order()[:-1] + b',"a":{"b":{"c":1,"c":1}}}', "the empty name": order()[:-1] + b',"":1,"":2}'}.items():
    dead("doubled_members", name, "not JSON", body)

for name, more in {
        "a version from the future": '"schema_version":99', "a version below zero": '"schema_version":-1', "a version in words": '"version":"v2-beta"',
        "a schema": '"$schema":"http://example.invalid/order"', "a prototype": '"__proto__":{"status":"ready"}', "a class": '"@type":"java.lang.Runtime"',
        "a status": '"status":"ready"', "who cooked it": '"processed_by":"root","claim":"mine"', "attempts": '"attempts":99',
        "a station": '"station":"courier"', "a rush": '"rush":true,"customer_type":"vip"', "an id": '"id":-1,"order_id":9223372036854775807',
        "a member without a name": '"":""', "two hundred members": ",".join(f'"m{i}":{i}' for i in range(200)),
        "a long name": '"' + "n" * 5000 + '":1', "a long text": '"a":"' + "a" * 60000 + '"'}.items():
    ready("extra_members", name, order()[:-1] + b"," + raw(more) + b"}")

for member in ("priority", "table_number", "total_amount"):
    for of in ("-1", "0", "255", "1e308", "-0.0", "1e-400", "99999999999999999999999", "0." + "3" * 3000):
        ready("absurd_numbers", f"{member} {of[:12]}", order(**{member: of}))
for of in ("1e99999999", "1" * 4000, "01", "+1", ".5", "1.", "0x10", "1e", "Infinity", "-Infinity", "--1", "1_000"):
    dead("absurd_numbers", f"priority {of[:12]}", "not JSON", order(priority=of))
ready("absurd_numbers", "items beyond reason", order(items='[{"name":"A","quantity":-2147483649,"price":1e300}]'))
ready("absurd_numbers", "no items", order(items="[]"))
ready("absurd_numbers", "5000 items", order(items="[" + ",".join(["{}"] * 5000) + "]"))

for name, text in BAD_TEXT.items():
    dead("encodings", f"customer_name with {name}", "not JSON", order(customer_name=b'"' + text + b'"'))
for name, text in BAD_TEXT.items():
    dead("encodings", f"order_number with {name}", "not JSON", order(order_number=b'"' + text + b'"'))
for encoding in ("utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-7"):
    text = order(NO_ORDER).decode()
    dead("encodings", encoding, "not JSON", b"+AHs-" + raw(text[1:]) if encoding == "utf-7" else text.encode(encoding))
for name, text in {"emoji": "🍕🍕", "right to left": "\u202eannA", "of no width": "A\u200bB\u2060", "a line separator": "A\u2028B",
                   "a replacement": "\ufffd", "no character": "\uffff", "many marks": "A" + "\u0301" * 2000}.items():
    ready("encodings", f"customer_name: {name}", order(customer_name=f'"{text}"'))

for depth in (1, 8, 15):
    ready("depth", f"an array, {depth} deep", order()[:-1] + b',"a":' + b"[" * depth + b"]" * depth + b"}")
for depth in (16, 100, 5000):
    dead("depth", f"an array, {depth} deep", "not JSON", order()[:-1] + b',"a":' + b"[" * depth + b"]" * depth + b"}")
dead("depth", "60 000 brackets", "not JSON", "[" * 60000)
dead("depth", "objects without an end", "not JSON", '{"a":' * 12000)

for number in ("ORD_20260101_999", "ORD_20260101_1", "ord_20260101_101", " %WAITING%", "%WAITING% ", "ORD_00000000_000", "ORD_99999999_99999999",
               "ORD_20260101_-1", "' OR '1'='1", "x'; DROP TABLE orders; --", "%", "_", "{", "},{", "NULL", "\\\\", '\\"', "$1", "*", "../../etc/passwd",
               "${jndi:ldap://a.invalid}", "<script>", "%s%s%n", "ORD_20260101_٩٩٩", "ОRD_20260101_999", "\u202e999", "A\u2028B", "\ufeffORD",
               "🍕", "🍕" * 64, "a" * 64):
    dead("unknown_orders", number[:40], "there is no order", order(number))
dead("unknown_orders", "no characters", "order_number must be 1 to 64 characters long", order(""))
dead("unknown_orders", "65 characters", "order_number must be 1 to 64 characters long", order("a" * 65))
dead("unknown_orders", "5000 characters", "order_number must be 1 to 64 characters long", order("a" * 5000))

# The test makes an order of each status by the hands of the staff.
for status in ("READY", "CANCELLED", "COMPLETED", "OUT_FOR_DELIVERY", "DELIVERED", "COOKING"):
    add("orders", "other_statuses", status.lower(), "dropped", "", order(f"%{status}%"), message_id="m-forged")
    add("orders", "other_statuses", f"{status.lower()}, no message id", "dropped", "", order(f"%{status}%"))
    add("orders", "other_statuses", f"{status.lower()}, of high priority", "dropped", "", order(f"%{status}%", priority="10"), priority=10)

for name, given in PROPERTIES.items():
    ready("properties", f"{name}, an order", order(), **given)
    dead("properties", f"{name}, no order", "there is no order", order(NO_ORDER), **given)
for name, given in HEADERS.items():
    ready("headers", f"{name}, an order", order(), headers=given)
    dead("headers", f"{name}, no order", "there is no order", order(NO_ORDER), headers=given)
for name in ("CC", "BCC"):
    ready("headers", f"{name}: two more copies of it", order(), headers={name: ["kitchen.takeout.5", "kitchen.dine_in.1"]}, message_id="m-copied")

for key in ("kitchen.takeout.999", "kitchen.takeout.-1", "kitchen.dine_in.1", "kitchen.delivery.10", "kitchen.order", "kitchen.takeout.*",
            "kitchen.takeout." + "9" * 239, "kitchen.takeout.'; --", b"kitchen.takeout.\0\xff\n"):
    name = key[:24] if isinstance(key, str) else "rubbish"
    ready("routing", f"{name}, an order", order(), key=key)
    dead("routing", f"{name}, no order", "there is no order", order(NO_ORDER), key=key)
UPDATE = '{"order_number":"%s","old_status":"cooking","new_status":"ready","changed_by":"chef","timestamp":"2024-12-16T10:32:00Z"}'
dead("routing", "a status update", "order_type is required", UPDATE % "%WAITING%", type="status_update")
dead("routing", "an HTTP order", "order_number is required",
     '{"customer_name":"Anna","order_type":"takeout","items":[{"name":"Margherita","quantity":1,"price":12.50}]}')


# ---- status updates

def update(number="%ORDER%", **members):
    all_members = {"order_number": f'"{number}"', "old_status": '"received"', "new_status": '"cooking"', "changed_by": '"chef_mario"',
                   "timestamp": '"2024-12-16T10:32:00Z"', "estimated_completion": '"2024-12-16T10:42:00Z"'} | members
    return b"{" + b",".join(raw(f'"{key}":') + raw(of) for key, of in all_members.items() if of is not None) + b"}"


def unreadable(category, name, reason, body, **more):
    add("status_updates", category, name, "unreadable", reason, body, key="", **more)


def shown(category, name, body, old="received", new="cooking", by="chef_mario", number="%ORDER%", expected="shown", **more):
    line = f"Notification for order {number}: Status changed from '{old}' to '{new}' by {by}."
    add("status_updates", category, name, expected, line, body, key="", **more)


for name, body in NOT_JSON.items():
    unreadable("not_json", name, "not JSON", body)
for body in NOT_OBJECTS:
    unreadable("not_an_object", body, "not a JSON object", body)
for member in ("order_number", "old_status", "new_status", "changed_by", "timestamp"):
    unreadable("missing_members", member, f"{member} is required", update(**{member: None}))
    unreadable("missing_members", f"{member} is null", f"{member} is required", update(**{member: "null"}))
    for of in ("7", "true", "[]", '{"a":1}'):
        unreadable("wrong_types", f"{member} {of}", f"{member} must be a string", update(**{member: of}))
for member in ("estimated_completion", "customer_name", "order_type"):
    shown("missing_members", f"{member} is null", update(**{member: "null"}))
    unreadable("wrong_types", f"{member} 7", f"{member} must be a string", update(**{member: "7"}))
for of in ('""', '"burnt"', '"COOKING"', '"cooking "', '"0"', '"in the oven"', '"' + "c" * 5000 + '"'):
    unreadable("statuses", f"to {of[:20]}", "new_status is not a known value", update(new_status=of))
    unreadable("statuses", f"from {of[:20]}", "old_status is not a known value", update(old_status=of))
for of in ("yesterday", "", "2024-13-01T00:00:00Z", "2024-02-30T00:00:00Z", "2024-12-16", "2024-12-16T25:00:00Z", "-1", "1734345120",
           "99999-01-01T00:00:00Z", "2024-12-16T10:32:00+99:99", "0" * 5000):
    unreadable("times", f"timestamp {of[:24]}", "timestamp is not a known value", update(timestamp=f'"{of}"'))
unreadable("times", "estimated_completion never", "estimated_completion is not a known value", update(estimated_completion='"never"'))
for year in ("0001", "9999"):  # nothing a clock of 64 bits can hold in nanoseconds
    unreadable("times", f"the year {year}", "timestamp is not a known value", update(timestamp=f'"{year}-12-31T23:59:59Z"'))
shown("times", "a time zone is left out", update(timestamp='"2024-12-16T10:32:00"'))
shown("times", "another time zone", update(timestamp='"2024-12-16T10:32:00-11:30"'))
shown("times", "ready long before it was begun", update(estimated_completion='"1970-01-01T00:00:00Z"'))
for name, text in BAD_TEXT.items():
    unreadable("encodings", f"changed_by with {name}", "not JSON", update(changed_by=b'"' + text + b'"'))
for name, text in {"a line of its own": "x\\nNotification for order ORD_1: Status changed from 'cooking' to 'ready' by root.",
                   "a log line": 'x\\n{\\"level\\":\\"INFO\\"}', "a cleared screen": "\\u001b[2J\\u001b[H", "a bell": "\\u0007"}.items():
    unreadable("forged_lines", name, "not JSON", update(changed_by=f'"{text}"'))
    unreadable("forged_lines", f"{name}, in the number", "not JSON", update(number=text))
shown("forged_lines", "the line's own words", update(changed_by='"x. Notification for order ORD_1"'), by="x. Notification for order ORD_1")
shown("forged_lines", "braces", update(changed_by='"{} {0} %s"'), by="{} {0} %s")
unreadable("numbers", "no characters", "order_number must be 1 to 64 characters long", update(""))
unreadable("numbers", "65 characters", "order_number must be 1 to 64 characters long", update("a" * 65))
for number in ("' OR '1'='1", "x'; DROP TABLE orders; --", "🍕", "%s%n", "a" * 64):
    shown("numbers", number[:24], update(number), number=number)
for depth in (16, 5000):
    unreadable("depth", f"an array, {depth} deep", "not JSON", update()[:-1] + b',"a":' + b"[" * depth + b"]" * depth + b"}")
for name, tail in {"the number": ',"order_number":"ORD_1"', "the status": ',"new_status":"ready"'}.items():
    unreadable("doubled_members", name, "not JSON", update()[:-1] + raw(tail) + b"}")
for name, more in {"a version from the future": '"schema_version":99', "a prototype": '"__proto__":{}', "two hundred members": ",".join(
        f'"m{i}":{i}' for i in range(200))}.items():
    shown("extra_members", name, update()[:-1] + b"," + raw(more) + b"}")
# Whoever may publish to the exchange is believed: the subscriber has no database to ask.
for old, new in (("ready", "received"), ("completed", "cooking"), ("cancelled", "ready"), ("cooking", "cooking")):
    shown("never_happened", f"{old} to {new}", update(old_status=f'"{old}"', new_status=f'"{new}"'), old=old, new=new)
for name, given in PROPERTIES.items():
    shown("properties", name, update(), **given)
    unreadable("properties", f"{name}, unreadable", "not a JSON object", "[]", **given)
for name, given in HEADERS.items():
    shown("headers", name, update(), headers=given)
shown("headers", "for a webhook that nobody has", update(), headers={"x-webhook": "0123456789abcdef"}, expected="shown and dead")
shown("headers", "for a webhook of rubbish", update(), headers={"x-webhook": b"\xff\xfe"}, expected="shown and dead")
shown("headers", "for a webhook that is a number", update(), headers={"x-webhook": 7})
unreadable("headers", "unreadable, for a webhook", "not JSON", "{", headers={"x-webhook": "0123456789abcdef"})
unreadable("not_an_update", "an order", "old_status is required", order("ORD_1"))


# ---- writing

def escaped(data):
    return "".join(chr(byte) if 32 <= byte < 127 and byte != 92 else f"\\x{byte:02x}" for byte in data)


def shortened(data):
    """What is repeated much is written once: \\*TIMES;LENGTH; and the piece, LENGTH characters as they are written."""
    text = ""
    at = 0
    for found in re.finditer(rb"(?s)(.{1,40}?)\1{49,}", data):
        piece = escaped(found[1])
        text += escaped(data[at:found.start()]) + f"\\*{len(found[0]) // len(found[1])};{len(piece)};{piece}"
        at = found.end()
    return text + escaped(data[at:])


for (kind, category), lines in files.items():
    (HERE / kind).mkdir(exist_ok=True)
    with open(HERE / kind / f"{category}.txt", "w", encoding="utf-8") as file:
        for name, expected, detail, key, props, body in lines:
            name = escaped(raw(name)).replace("\\x", "#")
            file.write("\t".join([name, expected, escaped(raw(detail)), escaped(raw(key)), shortened(props), shortened(body)]) + "\n")
