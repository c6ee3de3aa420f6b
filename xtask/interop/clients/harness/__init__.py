"""Runs what a client is asked for and prints a line of JSON about each, for `cargo xtask interop clients`.

The names of the scenarios are those in `xtask/src/interop.rs`; a function `stream_usage` is `stream-usage`.
What a client has no call for is left out, and the table shows `-`.
"""

import json
import os
import pathlib
import types

BASE_URL = os.environ["OPENAI_BASE_URL"]
KEY = os.environ["OPENAI_API_KEY"]
_given = json.loads((pathlib.Path(__file__).parent / "given.json").read_text())
GIVEN = types.SimpleNamespace(
    **_given,
    response_format={
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": _given["schema"], "strict": True},
    },
)

_scenarios = {}


class Failed(Exception):
    """What was expected did not happen."""


def scenario(function):
    """Makes a function a scenario; what it returns is the detail."""
    _scenarios[function.__name__.replace("_", "-")] = function
    return function


def expect(holds, otherwise):
    """Fails with what was found instead."""
    if not holds:
        raise Failed(otherwise)


def refused(kinds, call):
    """The error that a call has to end with."""
    try:
        answer = call()
    except kinds as error:
        return error
    except Exception as error:
        raise Failed(f"expected {_names(kinds)}, found {_shown(error)}") from error
    raise Failed(f"expected {_names(kinds)}, found the answer {answer!r}")


def read(stream):
    """The text of a stream, why it ended, and the usage that it told."""
    text, finish, usage = "", None, None
    for chunk in stream:
        for choice in chunk.choices:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
        usage = chunk.usage or usage
    return text, finish, usage


def answered(completion):
    """The text of an answer that is not streamed."""
    text = completion.choices[0].message.content
    expect(text, f"no text in {completion!r}")
    return text


def told(error, word=""):
    """What an error of the `openai` package says, also where another package passes it on."""
    message = error.body.get("message") if isinstance(error.body, dict) else None
    expect(message and word in message, f"no message with {word!r} in {type(error).__name__}: {error.body!r}")
    return f"{error.status_code} {message}"


def two_attempts(headers):
    """That the gateway says that the first offer refused and the second one answered."""
    trail = headers.get("x-openclaw-attempts")
    ends = [attempt.rpartition("=")[2] for attempt in (trail or "").split(", ")]
    expect(ends == ["rate_limited", "answered"], f"x-openclaw-attempts: {trail!r}")
    return trail


def run(client, version):
    """Runs all scenarios; one that fails does not keep the next from running."""
    print(json.dumps({"client": client, "version": version}), flush=True)
    for name, function in _scenarios.items():
        try:
            ok, detail = True, function() or ""
        except Failed as error:
            ok, detail = False, str(error)
        except Exception as error:
            ok, detail = False, f"unexpected {_shown(error)}"
        print(json.dumps({"scenario": name, "ok": ok, "detail": detail}), flush=True)


def _names(kinds):
    return " or ".join(kind.__name__ for kind in (kinds if isinstance(kinds, tuple) else (kinds,)))


def _shown(error):
    return f"{type(error).__name__}: {error}"
