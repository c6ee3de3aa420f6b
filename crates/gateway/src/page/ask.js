
// A conversation with the chosen model, streamed.

const talk = { messages: [], running: null };

/** The events of a stream: the data of each, and the comment lines, which say who answered and what it cost. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    rest += value ?? "";
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = done ? "" : lines.pop();
    for (const line of lines) {
      const comment = /^: (x-openclaw-[a-z]+): (.*)$/.exec(line);
      if (comment) yield { name: comment[1], value: comment[2] };
      else if (line.startsWith("data:")) yield { data: line.slice(5).trim() };
    }
    if (done) return;
  }
}

/** One turn in the conversation, with the places that the answer is put into. */
function turn(question) {
  const parts = {
    thoughts: el("details", { hidden: true }, el("summary", {}, "Thoughts"), el("p", { class: "said" })),
    answer: el("p", { class: "said", "aria-busy": "true" }),
    about: el("p", { class: "about" }, "Waiting for the first word…"),
    trail: el("ol", { class: "trail", hidden: true }),
  };
  const article = el("article", {}, el("p", { class: "asked" }, question), parts.thoughts, parts.answer, parts.about, parts.trail);
  $("talk").append(article);
  article.scrollIntoView({ block: "nearest" });
  return parts;
}

async function send(model, question) {
  const parts = turn(question);
  const stopper = new AbortController();
  talk.running = stopper;
  busy(true);
  const began = performance.now();
  const got = { text: "", thoughts: "", isWhole: false, meta: {} };
  try {
    const messages = [...talk.messages, { role: "user", content: question }];
    const body = JSON.stringify({ model, messages, stream: true, stream_options: { include_usage: true } });
    const reply = await call("/v1/chat/completions", { method: "POST", headers: { "content-type": "application/json" }, body, signal: stopper.signal });
    for (const [name, value] of reply.headers) if (name.startsWith("x-openclaw-")) got.meta[name] = value;
    for await (const event of events(reply.body)) take(event, got, parts, began);
    got.problem = got.isWhole ? null : "The answer broke off.";
  } catch (error) {
    // `fetch` and a body that breaks off throw a TypeError, whose text differs from browser to browser.
    const why = error instanceof TypeError ? "the gateway cannot be reached" : error.message;
    got.problem = error.name === "AbortError" ? "Stopped." : `${upper(why)}.`;
    if (error.status === 401) locked(error.message);
  }
  got.elapsed = performance.now() - began;
  talk.running = null;
  parts.answer.removeAttribute("aria-busy");
  // What was not answered is not part of what is sent next.
  if (got.text) talk.messages.push({ role: "user", content: question }, { role: "assistant", content: got.text });
  showEnd(got, parts);
  busy(false);
}

function take(event, got, parts, began) {
  if (event.name) {
    got.meta[event.name] = event.value;
    return;
  }
  if (event.data === "[DONE]") {
    got.isWhole = true;
    return;
  }
  const chunk = JSON.parse(event.data);
  if (chunk.error) throw new Error(chunk.error.message ?? "the answer broke off");
  got.usage = chunk.usage ?? got.usage;
  const delta = chunk.choices?.[0]?.delta ?? {};
  const thought = delta.reasoning_content ?? delta.reasoning;
  if (typeof delta.content !== "string" && typeof thought !== "string") return;
  if (!got.first && (delta.content || thought)) {
    got.first = performance.now() - began;
    say(parts.about, `${got.meta["x-openclaw-provider"] ?? "The router's choice"} answers…`);
  }
  if (typeof thought === "string" && thought) {
    got.thoughts += thought;
    parts.thoughts.hidden = false;
    parts.thoughts.lastChild.append(thought);
  }
  if (typeof delta.content === "string") {
    got.text += delta.content;
    parts.answer.append(delta.content);
  }
}

/** `model@provider=how it ended`, one after another. */
function trailOf(text) {
  return (text ?? "").split(", ").filter(Boolean).map((one) => {
    const [, model, provider, isGuess, result] = /^(.*?)(?:@([^=?]*)(\??))?=([a-z_]+)$/.exec(one) ?? [];
    return { model, provider: provider ?? model?.split(":")[1], isGuess: Boolean(isGuess), result };
  }).filter((one) => one.model);
}

function showEnd(got, parts) {
  const { meta, usage } = got;
  const provider = meta["x-openclaw-provider"];
  const answered = provider && !got.problem ? [el("b", {}, provider), " answered"] : [got.problem ? el("span", { class: "bad" }, got.problem) : "answered"];
  // Of an answer that came all at once a speed would say nothing.
  const rate = usage?.completion_tokens > 1 && got.elapsed - got.first > 200 ? usage.completion_tokens / ((got.elapsed - got.first) / 1000) : null;
  const facts = [
    got.problem && provider ? `${provider} had begun` : null,
    known(meta["x-openclaw-cost"]) ? `about ${usd(meta["x-openclaw-cost"])}` : got.isWhole ? "cost not known" : null,
    usage ? `${many(usage.prompt_tokens ?? 0, "token")} in, ${whole(usage.completion_tokens ?? 0)} out` : null,
    got.first ? `first word after ${seconds(got.first)}` : null,
    rate ? `${whole(rate)} tok/s` : null,
    `${seconds(got.elapsed)} in all`,
  ];
  parts.about.replaceChildren(...answered, ...facts.filter(Boolean).flatMap((fact) => [" · ", el("span", {}, fact)]));
  if (got.problem && !got.text) parts.answer.remove();
  const trail = trailOf(meta["x-openclaw-attempts"]);
  parts.trail.hidden = trail.length < 2;
  parts.trail.replaceChildren(...trail.map((one) => el("li", { class: one.result === "answered" ? null : "warn" },
    el("b", {}, one.provider ?? one.model), ` ${meaning(one.result)}`)));
}

function busy(isBusy) {
  $("stop").hidden = !isBusy;
  $("send").disabled = isBusy;
  $("anew").hidden = isBusy || talk.messages.length === 0;
  if (!isBusy) refreshSoon();
}

function watchAsk() {
  const question = $("question");
  const stop = () => talk.running?.abort();
  $("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = question.value.trim();
    if (!text || talk.running) return;
    question.value = "";
    send(list.chosen, text);
    question.focus();
  });
  question.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $("ask").requestSubmit();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
  });
  $("stop").addEventListener("click", () => {
    stop();
    question.focus();
  });
  $("anew").addEventListener("click", () => {
    talk.messages = [];
    $("talk").replaceChildren();
    $("anew").hidden = true;
    question.focus();
  });
}
