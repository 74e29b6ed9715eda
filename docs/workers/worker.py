#!/usr/bin/env python3
"""Takes jobs of all instances of a farm and does them: here it counts the letters of message.text."""
import json
import os
import time
import urllib.error
import urllib.request

URL, TOKEN, WORKER = (os.environ[name] for name in ("COZY_URL", "COZY_TOKEN", "COZY_WORKER"))


def ask(path, body):
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), {
        "Content-Type": "application/json", "Authorization": "Bearer " + TOKEN})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def do(job):
    text = job["message"].get("text")
    if text is None:
        raise ValueError("there is no text")
    return {"letters": len(text)}


def run(job):
    lease = "/jobs/leases/" + job["lease"]
    ask(lease + "/heartbeat", {"progress": {"done": 0, "total": 1}})  # again at least every lease_seconds
    try:
        ask(lease + "/complete", {"result": do(job)})  # may be repeated if the answer gets lost
    except ValueError as wrong:
        ask(lease + "/fail", {"error": str(wrong)})


while True:
    try:
        for job in ask(f"/farm/workers/{WORKER}/leases", {"max": 5, "wait": 20, "lease": 60, "name": "letters"})["jobs"]:
            run(job)
    except (urllib.error.URLError, OSError) as problem:  # what was leased comes back when its lease runs out
        print(problem)
        time.sleep(1)
