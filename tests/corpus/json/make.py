#!/usr/bin/env python3
"""Writes documents.txt: hostile bodies for POST /orders, one a line: category, name, expected status, the body.

The four are separated by tabs; in the body everything but printable ASCII, and the backslash, is written \\xNN, and what is
repeated \\*TIMES;LENGTH; before the first of them.
Expected is what CONTRACT says of the body, not what the service did once. Run it again after a change: make.py > documents.txt
"""
import re
import sys

GOOD = b'{"customer_name":"Anna","order_type":"takeout","items":[{"name":"Margherita","quantity":1,"price":12.50}]}'
documents = []


def add(category, name, expected, body):
    if isinstance(body, str):
        body = body.encode("utf-8")
    documents.append((category, name, expected, body))


def with_name(text):  # bytes as they stand between the quotes
    text = text if isinstance(text, bytes) else text.encode("utf-8")
    return GOOD.replace(b"Anna", text)


def with_item(**members):
    item = {"name": '"Margherita"', "quantity": "1", "price": "12.50"} | members
    inner = ",".join(f'"{key}":{value}' for key, value in item.items() if value is not None)
    return GOOD.replace(b'{"name":"Margherita","quantity":1,"price":12.50}', ("{" + inner + "}").encode("utf-8"))


def with_more(text):
    return GOOD[:-1] + b"," + text.encode("utf-8") + b"}"


def without(key):
    parts = {"customer_name": b'"customer_name":"Anna",', "order_type": b'"order_type":"takeout",',
             "items": b',"items":[{"name":"Margherita","quantity":1,"price":12.50}]'}
    return GOOD.replace(parts[key], b"")


# Not JSON, or not all of it.
for cut in range(0, len(GOOD), 3):
    add("truncated", f"after {cut} bytes", 400, GOOD[:cut])
for name, tail in {"a brace": b"}", "a comma": b",", "a second document": GOOD, "NUL": b"\0", "a word": b" x", "a comment": b" // c",
                   "a byte order mark": b"\xef\xbb\xbf", "a bracket": b"]", "null": b"null", "a quote": b'"',
                   "a form feed": b"\f", "a no-break space": b"\xc2\xa0"}.items():
    add("trailing", name, 400, GOOD + tail)
for name, space in {"a space": b" ", "a newline": b"\r\n", "tabs": b"\t\t", "much space": b" " * 5000}.items():
    add("white space", name + " after", 200, GOOD + space)
    add("white space", name + " before", 200, space + GOOD)
for name, head in {"a byte order mark": b"\xef\xbb\xbf", "NUL": b"\0", "a comment": b"/* c */", "a form feed": b"\f", "a comma": b",",
                   "UTF-16": b"\xff\xfe", "a callback": b"f(", "a guard": b")]}',\n"}.items():
    add("leading", name, 400, head + GOOD)
add("encoding", "UTF-16LE", 400, GOOD.decode().encode("utf-16-le"))
add("encoding", "UTF-16BE", 400, GOOD.decode().encode("utf-16-be"))
add("encoding", "UTF-32", 400, GOOD.decode().encode("utf-32"))
add("encoding", "gzip magic", 400, b"\x1f\x8b\x08\0\0\0\0\0\0\0" + GOOD)

# JSON, but no order.
for value in ["null", "true", "false", "0", "-0", "1e999", '""', '"text"', "[]", "[[]]", "[" + GOOD.decode() + "]", "{}",
              '{"":""}', '{"a":{}}', "[1,2,3]", '[{"customer_name":"Anna"}]']:
    add("not an order", value[:30], 400, value)
