// Runs what a client is asked for and prints a line of JSON about each, for `cargo xtask interop clients`.
//
// The names of the scenarios are those in `xtask/src/interop.rs`.
// What a client has no call for is left out, and the table shows `-`.

import { readFileSync } from "node:fs";

const given = JSON.parse(readFileSync(new URL("given.json", import.meta.url), "utf8"));

export const BASE_URL = process.env.OPENAI_BASE_URL;
export const KEY = process.env.OPENAI_API_KEY;
export const GIVEN = {
  ...given,
  response_format: {
    type: "json_schema",
    json_schema: { name: "answer", schema: given.schema, strict: true },
  },
};

/** What was expected did not happen. */
class Failed extends Error {}

/** Fails with what was found instead. */
export function expect(holds, otherwise) {
  if (!holds) throw new Failed(otherwise);
}

/** The error that a call has to end with. */
export async function refused(kinds, call) {
  const names = kinds.map((kind) => kind.name).join(" or ");
  let answer;
  try {
    answer = await call();
  } catch (error) {
    if (kinds.some((kind) => error instanceof kind)) return error;
    throw new Failed(`expected ${names}, found ${shown(error)}`);
  }
  throw new Failed(`expected ${names}, found the answer ${JSON.stringify(answer)}`);
}

/** The text of a stream, why it ended, and the usage that it told. */
export async function read(stream) {
  const all = { text: "", finish: null, usage: null };
  for await (const chunk of stream) {
    for (const choice of chunk.choices) {
      all.text += choice.delta.content ?? "";
      all.finish = choice.finish_reason ?? all.finish;
    }
    all.usage = chunk.usage ?? all.usage;
  }
  return all;
}

/** The text of an answer that is not streamed. */
export function answered(completion) {
  const text = completion.choices[0].message.content;
  expect(text, `no text in ${JSON.stringify(completion)}`);
  return text;
}

/** That the gateway says that the first offer refused and the second one answered. */
export function twoAttempts(headers) {
  const name = "x-openclaw-attempts";
  const trail = headers instanceof Headers ? headers.get(name) : headers[name];
  const ends = trail?.split(", ").map((attempt) => attempt.slice(attempt.lastIndexOf("=") + 1));
  expect(ends?.join() === "rate_limited,answered", `${name}: ${trail}`);
  return trail;
}

/** The version of an installed package; most do not export their package.json. */
export function version(name) {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).version;
}

/** Runs all scenarios; one that fails does not keep the next from running. */
export async function run(client, version, scenarios) {
  console.log(JSON.stringify({ client, version }));
  for (const [name, scenario] of Object.entries(scenarios)) {
    let line;
    try {
      line = { scenario: name, ok: true, detail: (await scenario()) ?? "" };
    } catch (error) {
      const detail = error instanceof Failed ? error.message : `unexpected ${shown(error)}`;
      line = { scenario: name, ok: false, detail };
    }
    console.log(JSON.stringify(line));
  }
  // Connections that a client keeps open are no reason to stay.
  process.exit(0);
}

function shown(error) {
  return `${error?.name ?? typeof error}: ${error?.message ?? error}`;
}
