// The `openai` package for Node.

import OpenAI from "openai";
import { BASE_URL, GIVEN, KEY, answered, expect, read, refused, run, twoAttempts, version } from "./harness/index.mjs";

const client = new OpenAI({ baseURL: BASE_URL, apiKey: KEY, maxRetries: 0, timeout: 30_000 });

const ask = (model = GIVEN.model, more = {}, using = client) =>
  using.chat.completions.create({ model, messages: GIVEN.messages, ...more });

function told(error, word = "") {
  const message = error.error?.message;
  expect(message?.includes(word), `no message with "${word}" in ${error.name}: ${JSON.stringify(error.error)}`);
  return `${error.status} ${message}`;
}

await run("openai (Node)", version("openai"), {
  async models() {
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids.includes(GIVEN.alias), `no alias in ${ids}`);
    expect(ids.some((id) => id.endsWith(GIVEN.model)), `no ${GIVEN.model} in ${ids}`);
    return `${ids.length} models`;
  },

  async retrieve() {
    const { id } = await client.models.retrieve(GIVEN.model);
    expect(id?.endsWith(GIVEN.model), `id ${id}`);
    return id;
  },

  async chat() {
    const completion = await ask();
    expect(completion.usage?.total_tokens, `usage ${JSON.stringify(completion.usage)}`);
    return answered(completion);
  },

  async stream() {
    const { text, finish } = await read(await ask(GIVEN.model, { stream: true }));
    expect(text && finish === "stop", `text "${text}", finish_reason ${finish}`);
    return text;
  },

  async "stream-usage"() {
    const more = { stream: true, stream_options: { include_usage: true } };
    const { usage } = await read(await ask(GIVEN.counts_when_asked, more));
    expect(usage?.total_tokens, `usage ${JSON.stringify(usage)}`);
    return `${usage.total_tokens} tokens`;
  },

  async alias() {
    return answered(await ask(GIVEN.alias));
  },

  async failover() {
    const { data, response } = await ask(GIVEN.refuses_first).withResponse();
    answered(data);
    return twoAttempts(response.headers);
  },

  async tools() {
    return answered(await ask(GIVEN.model, { tools: [GIVEN.tool], tool_choice: "auto" }));
  },

  async structured() {
    return answered(await ask(GIVEN.model, { response_format: GIVEN.response_format }));
  },

  async "error-key"() {
    const stranger = client.withOptions({ apiKey: GIVEN.wrong_key });
    return told(await refused([OpenAI.AuthenticationError], () => ask(GIVEN.model, {}, stranger)));
  },

  async "error-model"() {
    const kinds = [OpenAI.NotFoundError, OpenAI.BadRequestError];
    return told(await refused(kinds, () => ask(GIVEN.unknown_model)), GIVEN.unknown_model);
  },

  async "error-param"() {
    const kinds = [OpenAI.BadRequestError, OpenAI.UnprocessableEntityError];
    return told(await refused(kinds, () => ask(GIVEN.refuses_input)));
  },

  async "cut-stream"() {
    // What the network breaks reaches the caller as Node's own TypeError.
    const kinds = [OpenAI.APIError, TypeError];
    let error;
    for (const model of GIVEN.cuts) {
      error = await refused(kinds, async () => read(await ask(model, { stream: true })));
    }
    return `${error.constructor.name}: ${error.message}`;
  },

  async embeddings() {
    const call = () => client.embeddings.create({ model: GIVEN.model, input: GIVEN.question });
    return told(await refused([OpenAI.NotFoundError], call), "embeddings");
  },

  async abort() {
    for await (const chunk of await ask(GIVEN.drips, { stream: true })) {
      if (chunk.choices[0]?.delta.content) break;
    }
    return answered(await ask());
  },
});
