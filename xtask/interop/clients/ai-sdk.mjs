// The AI SDK: `ai` with `@ai-sdk/openai-compatible`; it has no list of models.

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, NoObjectGeneratedError } from "ai";
import { embed, generateObject, generateText, jsonSchema, streamText, tool } from "ai";
import { BASE_URL, GIVEN, KEY, expect, refused, run, twoAttempts, version } from "./harness/index.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false;

const providerWith = (apiKey) =>
  createOpenAICompatible({
    name: "openclaw",
    baseURL: BASE_URL,
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
const provider = providerWith(KEY);
const request = (model) => ({ model: provider(model), prompt: GIVEN.question, maxRetries: 0 });

const ask = (model = GIVEN.model, more = {}) => generateText({ ...request(model), ...more });

/** What a stream's error part says; what the part holds is the object that was sent, or an `Error` of the SDK. */
class BrokenOff extends Error {
  constructor(error) {
    super(error.message);
  }
}

/** Reads a stream to its end; its error is a part like any other, and is thrown here. */
async function read(result) {
  let text = "";
  for await (const part of result.fullStream) {
    if (part.type === "error") throw new BrokenOff(part.error);
    if (part.type === "text-delta") text += part.text;
  }
  return { text, finish: await result.finishReason, usage: await result.totalUsage };
}

const stream = (model = GIVEN.model, more = {}) => streamText({ ...request(model), onError() {}, ...more });

function answered({ text }) {
  expect(text, "no text");
  return text;
}

function told(error, statuses, word = "") {
  expect(statuses.includes(error.statusCode), `status ${error.statusCode}`);
  expect(error.data?.error?.message?.includes(word), `no message with "${word}" in ${error.responseBody}`);
  return `${error.statusCode} ${error.message}`;
}

await run("AI SDK", version("ai"), {
  async chat() {
    const result = await ask();
    expect(result.usage.totalTokens, `usage ${JSON.stringify(result.usage)}`);
    return answered(result);
  },

  async stream() {
    const { text, finish } = await read(stream());
    expect(text && finish === "stop", `text "${text}", finish reason ${finish}`);
    return text;
  },

  async "stream-usage"() {
    const { usage } = await read(stream(GIVEN.counts_when_asked));
    expect(usage.totalTokens, `usage ${JSON.stringify(usage)}`);
    return `${usage.totalTokens} tokens`;
  },

  async alias() {
    return answered(await ask(GIVEN.alias));
  },

  async failover() {
    const result = await ask(GIVEN.refuses_first);
    answered(result);
    return twoAttempts(result.response.headers);
  },

  async tools() {
    const { name, description, parameters } = GIVEN.tool.function;
    const weather = tool({ description, inputSchema: jsonSchema(parameters), execute: () => "fair" });
    return answered(await ask(GIVEN.model, { tools: { [name]: weather }, toolChoice: "auto" }));
  },

  async structured() {
    // The sandbox answers in prose, so what the SDK then says is that the answer is no such object.
    const call = () => generateObject({ ...request(GIVEN.model), schema: jsonSchema(GIVEN.schema) });
    return answered(await refused([NoObjectGeneratedError], call));
  },

  async "error-key"() {
    const model = providerWith(GIVEN.wrong_key)(GIVEN.model);
    return told(await refused([APICallError], () => ask(GIVEN.model, { model })), [401]);
  },

  async "error-model"() {
    return told(await refused([APICallError], () => ask(GIVEN.unknown_model)), [400, 404], GIVEN.unknown_model);
  },

  async "error-param"() {
    return told(await refused([APICallError], () => ask(GIVEN.refuses_input)), [400, 422]);
  },

  async "cut-stream"() {
    let error;
    for (const model of GIVEN.cuts) error = await refused([BrokenOff], () => read(stream(model)));
    expect(error.message, "no message");
    return error.message;
  },

  async embeddings() {
    const model = provider.embeddingModel(GIVEN.model);
    const call = () => embed({ model, value: GIVEN.question, maxRetries: 0 });
    return told(await refused([APICallError], call), [404], "embeddings");
  },

  async abort() {
    const abort = new AbortController();
    for await (const text of stream(GIVEN.drips, { abortSignal: abort.signal }).textStream) {
      if (text) break;
    }
    abort.abort();
    return answered(await ask());
  },
});