for name, text in {"single quotes": "{'customer_name':'Anna'}", "bare key": '{customer_name:"Anna"}', "NaN": '{"a":NaN}',
                   "Infinity": '{"a":Infinity}', "-Infinity": '{"a":-Infinity}', "trailing comma": '{"a":1,}',
                   "trailing comma in array": '{"a":[1,]}', "two commas": '{"a":1,,"b":2}', "no colon": '{"a" 1}',
                   "no value": '{"a":}', "no key": '{:1}', "number key": '{1:1}', "undefined": '{"a":undefined}',
                   "True": '{"a":True}', "nul": '{"a":nul}', "backticks": '{"a":`b`}', "XML": "<order/>",
                   "form": "customer_name=Anna&order_type=takeout", "YAML": "customer_name: Anna\n", "empty": "", "space": "   ",
                   "mismatch": '{"a":[1}', "mismatch 2": '["a":1]', "unopened": "}", "colon": ":", "quote": '"', "semicolon": '{"a":1;"b":2}'}.items():
    add("not JSON", name, 400, text)
for text in ["01", "+1", ".5", "1.", "0x10", "1e", "1e+", "--1", "1_000", "1,5", "0b1", "١", "1 2", "- 1", "1.e1", "0o7", "1f", "∞"]:
    add("number syntax", text, 400, with_more(f'"extra":{text}'))
for text in ["0", "-0", "1e5", "1E-400", "-1.5e+3", "0." + "0" * 4000 + "1", "123456789012345678901234567890"]:
    add("number in an unknown field", text[:20], 200, with_more(f'"extra":{text}'))
for text in ["1e99999999", "1" * 4000]:  # beyond any double: the reader's range ends before
    add("number out of range", text[:20], 400, with_more(f'"extra":{text}'))

# Depth and size.
for depth, expected in {1: 200, 8: 200, 14: 200, 15: 200, 16: 400, 17: 400, 100: 400, 5000: 400, 30000: 400}.items():
    add("depth", f"{depth} arrays inside", expected, with_more('"extra":' + "[" * depth + "]" * depth))
    objects = depth if depth <= 5000 else 9000
    add("depth", f"{objects} objects inside", expected, with_more('"extra":' + '{"a":' * objects + "1" + "}" * objects))
for depth in [16, 17, 100, 60000]:
    add("depth", f"{depth} arrays never closed", 400, "[" * depth)
for size, expected in {60000: 200, 65536 - len(GOOD) - 11: 200, 65537: 413, 200000: 413}.items():
    add("size", f"{size} bytes of an unknown field", expected, with_more('"extra":"' + "x" * size + '"'))
add("size", "2000 unknown fields", 200, with_more(",".join(f'"k{i}":{i}' for i in range(2000))))
add("size", "a key of 30000 bytes", 200, with_more('"' + "k" * 30000 + '":1'))
add("size", "10000 elements", 200, with_more('"extra":[' + ",".join("1" for _ in range(10000)) + "]"))

# Keys.
for key in ["customer_name", "order_type", "items", "rush", "extra", ""]:
    add("doubled key", key or "(empty)", 400, with_more(f'"{key}":null,"{key}":null'))
add("doubled key", "escaped", 400, with_more('"extra":1,"\\u0065xtra":2'))
add("doubled key", "in an item", 400, with_item(extra='1,"extra":2'))
add("doubled key", "deep", 400, with_more('"extra":[{"a":{"b":1,"b":1}}]'))
for key in ["__proto__", "constructor", "$where", "customer_name ", "CUSTOMER_NAME", "toString", "\\ud83c\\udf55", "order_number", "priority", "id"]:
    add("strange key", key, 200, with_more(f'"{key}":{{"a":1}}'))

# Characters: bytes that are no UTF-8, and what no string may have.
for name, text in {"lone continuation": b"\x80", "lead without rest": b"\xc3", "overlong slash": b"\xc0\xaf", "overlong NUL": b"\xc0\x80",
                   "overlong 3": b"\xe0\x80\xaf", "overlong 4": b"\xf0\x80\x80\xaf", "surrogate": b"\xed\xa0\x80", "surrogate pair": b"\xed\xa0\xbc\xed\xbd\x95",
                   "beyond U+10FFFF": b"\xf4\x90\x80\x80", "5 bytes": b"\xf8\x88\x80\x80\x80", "0xFE": b"\xfe", "0xFF": b"\xff", "Latin-1": b"\xe4",
                   "cut at the end": b"\xe2\x82"}.items():
    add("UTF-8 in the name", name, 400, with_name(b"An" + text + b"na"))
    add("UTF-8 in an unknown field", name, 400, with_more("?").replace(b"?", b'"x":"' + text + b'"'))
