// `InferenceClient` of the `@huggingface/inference` package for Node; it has no list of models and no `/embeddings`.

import { InferenceClient, InferenceClientProviderApiError } from "@huggingface/inference";
import { BASE_URL, GIVEN, KEY, answered, expect, read, refused, run, version } from "./harness/index.mjs";

const clientWith = (key) => new InferenceClient(key, { endpointUrl: BASE_URL });
const client = clientWith(KEY);
const request = (model, more) => ({ model, messages: GIVEN.messages, ...more });

const ask = (model = GIVEN.model, more = {}, using = client) => using.chatCompletion(request(model, more));
const stream = (model = GIVEN.model, more = {}, options = {}) =>
  client.chatCompletionStream(request(model, more), options);

function told(error, statuses, word = "") {
  const { status, body } = error.httpResponse;
  expect(statuses.includes(status), `status ${status}`);
  expect(body.error?.message?.includes(word), `no message with "${word}" in ${JSON.stringify(body)}`);
  return `${status} ${body.error.message}`;
}

await run("@huggingface/inference", version("@huggingface/inference"), {
  async chat() {
    const completion = await ask();
    expect(completion.usage?.total_tokens, `usage ${JSON.stringify(completion.usage)}`);
    return answered(completion);
  },

  async stream() {
    const { text, finish } = await read(stream());
    expect(text && finish === "stop", `text "${text}", finish_reason ${finish}`);
    return text;
  },

  async "stream-usage"() {
    const { usage } = await read(stream(GIVEN.counts_when_asked, { stream_options: { include_usage: true } }));
    expect(usage?.total_tokens, `usage ${JSON.stringify(usage)}`);
    return `${usage.total_tokens} tokens`;
  },

  async alias() {
    return answered(await ask(GIVEN.alias));
  },

  async failover() {
    return answered(await ask(GIVEN.refuses_first));
  },

  async tools() {
    return answered(await ask(GIVEN.model, { tools: [GIVEN.tool], tool_choice: "auto" }));
  },

  async structured() {
    return answered(await ask(GIVEN.model, { response_format: GIVEN.response_format }));
  },

  async "error-key"() {
    const stranger = clientWith(GIVEN.wrong_key);
    return told(await refused([InferenceClientProviderApiError], () => ask(GIVEN.model, {}, stranger)), [401]);
  },

  async "error-model"() {
    const error = await refused([InferenceClientProviderApiError], () => ask(GIVEN.unknown_model));
    return told(error, [400, 404], GIVEN.unknown_model);
  },

  async "error-param"() {
    return told(await refused([InferenceClientProviderApiError], () => ask(GIVEN.refuses_input)), [400, 422]);
  },

  async "cut-stream"() {
    // What the network breaks reaches the caller as Node's own TypeError.
    const kinds = [InferenceClientProviderApiError, TypeError];
    let error;
    for (const model of GIVEN.cuts) error = await refused(kinds, () => read(stream(model)));
    return `${error.constructor.name}: ${error.message}`;
  },

  async abort() {
    const abort = new AbortController();
    for await (const chunk of stream(GIVEN.drips, {}, { signal: abort.signal })) {
      if (chunk.choices[0]?.delta.content) break;
    }
    // Leaving the loop lets go of the reader and keeps the connection.
    abort.abort();
    return answered(await ask());
  },
});
