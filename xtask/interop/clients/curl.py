"""The command `curl`, which knows nothing of OpenAI: what is really on the wire."""

import json
import subprocess
from urllib.parse import quote

from harness import BASE_URL, GIVEN, KEY, expect, run, scenario, two_attempts


def call(path, body=None, key=KEY, more=()):
    """Status, headers and body of one reply, and curl's exit code."""
    command = ["curl", "--silent", "--show-error", "--include", "--no-buffer", "--max-time", "30", *more]
    command += ["--header", f"authorization: Bearer {key}", f"{BASE_URL}{path}"]
    if body is not None:
        command += ["--header", "content-type: application/json", "--data-binary", json.dumps(body)]
    done = subprocess.run(command, capture_output=True, text=True)
    head, _, text = done.stdout.partition("\n\n")
    status, *lines = head.splitlines() or [""]
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    expect(status, f"no reply: {done.stderr}")
    return int(status.split()[1]), headers, text, done.returncode


def ask(model=GIVEN.model, key=KEY, path="/chat/completions", **more):
    return call(path, {"model": model, "messages": GIVEN.messages, **more}, key)


def answered(reply):
    status, _, text, _ = reply
    expect(status == 200, f"status {status}: {text}")
    content = json.loads(text)["choices"][0]["message"]["content"]
    expect(content, f"no text in {text}")
    return content


def told(reply, statuses, word=""):
    status, headers, text, _ = reply
    expect(status in statuses, f"status {status}: {text}")
    expect(headers["content-type"].startswith("application/json"), f"content-type {headers['content-type']}")
    error = json.loads(text)["error"]
    expect(isinstance(error, dict) and word in error["message"] and "type" in error and "code" in error, text)
    return f"{status} {error['message']}"


def events(reply):
    """The data of a stream's events, without `[DONE]`, and whether that came last."""
    status, headers, text, code = reply
    expect(status == 200, f"status {status}: {text}")
    expect(headers["content-type"].startswith("text/event-stream"), f"content-type {headers['content-type']}")
    data = [line.removeprefix("data:").strip() for line in text.splitlines() if line.startswith("data:")]
    ended = code == 0 and data[-1:] == ["[DONE]"]
    return [json.loads(event) for event in data if event != "[DONE]"], ended


@scenario
def models():
    status, _, text, _ = call("/models")
    expect(status == 200, f"status {status}: {text}")
    ids = [model["id"] for model in json.loads(text)["data"]]
    expect(GIVEN.alias in ids, f"no alias in {ids}")
    expect(any(id.endswith(GIVEN.model) for id in ids), f"no {GIVEN.model} in {ids}")
    return f"{len(ids)} models"


@scenario
def retrieve():
    # With its slash as it is, as people type it, and escaped, as SDKs send it.
    for path in (GIVEN.model, quote(GIVEN.model, safe=""), quote(GIVEN.alias, safe="")):
        status, _, text, _ = call(f"/models/{path}")
        expect(status == 200, f"/models/{path}: status {status}: {text}")
    return path


@scenario
def chat():
    reply = ask()
    answered(reply)
    usage = json.loads(reply[2]).get("usage")
    expect(usage and usage["total_tokens"], f"usage {usage!r}")
    return answered(reply)


@scenario
def stream():
    # Some providers leave `[DONE]` out, and some clients wait for it.
    for model in (GIVEN.model, GIVEN.ends_without_done):
        chunks, ended = events(ask(model, stream=True))
        expect(ended, f"the stream of {model} did not end with [DONE]")
        choices = [choice for chunk in chunks for choice in chunk["choices"]]
        text = "".join(choice["delta"].get("content") or "" for choice in choices)
        expect(text, f"no text from {model}")
    return text


@scenario
def stream_usage():
    # Who did not ask gets no chunk without a choice: many a client reads `choices[0]` of each.
    chunks, _ = events(ask(GIVEN.counts_when_asked, stream=True))
    expect(all(chunk["choices"] for chunk in chunks), "a chunk without choices that was not asked for")
    chunks, _ = events(ask(GIVEN.counts_when_asked, stream=True, stream_options={"include_usage": True}))
    usages = [chunk["usage"] for chunk in chunks if chunk.get("usage")]
    expect(usages and usages[-1]["total_tokens"], f"usages {usages!r}")
    return f"{usages[-1]['total_tokens']} tokens"


@scenario
def alias():
    return answered(ask(GIVEN.alias))


@scenario
def failover():
    reply = ask(GIVEN.refuses_first)
    answered(reply)
    return two_attempts(reply[1])


@scenario
def tools():
    return answered(ask(tools=[GIVEN.tool], tool_choice="auto"))


@scenario
def structured():
    return answered(ask(response_format=GIVEN.response_format))


@scenario
def error_key():
    return told(ask(key=GIVEN.wrong_key), [401])


@scenario
def error_model():
    return told(ask(GIVEN.unknown_model), [400, 404], GIVEN.unknown_model)


@scenario
def error_param():
    return told(ask(GIVEN.refuses_input), [400, 422])


@scenario
def cut_stream():
    for model in GIVEN.cuts:
        reply = ask(model, stream=True)
        chunks, ended = events(reply)
        said = chunks[-1].get("error")
        expect(not ended, f"{model} ended with [DONE]")
        expect(said or reply[3] != 0, f"{model} ended as if nothing were missing")
    return json.dumps(said) if said else f"exit code {reply[3]}"


@scenario
def embeddings():
    return told(call("/embeddings", {"model": GIVEN.model, "input": GIVEN.question}), [404], "embeddings")


@scenario
def abort():
    body = {"model": GIVEN.drips, "messages": GIVEN.messages, "stream": True}
    status, _, text, code = call("/chat/completions", body, more=["--max-time", "1.2"])
    expect(status == 200 and "data:" in text and code == 28, f"status {status}, exit code {code}")
    return answered(ask())


version = subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout
run("curl", version.split()[1])
