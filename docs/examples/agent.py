"""Makes an agent, has it do something in a project, prints what came of it, and takes it back.

    NONLINEAR_TOKEN=nl_... python3 agent.py PROJECT "Ask what is missing here."

The token needs the scopes agent, run and graph. NONLINEAR_URL is the server, http://127.0.0.1:4000 if it is not set.
"""

import json
import os
import sys
import urllib.request

SERVER = os.environ.get("NONLINEAR_URL", "http://127.0.0.1:4000")
TOKEN = os.environ["NONLINEAR_TOKEN"]
PROJECT, PROMPT = f"/projects/{sys.argv[1]}", sys.argv[2]


def call(method: str, path: str, body: dict | None = None):
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    url = f"{SERVER}/api/v1{path}"
    return urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method))


def ask(method: str, path: str, body: dict | None = None) -> dict:
    with call(method, path, body) as answer:
        return json.load(answer)


def follow(task: str) -> str:
    """Prints the words of a task as they come; gives the status with which it ends."""
    with call("GET", f"{task}/stream") as events:
        for line in events:
            if not line.startswith(b"data:"):
                continue
            event = json.loads(line.removeprefix(b"data:"))
            if "status" in event:
                return event["status"]
            print(event["text"], end="", flush=True)
    raise ConnectionError("the stream was cut off; follow it again")


agent = ask("POST", "/agents", {"name": "Example in Python", "type": "researcher"})["id"]
try:
    ask("POST", f"{PROJECT}/agents", {"agentId": agent, "role": "EDITOR"})
    started = ask("POST", f"{PROJECT}/tasks", {"agentId": agent, "prompt": PROMPT})
    task = f"{PROJECT}/tasks/{started['id']}"
    # A task that waits for a person goes on when somebody answers it on the canvas.
    status = follow(task)
    done = ask("GET", task)
    print(f"\n{status}: {done['result'] or done['error']}")
    if done["changeSetId"]:
        reverted = ask("POST", f"{PROJECT}/changesets/{done['changeSetId']}/revert", {})
        print(f"taken back: {len(reverted['items'])} changes, left: {len(reverted['left'])}")
finally:
    call("DELETE", f"/agents/{agent}").close()
sys.exit(0 if status == "COMPLETED" else 1)
