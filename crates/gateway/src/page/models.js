
// The table of models: searched, sorted, chosen from.

const COLUMNS = [
  { name: "Model", of: (model) => model.id.toLowerCase(), isText: true },
  { name: "Provider", title: "who would answer", of: (model) => model.offer?.provider, isText: true },
  { name: "$ in", title: "USD per million tokens of input", of: (model) => number(model.pricing?.input) },
  { name: "$ out", title: "USD per million tokens of output", of: (model) => number(model.pricing?.output) },
  { name: "tok/s", title: "tokens a second", of: (model) => model.offer?.throughput, isFalling: true },
  { name: "First token", title: "seconds to the first token", of: (model) => model.offer?.first_token_latency_ms },
  { name: "Context", title: "tokens of prompt and answer", of: (model) => model.context_length, isFalling: true },
  { name: "Offers", title: "how many providers offer it", of: (model) => model.offers?.length, isFalling: true },
];
const number = (text) => (known(text) ? Number(text) : undefined);

const list = { all: [], chosen: "default", column: null, isFalling: false };

/** Takes a list as `GET /v1/models` gives it. */
function takeModels(data) {
  const standsFor = data.find((model) => model.id === "default")?.model;
  list.all = data.filter((model) => model.id !== "default").map((model) => ({
    ...model,
    isDefault: model.id === standsFor,
    offer: model.offers?.find((offer) => offer.provider === model.predicted_provider) ?? (model.predicted_provider ? { provider: model.predicted_provider } : null),
  }));
  $("known").replaceChildren(...data.map((model) => el("option", { value: model.id })));
  showModels();
}

function showModels() {
  const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (model) => [model.id, model.name, model.model, ...(model.offers ?? []).map((offer) => offer.provider)].join(" ").toLowerCase();
  const found = list.all.filter((model) => words.every((word) => text(model).includes(word)));
  if (list.column) found.sort(byColumn(list.column, list.isFalling));
  showHeads();
  const most = Math.max(0, ...found.flatMap((model) => [decimals(model.pricing?.input), decimals(model.pricing?.output)]));
  const held = document.activeElement?.closest("#rows [data-id]")?.dataset.id;
  $("rows").replaceChildren(...found.map((model) => row(model, most)));
  if (held) [...$("rows").querySelectorAll("[data-id]")].find((one) => one.dataset.id === held)?.focus();
  $("table").hidden = found.length === 0;
  const none = list.all.length === 0 ? "The gateway lists no models." : "No model is like that.";
  say($("found"), found.length === 0 ? none : found.length === list.all.length ? many(found.length, "model") : `${found.length} of ${many(list.all.length, "model")}`);
  showPlot(found, list.chosen);
}

/** What is not known comes last, in either direction. */
function byColumn(column, isFalling) {
  return (one, other) => {
    const [a, b] = [column.of(one), column.of(other)];
    if (!known(a) || !known(b)) return Number(!known(a)) - Number(!known(b));
    const order = a < b ? -1 : a > b ? 1 : 0;
    return isFalling ? -order : order;
  };
}

function showHeads() {
  const heads = COLUMNS.map((column) => {
    const isSorted = list.column === column;
    const button = el("button", { type: "button", title: column.title }, column.name, el("i", { "aria-hidden": "true" }, isSorted ? (list.isFalling ? "↓" : "↑") : ""));
    button.addEventListener("click", () => {
      list.isFalling = isSorted ? !list.isFalling : Boolean(column.isFalling);
      list.column = column;
      showModels();
      $("heads").children[COLUMNS.indexOf(column)].firstChild.focus();
    });
    const order = list.isFalling ? "descending" : "ascending";
    return el("th", { role: "columnheader", scope: "col", class: column.isText ? null : "num", "aria-sort": isSorted ? order : "none" }, button);
  });
  $("heads").replaceChildren(...heads);
}

function row(model, most) {
  const name = el("button", { type: "button", class: "id", "aria-pressed": String(model.id === list.chosen), "data-id": model.id }, model.id);
  const notes = [
    model.isDefault ? el("em", {}, "default") : null,
    model.model && model.model !== model.id ? el("small", {}, `alias of ${model.model}`) : null,
  ];
  const cell = (label, value, kind = "num") => el("td", { role: "cell", class: kind, "data-label": label }, value);
  return el("tr", { role: "row", class: model.id === list.chosen ? "chosen" : null },
    el("th", { role: "rowheader", scope: "row" }, name, notes),
    cell(null, model.offer?.provider ?? NOT_KNOWN, "who"),
    cell("in", priceInColumn(model.pricing?.input, most), "num cost"),
    cell("out", priceInColumn(model.pricing?.output, most), "num cost"),
    cell("tok/s", speed(model.offer?.throughput), "num speed"),
    cell("first", seconds(model.offer?.first_token_latency_ms), "num aside"),
    cell("context", short(model.context_length), "num speed"),
    cell("offers", known(model.offers?.length) ? String(model.offers.length) : NOT_KNOWN, "num aside"),
  );
}

function watchModels(choose) {
  $("search").addEventListener("input", showModels);
  $("rows").addEventListener("click", (event) => {
    const button = event.target.closest("button[data-id]");
    if (button) choose(button.dataset.id);
  });
  let width = 0;
  new ResizeObserver(() => {
    if ($("chart").clientWidth !== width) {
      width = $("chart").clientWidth;
      showModels();
    }
  }).observe($("plot"));
}
