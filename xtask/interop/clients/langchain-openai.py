"""`ChatOpenAI` of the `langchain-openai` package for Python; it has no list of models."""

import importlib.metadata

import openai
from harness import BASE_URL, GIVEN, KEY, expect, refused, run, scenario, told, two_attempts
from langchain_openai import ChatOpenAI, OpenAIEmbeddings


def model(name=GIVEN.model, **more):
    return ChatOpenAI(**{"model": name, "base_url": BASE_URL, "api_key": KEY, "max_retries": 0, "timeout": 30, **more})


def answered(message):
    expect(message.text, f"no text in {message!r}")
    return message.text


@scenario
def chat():
    message = model().invoke(GIVEN.question)
    expect(message.usage_metadata and message.usage_metadata["total_tokens"], f"usage {message.usage_metadata!r}")
    return answered(message)


@scenario
def stream():
    chunks = list(model().stream(GIVEN.question))
    ends = [chunk.response_metadata for chunk in chunks]
    finish = [end["finish_reason"] for end in ends if "finish_reason" in end]
    expect(finish == ["stop"], f"finish_reason {finish!r}")
    text = "".join(chunk.text for chunk in chunks)
    expect(text, "no text")
    return text


@scenario
def stream_usage():
    chunks = list(model(GIVEN.counts_when_asked, stream_usage=True).stream(GIVEN.question))
    usages = [chunk.usage_metadata["total_tokens"] for chunk in chunks if chunk.usage_metadata]
    expect(usages and usages[-1], f"usages {usages!r}")
    return f"{usages[-1]} tokens"


@scenario
def alias():
    return answered(model(GIVEN.alias).invoke(GIVEN.question))


@scenario
def failover():
    message = model(GIVEN.refuses_first, include_response_headers=True).invoke(GIVEN.question)
    answered(message)
    return two_attempts(message.response_metadata["headers"])


@scenario
def tools():
    return answered(model().bind_tools([GIVEN.tool]).invoke(GIVEN.question))


@scenario
def structured():
    return answered(model().bind(response_format=GIVEN.response_format).invoke(GIVEN.question))


@scenario
def error_key():
    return told(refused(openai.AuthenticationError, lambda: model(api_key=GIVEN.wrong_key).invoke(GIVEN.question)))


@scenario
def error_model():
    kinds = (openai.NotFoundError, openai.BadRequestError)
    return told(refused(kinds, lambda: model(GIVEN.unknown_model).invoke(GIVEN.question)), GIVEN.unknown_model)


@scenario
def error_param():
    kinds = (openai.BadRequestError, openai.UnprocessableEntityError)
    return told(refused(kinds, lambda: model(GIVEN.refuses_input).invoke(GIVEN.question)))


@scenario
def cut_stream():
    for name in GIVEN.cuts:
        error = refused(openai.APIError, lambda: list(model(name).stream(GIVEN.question)))
    return f"{type(error).__name__}: {error}"


@scenario
def embeddings():
    # Without the length check, which would fetch a tokenizer.
    embedder = OpenAIEmbeddings(
        model=GIVEN.model, base_url=BASE_URL, api_key=KEY, max_retries=0, check_embedding_ctx_length=False
    )
    return told(refused(openai.NotFoundError, lambda: embedder.embed_query(GIVEN.question)), "embeddings")


@scenario
def abort():
    stream = model(GIVEN.drips).stream(GIVEN.question)
    next(chunk for chunk in stream if chunk.text)
    stream.close()
    return answered(model().invoke(GIVEN.question))


run("langchain-openai", importlib.metadata.version("langchain-openai"))