for code in list(range(0, 32)) + [127]:
    add("raw control character", f"U+{code:04X}", 400, with_name(bytes([65, code, 66])))
for code in [0, 1, 7, 8, 9, 10, 13, 27, 31, 127, 128, 133, 159]:
    add("escaped control character", f"U+{code:04X}", 400, with_name(f"A\\u{code:04x}B"))
for text in ["\\ud83c", "\\udf55", "\\udf55\\ud83c", "\\ud83cx", "\\ud83c\\u0041", "\\uD800\\uD800", "\\ud83c\\n"]:
    add("surrogates", text, 400, with_more(f'"extra":"{text}"'))
for text in ["\\x41", "\\a", "\\u12", "\\u123g", "\\U0041", "\\'", "\\0", "\\", "\\u", "\\u{41}", "\\ "]:
    add("escapes", text, 400, with_more(f'"extra":"{text}"'))
add("escapes", "all that there are", 200, with_more('"extra":"\\"\\\\\\/\\u00e9\\ud83c\\udf55"'))

# The customer's name.
for name in ["O'Neil", "O’Neil", "Jean-Luc", "José", "Jose\u0301", "李雷", "محمد", "नमस्ते", "Анна", "A", "A" * 100, "é" * 100, "R2 D2", "\\u0041nna"]:
    add("name accepted", name[:20], 200, with_name(name))
for name in ["", " ", "   ", "A" * 101, "é" * 101, "Anna;", "<b>Anna</b>", "Anna\u200b", "\u202eannA", "Anna\ufeff", "Anna🍕", "Anna/Bob", "a@b.c", "$(id)",
             "'; DROP TABLE orders;--", "{{7*7}}", "%00", "A_B", "A.", "A\u2028B", "\ue000", "A\u0378"]:
    add("name refused", name[:30], 400, with_name(name))
for value in ["1", "true", "[]", "{}", "null", '["Anna"]', "1.5"]:
    add("type of the name", value, 400, GOOD.replace(b'"Anna"', value.encode()))

# Order type and what belongs to it.
for value in ['"pickup"', '"Takeout"', '"TAKEOUT"', '"takeout "', '""', "1", "null", "true", "[]", "{}", '"dine in"', '"take\\u006Fut "']:
    add("order type", value, 400, GOOD.replace(b'"takeout"', value.encode()))
add("order type", "escaped", 200, GOOD.replace(b'"takeout"', b'"take\\u006fut"'))
for key in ["customer_name", "order_type", "items"]:
    add("missing", key, 400, without(key))
for more in ['"table_number":1', '"delivery_address":"12 Long Street, Almaty"']:
    add("not of takeout", more, 400, with_more(more))
add("not of takeout", "nulls", 200, with_more('"table_number":null,"delivery_address":null'))
DINE = GOOD.replace(b"takeout", b"dine_in")
for value, expected in {"1": 200, "100": 200, "0": 400, "101": 400, "-1": 400, "1.0": 400, '"1"': 400, "true": 400, "null": 400, "1e0": 400, "1e1": 400,
                        "4294967297": 400, "18446744073709551617": 400, "[]": 400, "1e400": 400}.items():
    add("table", value, expected, DINE[:-1] + f',"table_number":{value}}}'.encode())
add("table", "absent", 400, DINE)
add("table", "with an address", 400, DINE[:-1] + b',"table_number":1,"delivery_address":"12 Long Street, Almaty"}')
DELIVERY = GOOD.replace(b"takeout", b"delivery")
for value, expected in {"12 Long Street, Almaty": 200, "x" * 10: 200, "x" * 9: 400, "é" * 500: 200, "é" * 501: 400, " " * 20: 400,
                        "   short   ": 400, "": 400}.items():
    add("address", value[:20], expected, DELIVERY[:-1] + f',"delivery_address":"{value}"}}'.encode())
