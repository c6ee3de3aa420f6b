
// The page as a whole: the key first, then what is true now, asked again while somebody looks.

const EVERY = 2000;
/** How often the list is asked for again; the gateway's own pace. */
const LIST_EVERY = 600_000;
const page = { timer: 0, listedAt: 0, models: -1, round: 0 };

/** Shows the door, and why. */
function locked(why) {
  clearTimeout(page.timer);
  const hadKey = key.value !== null;
  key.forget();
  $("room").hidden = true;
  $("forget").hidden = true;
  say($("about"), "");
  $("door").hidden = false;
  $("wrong").hidden = !hadKey;
  say($("wrong"), hadKey ? `That key does not open it: ${why}.` : "");
  $("key").setAttribute("aria-invalid", String(hadKey));
  $("key").focus();
}

function opened() {
  const wasLocked = $("room").hidden;
  $("door").hidden = true;
  $("room").hidden = false;
  $("forget").hidden = key.value === null;
  if (wasLocked && document.activeElement === document.body) $("question").focus({ preventScroll: true });
}

/** What went wrong with the gateway as a whole; the figures stay, and are shown to be old. */
function trouble(text) {
  $("trouble").hidden = !text;
  say($("trouble"), text);
  document.body.classList.toggle("stale", Boolean(text));
}

async function refresh() {
  clearTimeout(page.timer);
  if (document.hidden) return;
  const round = (page.round += 1);
  try {
    const path = list.chosen === "default" ? "/v1/openclaw/status" : `/v1/openclaw/status/${inPath(list.chosen)}`;
    const status = await (await call(path)).json();
    // A later choice has asked meanwhile.
    if (round !== page.round) return;
    opened();
    show(status);
    if (Date.now() - page.listedAt > LIST_EVERY || status.catalog.models !== page.models) {
      const models = await (await call("/v1/models")).json();
      page.listedAt = Date.now();
      page.models = status.catalog.models;
      takeModels(models.data);
    }
  } catch (error) {
    if (round !== page.round) return;
    if (error.status === 401) return locked(error.message);
    trouble(error instanceof Refused ? `${error.message}.` : "The gateway cannot be reached; it is asked again every few seconds.");
  }
  refreshSoon(EVERY);
}

function refreshSoon(wait = 0) {
  clearTimeout(page.timer);
  if ($("door").hidden) page.timer = setTimeout(refresh, wait);
}

function show(status) {
  const { catalog } = status;
  const age = known(catalog.age_seconds) ? `, ${span(catalog.age_seconds)} old` : "";
  const source = catalog.is_from_router ? `list of ${many(catalog.models, "model")}${age}` : `built-in table of ${many(catalog.models, "model")}`;
  say($("about"), [`version ${status.version}`, `up ${span(status.uptime_seconds)}`, source, status.key ? `key ${status.key.name}` : "no key needed"].join(" · "));
  trouble(status.is_stopping ? "The gateway is stopping."
    : !status.config_ok ? "The config on disk cannot be used; what it said before goes on."
    : !status.has_token ? "The gateway has no token of Hugging Face: on its machine run openclaw onboard." : "");
  showNow(status.next, status.has_token);
  showHour(status);
}

function choose(id) {
  list.chosen = id.trim() || "default";
  $("model").value = list.chosen;
  showModels();
  refresh();
}

$("door").addEventListener("submit", (event) => {
  event.preventDefault();
  key.set($("key").value.trim(), $("keep").checked);
  $("key").value = "";
  refresh();
});
$("forget").addEventListener("click", () => {
  key.forget();
  talk.running?.abort();
  location.reload();
});
$("model").addEventListener("change", () => choose($("model").value));
document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(page.timer) : refreshSoon()));
addEventListener("hashchange", () => {
  if (key.take()) refresh();
});
watchAsk();
watchModels(choose);
watchPlot(choose);
key.load();
refresh();
