"""The command `llm`: models come from a file of its own, so it lists none of ours, and it embeds at OpenAI alone."""

import importlib.metadata
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from harness import BASE_URL, GIVEN, KEY, expect, run, scenario

LLM = pathlib.Path(sys.executable).with_name("llm")
home = tempfile.TemporaryDirectory()
environment = {**os.environ, "LLM_USER_PATH": home.name, "PYTHONUNBUFFERED": "1"}
names = [GIVEN.model, GIVEN.alias, GIVEN.counts_when_asked, GIVEN.unknown_model]
names += [GIVEN.refuses_first, GIVEN.refuses_input, GIVEN.drips, *GIVEN.cuts]
# JSON is YAML too.
(pathlib.Path(home.name) / "extra-openai-models.yaml").write_text(
    json.dumps(
        [
            {
                "model_id": name,
                "model_name": name,
                "api_base": BASE_URL,
                "api_key_name": "openclaw",
                "supports_schema": True,
                "supports_tools": True,
            }
            for name in names
        ]
    )
)


def call(model, *more, key=KEY):
    return [LLM, "prompt", "--key", key, "--model", model, "--no-log", *more, GIVEN.question]


def ask(model=GIVEN.model, *more, key=KEY):
    return subprocess.run(call(model, *more, key=key), env=environment, capture_output=True, text=True, timeout=60)


def answered(done):
    expect(done.returncode == 0 and done.stdout.strip(), f"exit code {done.returncode}: {done.stderr.strip()}")
    return done.stdout.strip()


def told(done, status, word=""):
    message = done.stderr.strip()
    expect(done.returncode == 1, f"exit code {done.returncode}, {done.stdout.strip()!r}")
    # `Error: Error code: 401 - the message`
    found = re.match(r"Error: Error code: (\d+) - .", message)
    expect(found and int(found[1]) in status and word in message, f"no {status} with {word!r} in {message!r}")
    return message


@scenario
def chat():
    done = ask(GIVEN.model, "--no-stream", "--usage")
    expect(re.search(r"[1-9]\d* input, [1-9]\d* output", done.stderr), f"usage {done.stderr.strip()!r}")
    return answered(done)


@scenario
def stream():
    return answered(ask())


@scenario
def stream_usage():
    done = ask(GIVEN.counts_when_asked, "--usage")
    answered(done)
    expect(re.search(r"[1-9]\d* input, [1-9]\d* output", done.stderr), f"usage {done.stderr.strip()!r}")
    return done.stderr.strip()


@scenario
def alias():
    return answered(ask(GIVEN.alias))


@scenario
def failover():
    return answered(ask(GIVEN.refuses_first, "--no-stream"))


@scenario
def tools():
    return answered(ask(GIVEN.model, "--functions", "def weather(place: str) -> str:\n    return 'fair'"))


@scenario
def structured():
    return answered(ask(GIVEN.model, "--schema", json.dumps(GIVEN.schema)))


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
        done = ask(model)
        expect(done.returncode == 1, f"{model}: exit code {done.returncode}, {done.stdout.strip()!r}")
    return done.stderr.strip()


@scenario
def abort():
    with subprocess.Popen(call(GIVEN.drips), env=environment, stdout=subprocess.PIPE) as process:
        process.stdout.read(1)
        process.kill()
    return answered(ask())


run("llm", importlib.metadata.version("llm"))
