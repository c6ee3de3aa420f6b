// What every part needs: elements, figures in words, requests with the key.
// Text from outside is only ever set as text; the page's policy forbids anything else.

const $ = (id) => document.getElementById(id);

/** An element with attributes and children; a child that is text stays text, and one that is null is left out. */
function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same in SVG. */
function draw(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets a text, and only where it changed, so that nothing is read aloud again. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const shown = new Map();
/** Whether a part is to be shown anew: what stays as it is keeps its selection and its place. */
function isNews(part, told) {
  const text = JSON.stringify(told);
  const isNew = shown.get(part) !== text;
  shown.set(part, text);
  return isNew;
}

const NOT_KNOWN = "-";
const known = (value) => value !== null && value !== undefined;

/** USD per million tokens, from the text that the gateway sends: two decimals, or as many as it has. */
function price(text) {
  if (!known(text)) return NOT_KNOWN;
  const has = (text.split(".")[1] ?? "").length;
  return Number(text).toFixed(Math.max(2, Math.min(has, 6)));
}

/** How many decimals a price has as it is shown. */
const decimals = (text) => price(text).split(".")[1]?.length ?? 0;

/** A price in a column, filled up with blanks as wide as a digit, so that the points stand below each other. */
function priceInColumn(text, most) {
  if (!known(text)) return NOT_KNOWN;
  return [el("span", { class: "narrow" }, "$"), price(text), el("span", { class: "pad" }, "\u2007".repeat(most - decimals(text)))];
}

/** An amount in USD with two digits that say something: `$0.0021`. */
function usd(amount) {
  if (!known(amount)) return NOT_KNOWN;
  const value = Number(amount);
  if (value === 0) return "$0.00";
  const shown = Math.max(2, Math.min(9, 1 - Math.floor(Math.log10(value))));
  return "$" + value.toFixed(shown);
}

const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const whole = (value) => Math.round(value).toLocaleString("en-US");

/** Tokens in short: `131k`. */
function short(count) {
  if (!known(count)) return NOT_KNOWN;
  if (count < 1000) return String(count);
  return count < 1e6 ? Math.floor(count / 1000) + "k" : (count / 1e6).toFixed(1) + "M";
}

const speed = (value) => (known(value) ? whole(value) : NOT_KNOWN);
const seconds = (millis) => (known(millis) ? (millis / 1000).toFixed(2) + " s" : NOT_KNOWN);
const many = (count, one, more = one + "s") => `${whole(count)} ${count === 1 ? one : more}`;

/** A time that has passed: `4 min`. */
function span(time) {
  if (time < 60) return `${Math.floor(time)} s`;
  if (time < 3600) return `${Math.floor(time / 60)} min`;
  if (time < 86400) return `${Math.floor(time / 3600)} h`;
  return many(Math.floor(time / 86400), "day");
}

/** What a class of failures means. */
const MEANING = {
  auth: "token refused",
  permission: "permission missing",
  credits: "credits used up",
  rate_limited: "rate limited",
  model_unsupported: "model not served",
  invalid_request: "request refused",
  provider_fault: "provider failed",
  network: "not reachable",
  timeout: "no answer in time",
  malformed: "answer unreadable",
  truncated: "answer cut off",
  answered: "answered",
  aborted: "stopped",
};
const meaning = (name) => MEANING[name] ?? name;

/** What the gateway said instead of an answer. */
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The key, in memory alone unless the user wants it kept for this tab. */
const key = {
  value: null,
  /** Takes the key of a link `#key=…`, and says whether there was one. */
  take() {
    const handed = new URLSearchParams(location.hash.slice(1)).get("key");
    if (handed === null) return false;
    // Out of the address bar and the history before anything else happens.
    history.replaceState(null, "", location.pathname);
    this.value = handed.trim() || null;
    return true;
  },
  load() {
    if (!this.take()) this.value = sessionStorage.getItem("key");
  },
  set(value, isKept) {
    this.value = value;
    if (isKept) sessionStorage.setItem("key", value);
    else sessionStorage.removeItem("key");
  },
  forget() {
    this.value = null;
    sessionStorage.removeItem("key");
  },
};

/** Asks the gateway. Throws `Refused` where it does not do it, and what `fetch` throws where it cannot be reached. */
async function call(path, options = {}) {
  const headers = { ...options.headers };
  if (key.value) headers.authorization = `Bearer ${key.value}`;
  const reply = await fetch(path, { cache: "no-store", credentials: "omit", ...options, headers });
  if (reply.ok) return reply;
  const body = await reply.json().catch(() => null);
  throw new Refused(reply.status, body?.error?.message ?? `the gateway answered with status ${reply.status}`);
}

/** An id as a part of a path. */
const inPath = (id) => id.split("/").map(encodeURIComponent).join("/");
