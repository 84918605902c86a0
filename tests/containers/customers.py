#!/usr/bin/env python3
"""Customers who order and ask without a break, and write down what they were answered.

    customers.py ORDERS-URL TRACKING-URL FOLDER [RATE]

Runs until SIGTERM. The name of the present phase is read from FOLDER/phase; FOLDER/answers.jsonl gets a line per request.
Every order has an Idempotency-Key and is sent until it is answered 200, so each line of FOLDER/orders is one order
that was promised: `number type priority`.
"""
import json
import pathlib
import random
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid

orders_url, tracking_url, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
rate = float(sys.argv[4]) if len(sys.argv) > 4 else 10.0
CUSTOMERS = 12
GIVE_UP = 180  # seconds with one order
stopping = threading.Event()
writing = threading.Lock()
answers = open(folder / "answers.jsonl", "a", buffering=1, encoding="utf-8")
promised = open(folder / "orders", "a", buffering=1, encoding="utf-8")
numbers = []


def phase():
    return (folder / "phase").read_text(encoding="utf-8").strip()


def ask(kind, request):
    """One request, one line. Returns status and body; status 0 when there was no answer."""
    began, retry_after, note = time.monotonic(), None, ""
    at = phase()
    try:
        with urllib.request.urlopen(request, timeout=40) as response:
            status, body = response.status, response.read()
    except urllib.error.HTTPError as error:
        status, body, retry_after = error.code, error.read(), error.headers.get("Retry-After")
        note = body.decode(errors="replace")[:300]
    except OSError as error:
        status, body, note = 0, b"", str(error)
    # A refusal that says when to come again is an answer; everything else but success is a failure.
    fine = status == 200 or (status == 503 and retry_after is not None)
    with writing:
        answers.write(json.dumps({"phase": at, "kind": kind, "status": status, "fine": fine, "note": note,
                                  "seconds": round(time.monotonic() - began, 4)}) + "\n")
    return status, body


def new_order():
    kind = random.choice(["dine_in", "takeout", "delivery"])
    order = {"customer_name": random.choice(["Anna", "Zoë Müller", "O’Neil", "Jean-Luc", "李雷"]) + " " + random.choice("ABCDEF"),
             "order_type": kind, "rush": random.random() < 0.1,
             "items": [{"name": "Pizza", "quantity": random.randint(1, 5), "price": random.choice([9.9, 12.5, 15.99, 40])}
                       for _ in range(random.randint(1, 3))]}
    if kind == "dine_in":
        order["table_number"] = random.randint(1, 100)
    if kind == "delivery":
        order["delivery_address"] = "12 Baker Street, Flat 3"
    return json.dumps(order).encode()


def place():
    body, key, until = new_order(), str(uuid.uuid4()), time.monotonic() + GIVE_UP
    while time.monotonic() < until:
        status, answer = ask("order", urllib.request.Request(
            orders_url + "/orders", data=body, headers={"Idempotency-Key": key, "Content-Type": "application/json"}))
        if status == 200:
            told = json.loads(answer)
            with writing:
                numbers.append(told["order_number"])
                promised.write(f"{told['order_number']} {json.loads(body)['order_type']} {told['priority']}\n")
            return
        time.sleep(0.5 + random.random())
    with writing:
        answers.write(json.dumps({"phase": phase(), "kind": "given_up", "status": 0, "fine": False, "note": key}) + "\n")


def customer():
    while not stopping.is_set():
        place()
        if numbers:
            ask("question", tracking_url + "/orders/" + random.choice(numbers) + "/status")
        stopping.wait(random.expovariate(rate / CUSTOMERS))


signal.signal(signal.SIGTERM, lambda *_: stopping.set())
threads = [threading.Thread(target=customer) for _ in range(CUSTOMERS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
