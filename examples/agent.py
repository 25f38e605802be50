"""A buyer without an LLM, and with the habits of one that has: it times out, retries, and plans the same need again.

    eval "$(npx countersign env buyer-agent)"
    python3 examples/agent.py P-1007 "ball bearing 6204" 200
"""

import hashlib
import json
import os
import random
import sys
import time
import urllib.error
import urllib.request
from datetime import date, timedelta
from http.client import HTTPException

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import get_session

API = os.environ.get("COUNTERSIGN_API_URL") or sys.exit('First: eval "$(npx countersign env buyer-agent)"')
SIGNER = SigV4Auth(get_session().get_credentials(), "execute-api", os.environ["AWS_REGION"])


def send(method, path, body, headers):
    """One signed request. A refusal is an answer too."""
    signed = AWSRequest(method, API + path, headers=headers, data=body)
    SIGNER.add_auth(signed)
    request = urllib.request.Request(signed.url, body and body.encode(), dict(signed.headers), method=method)
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    with answer:
        return answer.status, answer.headers, json.loads(answer.read())


def ask(method, path, value=None, key=None):
    """Sends until there is an answer that sending again cannot better. What changes between tries: nothing."""
    headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
    body = value and json.dumps(value)
    for attempt in range(1, 9):
        seen = "no answer"  # timed out, reset: it may have been carried out or not
        pause = random.random() * min(20, 2**attempt / 4)  # seconds, full jitter
        try:
            status, told, answer = send(method, path, body, headers)
            again = status >= 400 and answer.get("retryable", status >= 500)
            if not again or attempt == 8:
                return status, answer, told.get("Idempotent-Replayed") == "true"
            seen = f"{status} {answer.get('code')}"
            pause = float(told.get("Retry-After", pause))
        except (OSError, ValueError, HTTPException):
            if attempt == 8:
                raise
        print(f"  try {attempt}: {seen}; the same again in {pause:.1f} s")
        time.sleep(pause)


def tool(name, value):
    status, answer, _ = ask("POST", f"/v1/tools/erp_{name}", value)
    if status != 200:
        sys.exit(f"{name}: {answer.get('code')} {answer.get('detail')}")
    return answer


def settled(operation):
    """Asks what became of an operation until it is settled; what only a person can settle is not ours to repeat."""
    while True:
        status, answer, _ = ask("GET", f"/v1/operations/{operation}?wait=20")
        print(f"  operation {operation} is {answer.get('state')}")
        if answer.get("state") in ("applied", "not_applied"):
            return answer
        if status != 200 or answer["state"] in ("review", "dead"):
            sys.exit(f"operation {operation} needs a person")
        time.sleep(2)


def order(key, value):
    """The number of the order for an intent. However often and in whatever words it is asked for: one order."""
    status, answer, replayed = ask("POST", "/v1/tools/erp_create_purchase_order", value, key)
    if status == 200:
        print(f"  order {answer['document']['number']}{' (replayed)' if replayed else ''}")
        return answer["document"]["number"]
    reused = answer.get("code") == "IDEMPOTENCY_KEY_REUSED"  # the need was ordered before, with other content
    if not (status == 202 or reused):
        sys.exit(f"{status} {answer.get('code')}: {answer.get('detail')}")
    print(f"  {status} {'ordered before, otherwise' if reused else answer['state']}; asking what became of it")
    operation = settled(answer["operationId"])
    if operation["state"] == "applied":
        return operation["document"]
    if operation["problem"].get("retryable") and not reused:
        return order(key, value)  # surely not applied: the same call again
    sys.exit(f"not ordered: {operation['problem'].get('code')} {operation['problem'].get('detail')}")


def plan(need, words, quantity, site="1010"):
    """From words to an order. The key names the need and nothing else: not the words, not the day, not the try."""
    item = next(one["item"] for one in tool("find_items", {"query": words})["items"] if not one["blocked"])
    stock = tool("get_stock", {"item": item, "site": site})["onHand"]
    ordered = tool("find_open_supply", {"item": item, "site": site})["totals"]["ordered"]
    print(f"  {item}: {stock['value']} {stock['unit']} on hand, {ordered['value']} on order")
    offers = [one for one in tool("find_suppliers", {"item": item})["suppliers"] if not one["blocked"]]
    supplier, price = next((one["supplier"], one["offer"]["price"]) for one in offers if one.get("offer", {}).get("price"))
    print(f"  {supplier} offers it at {price['amount']} {price['currency']} per {price['per']['quantity']}")
    due = (date.today() + timedelta(days=28)).isoformat()
    amount = {"value": quantity, "unit": price["per"]["unit"]}
    line = {"item": item, "quantity": amount, "unitPrice": price, "deliveryDate": due, "site": site}
    key = hashlib.sha256(f"purchase for {need}".encode()).hexdigest()
    return order(key, {"supplier": supplier, "currency": price["currency"], "lines": [line]})


need, words, quantity = (*sys.argv[1:4], *("P-1007", "ball bearing 6204", "200")[len(sys.argv[1:4]) :])
print(f'{need} needs {quantity} of "{words}"')
first = plan(need, words, quantity)
print("Planned again, in other words: has that been ordered?")
second = plan(need, " ".join(reversed(words.split())), quantity + ("0" if "." in quantity else ".0"))
print(f"One order: {first}." if first == second else f"Two orders: {first} and {second}!")
sys.exit(first != second)
