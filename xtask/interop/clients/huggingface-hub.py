"""`InferenceClient` of the `huggingface_hub` package for Python; it has no list of models and no `/embeddings`."""

import huggingface_hub
from harness import BASE_URL, GIVEN, KEY, answered, expect, read, refused, run, scenario
from huggingface_hub.errors import BadRequestError, HfHubHTTPError, HTTPError

client = huggingface_hub.InferenceClient(base_url=BASE_URL, api_key=KEY, timeout=30)


def ask(model=GIVEN.model, using=client, **more):
    return using.chat.completions.create(model=model, messages=GIVEN.messages, **more)


def told(error, status, word=""):
    message = error.server_message
    expect(error.response.status_code in status, f"status {error.response.status_code}")
    expect(message and word in message, f"no message with {word!r} in {error}")
    return f"{error.response.status_code} {message}"


@scenario
def chat():
    completion = ask()
    expect(completion.usage and completion.usage.total_tokens, f"usage {completion.usage!r}")
    return answered(completion)


@scenario
def stream():
    text, finish, _ = read(ask(stream=True))
    expect(text and finish == "stop", f"text {text!r}, finish_reason {finish!r}")
    return text


@scenario
def stream_usage():
    _, _, usage = read(ask(GIVEN.counts_when_asked, stream=True, stream_options={"include_usage": True}))
    expect(usage and usage.total_tokens, f"usage {usage!r}")
    return f"{usage.total_tokens} tokens"


@scenario
def alias():
    return answered(ask(GIVEN.alias))


@scenario
def failover():
    return answered(ask(GIVEN.refuses_first))


@scenario
def tools():
    return answered(ask(tools=[GIVEN.tool], tool_choice="auto"))


@scenario
def structured():
    return answered(ask(response_format=GIVEN.response_format))


@scenario
def error_key():
    stranger = huggingface_hub.InferenceClient(base_url=BASE_URL, api_key=GIVEN.wrong_key)
    return told(refused(HfHubHTTPError, lambda: ask(using=stranger)), [401])


@scenario
def error_model():
    return told(refused(HfHubHTTPError, lambda: ask(GIVEN.unknown_model)), [400, 404], GIVEN.unknown_model)


@scenario
def error_param():
    return told(refused((BadRequestError, HfHubHTTPError), lambda: ask(GIVEN.refuses_input)), [400, 422])


@scenario
def cut_stream():
    for model in GIVEN.cuts:
        error = refused(HTTPError, lambda: read(ask(model, stream=True)))
    return f"{type(error).__name__}: {error}"


@scenario
def abort():
    stream = ask(GIVEN.drips, stream=True)
    next(chunk for chunk in stream if chunk.choices and chunk.choices[0].delta.content)
    stream.close()
    # Only closing the client closes the connection of a stream that was not read to its end.
    client.exit_stack.close()
    return answered(ask())


run("huggingface_hub", huggingface_hub.__version__)
