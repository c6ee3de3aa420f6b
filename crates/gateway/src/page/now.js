
// Who would answer now, why, and what it would cost.

/** A question to compare prices by. */
const TYPICAL = { input: 1000, output: 500 };

function figure(name, value, unit = "") {
  return el("div", {}, el("dt", {}, name), el("dd", {}, value, unit && value !== NOT_KNOWN ? el("small", {}, ` ${unit}`) : null));
}

function costOf(pricing, tokens) {
  return (Number(pricing.input) * tokens.input + Number(pricing.output) * tokens.output) / 1e6;
}

const nameOf = (attempt) => attempt.provider ?? "the router's choice";

function showNow(next, hasToken) {
  if (!isNews("now", [next, hasToken])) return;
  $("model").setAttribute("aria-invalid", String(known(next.error)));
  const [first, ...behind] = next.order;
  const isReady = hasToken && first && !known(first.ready_in_seconds);
  say($("who"), hasToken && first ? nameOf(first) : "nobody");
  say($("would"), isReady || !hasToken || !first ? "would answer now" : "would be asked when it is ready");
  $("who").classList.toggle("bad", !isReady);
  say($("what"), first?.model ?? next.model);
  say($("why"), `${upper(next.error?.message ?? next.why)}.`);
  const pricing = first?.pricing;
  const typical = pricing ? usd(costOf(pricing, TYPICAL)) : NOT_KNOWN;
  $("figures").replaceChildren(
    figure("Input", price(pricing?.input), "$/M"),
    figure("Output", price(pricing?.output), "$/M"),
    figure("Speed", speed(first?.throughput), "tok/s"),
    figure("First token", seconds(first?.first_token_latency_ms)),
    figure("Context", short(first?.context_length)),
    figure("1,000 in + 500 out", typical),
  );
  showBehind(behind, next.more);
}

function showBehind(behind, more) {
  say($("behind-title"), behind.length > 0 ? "If it fails" : "Nothing else would be asked");
  $("behind-unit").hidden = behind.length === 0;
  const items = behind.slice(0, 6).map((attempt) => {
    const wait = attempt.ready_in_seconds;
    return el("li", {},
      el("span", {}, el("b", {}, nameOf(attempt)), attempt.is_fallback ? [" ", el("span", { class: "id" }, attempt.model)] : null,
        known(wait) ? el("span", { class: "warn" }, `left alone for ${wait} s`) : null),
      el("span", { class: "num" }, attempt.pricing ? `$${price(attempt.pricing.output)}` : NOT_KNOWN),
    );
  });
  const rest = behind.length - items.length + more;
  if (rest > 0) items.push(el("li", { class: "rest" }, `and ${rest} more`));
  $("behind").replaceChildren(...items);
}
