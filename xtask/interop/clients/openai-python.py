"""The `openai` package for Python."""

import openai
from harness import BASE_URL, GIVEN, KEY, answered, expect, read, refused, run, scenario, told, two_attempts

client = openai.OpenAI(base_url=BASE_URL, api_key=KEY, max_retries=0, timeout=30)


def ask(model=GIVEN.model, using=client, **more):
    return using.chat.completions.create(model=model, messages=GIVEN.messages, **more)


@scenario
def models():
    ids = [model.id for model in client.models.list()]
    expect(GIVEN.alias in ids, f"no alias in {ids}")
    expect(any(id.endswith(GIVEN.model) for id in ids), f"no {GIVEN.model} in {ids}")
    return f"{len(ids)} models"


@scenario
def retrieve():
    model = client.models.retrieve(GIVEN.model)
    expect(model.id.endswith(GIVEN.model), f"id {model.id!r}")
    return model.id


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
    raw = client.chat.completions.with_raw_response.create(model=GIVEN.refuses_first, messages=GIVEN.messages)
    answered(raw.parse())
    return two_attempts(raw.headers)


@scenario
def tools():
    return answered(ask(tools=[GIVEN.tool], tool_choice="auto"))


@scenario
def structured():
    return answered(ask(response_format=GIVEN.response_format))


@scenario
def error_key():
    stranger = client.with_options(api_key=GIVEN.wrong_key)
    return told(refused(openai.AuthenticationError, lambda: ask(using=stranger)))


@scenario
def error_model():
    kinds = (openai.NotFoundError, openai.BadRequestError)
    return told(refused(kinds, lambda: ask(GIVEN.unknown_model)), GIVEN.unknown_model)


@scenario
def error_param():
    kinds = (openai.BadRequestError, openai.UnprocessableEntityError)
    return told(refused(kinds, lambda: ask(GIVEN.refuses_input)))


@scenario
def cut_stream():
    for model in GIVEN.cuts:
        error = refused(openai.APIError, lambda: read(ask(model, stream=True)))
    return f"{type(error).__name__}: {error}"


@scenario
def embeddings():
    call = lambda: client.embeddings.create(model=GIVEN.model, input=GIVEN.question)
    return told(refused(openai.NotFoundError, call), "embeddings")


@scenario
def abort():
    with ask(GIVEN.drips, stream=True) as stream:
        next(chunk for chunk in stream if chunk.choices and chunk.choices[0].delta.content)
    return answered(ask())


run("openai (Python)", openai.__version__)