for value in ["1", "null", "[]", "{}", "true"]:
    add("address", value, 400, DELIVERY[:-1] + f',"delivery_address":{value}}}'.encode())

# Items.
ITEM = '{"name":"M","quantity":1,"price":1}'
for count, expected in {0: 400, 1: 200, 20: 200, 21: 400, 1000: 400}.items():
    add("items", f"{count}", expected, GOOD.replace(b'[{"name":"Margherita","quantity":1,"price":12.50}]', ("[" + ",".join([ITEM] * count) + "]").encode()))
for value in ["null", "{}", '"x"', "1", "[null]", "[1]", '["x"]', "[[]]", "[{}]", "[[" + ITEM + "]]", "[" + ITEM + ",null]", "true"]:
    add("items", value[:30], 400, GOOD.replace(b'[{"name":"Margherita","quantity":1,"price":12.50}]', value.encode()))
for value, expected in {"1": 200, "10": 200, "0": 400, "11": 400, "-1": 400, "1.0": 400, "1.5": 400, "1e0": 400, '"1"': 400, "true": 400, "null": 400,
                        "4294967297": 400, "18446744073709551617": 400, "-0": 400, "[]": 400, "1e999999999": 400}.items():
    add("quantity", value, expected, with_item(quantity=value))
for value, expected in {"0.01": 200, "999.99": 200, "9.9": 200, "10": 200, "10.50": 200, "0": 400, "0.00": 400, "-1": 400, "1000": 400, "999.999": 400,
                        "9.999": 400, "0.001": 400, "1e999999999": 400, "1e-999999999": 400, "-0": 400, '"12.50"': 400, "null": 400, "true": 400, "[]": 400, "{}": 400,
                        "0.1e1": 200, "99999e-2": 200, "1e2": 200, "1e3": 400, "0.010000000000000000000000000000001": 400,
                        "0.0100000000000000000000000": 200, "18446744073709551617": 400, "9" * 400: 400, "999.990000000000000000001": 400}.items():
    add("price", value[:30], expected, with_item(price=value))
for value, expected in {"M": 200, "x" * 50: 200, "é" * 50: 200, "🍕": 200, "Pizza <b>\\\"x\\\"</b>": 200, "": 400, " ": 400, "x" * 51: 400, "\u3000": 400,
                        "a\u2028b": 400, "a\\u0007b": 400, "a\u202eb": 400, "'; DROP TABLE orders;--": 200}.items():
    add("item name", value[:20], expected, with_item(name=f'"{value}"'))
for key in ["name", "quantity", "price"]:
    add("item", f"without {key}", 400, with_item(**{key: None}))

# The rest.
for value, expected in {'"vip"': 200, '"regular"': 200, '"VIP"': 400, '""': 400, "1": 400, "null": 200, "true": 400, "[]": 400}.items():
    add("customer type", value, expected, with_more(f'"customer_type":{value}'))
for value, expected in {"true": 200, "false": 200, "null": 200, '"true"': 400, "1": 400, "0": 400, "[]": 400, "{}": 400}.items():
    add("rush", value, expected, with_more(f'"rush":{value}'))



def shown(body):
    def escaped(part):
        return "".join(chr(b) if 0x20 <= b < 0x7F and b != 0x5C else f"\\x{b:02x}" for b in part)

    out, end = "", 0
    for run in re.finditer(rb"(.{1,8}?)\1{60,}", body, re.DOTALL):
        unit = escaped(run.group(1))
        out += escaped(body[end:run.start()]) + f"\\*{len(run.group(0)) // len(run.group(1))};{len(unit)};{unit}"
        end = run.end()
    return out + escaped(body[end:])


for category, name, expected, body in documents:
    name = name.encode("ascii", "backslashreplace").decode().replace("\t", " ").replace("\n", " ")
    sys.stdout.write(f"{category}\t{name}\t{expected}\t{shown(body)}\n")
