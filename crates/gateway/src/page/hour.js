
// What the last hour came to.

function showHour(status) {
  const { hour, running, failovers } = status;
  showFailovers(failovers);
  if (!isNews("hour", [hour, running, status.key])) return;
  const moves = Object.values(hour.failovers).reduce((sum, count) => sum + count, 0);
  const all = hour.answered + hour.failed + hour.aborted;
  say($("running"), running.requests === 0 ? "nothing runs" : `${many(running.requests, "request")} running, ${many(running.streams, "stream")} open`);
  say($("hour-words"), inWords(hour, all, moves));
  $("counts").replaceChildren(
    figure("Answered", whole(hour.answered)),
    figure("Failovers", whole(moves)),
    figure("Failed", whole(hour.failed)),
    figure("Stopped by clients", whole(hour.aborted)),
    figure("Tokens in", short(hour.input_tokens)),
    figure("Tokens out", short(hour.output_tokens)),
    wide("Estimated cost", usd(hour.cost_usd)),
    ...ofKey(status.key),
  );
  showBars(hour.minutes);
  const classes = Object.entries(hour.failovers).sort((one, other) => other[1] - one[1]);
  say($("classes"), all + moves === 0 ? "Nothing." : moves === 0
    ? "Nothing: whoever was asked first answered."
    : classes.map(([name, count]) => `${count} × ${meaning(name)}`).join(", "));
}

function wide(...told) {
  const made = figure(...told);
  made.className = "wide";
  return made;
}

function inWords(hour, all, moves) {
  if (all === 0) return "Nobody asked anything.";
  const answered = hour.answered === all ? `${all === 1 ? "The one request" : `All ${whole(all)} requests`} got an answer` : `${whole(hour.answered)} of ${many(all, "request")} got an answer`;
  return `${answered}, ${moves === 0 ? "none needed another offer" : `after ${many(moves, "failover")}`}.`;
}

function ofKey(key) {
  if (!key || !known(key.spent_today_usd)) return [];
  const limit = known(key.usd_per_day) ? `of $${key.usd_per_day}` : "";
  return [wide(`Spent today by the key ${key.name}`, usd(key.spent_today_usd), limit)];
}

/** A bar a minute: what was answered, what failed on top, and a mark below where something failed over. */
function showBars(minutes) {
  const most = Math.max(1, ...minutes.map((minute) => minute.answered + minute.failed));
  const [high, wide] = [44, 6];
  const bars = minutes.flatMap((minute, at) => {
    const of = (count) => (count === 0 ? 0 : Math.max(1.5, (count / most) * high));
    const [answered, failed] = [of(minute.answered), of(minute.failed)];
    const bar = (kind, y, height) => draw("rect", { class: kind, x: at * wide, y, width: wide - 2, height, rx: 1 });
    return [
      answered ? bar("answered", high - answered, answered) : bar("none", high - 1, 1),
      failed ? bar("failed", Math.max(0, high - answered - failed), failed) : null,
      minute.failovers ? bar("moved", high + 3, 3) : null,
    ];
  });
  const words = `Requests by minute, ${many(most, "request")} at most; a mark below stands for failovers`;
  $("bars").replaceChildren(
    draw("svg", { viewBox: `0 0 ${60 * wide - 2} ${high + 6}`, role: "img", "aria-label": words, preserveAspectRatio: "none" }, ...bars),
    el("p", { class: "ends", "aria-hidden": "true" }, el("span", {}, "60 min ago"), el("span", {}, "now")),
  );
}

function showFailovers(failovers) {
  const clock = (ago) => new Date(Date.now() - ago * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const told = failovers.map(({ seconds_ago, ...one }) => ({ ...one, clock: clock(seconds_ago) }));
  if (!isNews("failovers", told)) return;
  $("failovers").replaceChildren(...told.map((one) => {
    const isOtherModel = one.to_model.split(":")[0] !== one.model.split(":")[0];
    const status = one.http_status && one.http_status >= 400 ? ` (${one.http_status})` : "";
    return el("li", {},
      el("time", {}, one.clock),
      el("span", {},
        el("b", {}, one.from ?? "the router"), " ", el("span", { class: "warn" }, meaning(one.class) + status),
        " → ", el("b", {}, one.to ?? "the router's choice"),
        el("span", { class: "id" }, isOtherModel ? `${one.model} → ${one.to_model}` : one.model)),
    );
  }));
}
