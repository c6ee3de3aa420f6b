
// Price against speed, on two logarithmic axes. The table below says the same in figures.

const plot = { points: [], at: -1 };
const MARGIN = { top: 22, right: 14, bottom: 44, left: 44 };
/** How far what is free stands below the lowest price; a logarithmic axis has no zero. */
const FREE = 30;

/** Draws the models whose price and speed are known; `chosen` is the id of one. */
function showPlot(models, chosen) {
  const shown = models.filter((model) => model.offer && model.pricing && model.offer.throughput > 0);
  say($("plotted"), `${shown.length} of ${models.length}; of the others one of the two is not known`);
  $("plot").hidden = shown.length === 0;
  const width = $("chart").clientWidth;
  if (shown.length === 0 || width === 0) return;
  const height = Math.max(220, Math.min(340, width * 0.42));
  const x = scale(shown.map((model) => model.offer.throughput), MARGIN.left, width - MARGIN.right);
  const foot = height - MARGIN.bottom;
  const asked = shown.map((model) => Number(model.pricing.output)).filter((value) => value > 0);
  const isAnyFree = asked.length < shown.length;
  const y = scale(asked.length > 0 ? asked : [1], isAnyFree ? foot - FREE : foot, MARGIN.top);
  plot.points = shown.map((model) => ({
    model,
    x: x.at(model.offer.throughput),
    y: Number(model.pricing.output) > 0 ? y.at(Number(model.pricing.output)) : foot,
  })).sort((one, other) => one.x - other.x || one.y - other.y);
  const front = frontier(plot.points);
  plot.at = plot.points.findIndex((point) => point.model.id === chosen);
  const line = (x1, y1, x2, y2) => draw("line", { x1, y1, x2, y2 });
  const text = (x, y, said, anchor, kind) => draw("text", { x, y, "text-anchor": anchor, class: kind }, said);
  const svg = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    y.ticks.map((tick) => [line(MARGIN.left, y.at(tick), width - MARGIN.right, y.at(tick)), text(MARGIN.left - 8, y.at(tick) + 4, `$${tick}`, "end")]).flat(),
    x.ticks.map((tick) => text(x.at(tick), foot + 18, whole(tick), "middle")),
    line(MARGIN.left, foot, width - MARGIN.right, foot),
    isAnyFree ? text(MARGIN.left - 8, foot + 4, "free", "end") : null,
    text(width - MARGIN.right, foot + 36, "tokens a second →", "end"),
    text(0, 11, "↑ USD per million tokens of output", "start"),
    draw("polyline", { class: "front", points: front.map((point) => `${point.x},${point.y}`).join(" ") }),
    plot.points.map((point, at) => draw("circle", { "data-at": at, cx: point.x, cy: point.y, r: 4.5, class: front.includes(point) ? "best" : null })),
    labels(front, width, foot).map((label) => text(label.x, label.y, label.said, label.anchor, "name")),
    draw("circle", { id: "ring", r: 9, cx: -99, cy: -99 }),
  );
  $("chart").replaceChildren(svg);
  $("chart").setAttribute("aria-label", `Price against speed of ${many(shown.length, "model")}. Left and right go from model to model, Enter chooses one. ` +
    `None is both cheaper and faster than: ${front.map((point) => point.model.id).join(", ")}`);
  point(plot.at);
}

/** A logarithmic axis with ticks at 1, 2 and 5, fewer where they would be crowded. */
function scale(values, from, to) {
  const [low, high] = [Math.log10(Math.min(...values) * 0.8), Math.log10(Math.max(...values) * 1.25)];
  const at = (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  const steps = Math.abs(to - from) / (high - low) > 130 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(low); power <= high; power += 1) {
    for (const step of steps) {
      const tick = Number((step * 10 ** power).toPrecision(1));
      if (Math.log10(tick) >= low && Math.log10(tick) <= high) ticks.push(tick);
    }
  }
  return { at, ticks };
}

/** Those than which none is both cheaper and faster, the slowest first. */
function frontier(points) {
  const front = [];
  let lowest = -Infinity;
  for (const point of [...points].sort((one, other) => other.x - one.x || other.y - one.y)) {
    // Further down is cheaper, and so larger.
    if (point.y > lowest) {
      front.unshift(point);
      lowest = point.y;
    }
  }
  return front;
}

/** Names beside the points of the frontier, as far as there is room. */
function labels(front, width, foot) {
  const taken = [];
  const made = [];
  for (const point of [...front].reverse()) {
    const said = point.model.id.split("/").pop();
    const wide = said.length * 6.4;
    const places = [
      { x: point.x + 9, y: point.y - 8, anchor: "start", left: point.x + 9 },
      { x: point.x + 9, y: point.y + 16, anchor: "start", left: point.x + 9 },
      { x: point.x - 9, y: point.y + 16, anchor: "end", left: point.x - 9 - wide },
      { x: point.x - 9, y: point.y - 9, anchor: "end", left: point.x - 9 - wide },
    ];
    const fits = (place) => place.y < foot - 4 && place.left > MARGIN.left && place.left + wide < width - 4 &&
      !taken.some((box) => place.left < box.right && place.left + wide > box.left && Math.abs(place.y - box.y) < 15) &&
      !plot.points.some((other) => other !== point && other.x > place.left - 6 && other.x < place.left + wide + 6 && Math.abs(other.y - place.y + 4) < 10);
    const place = places.find(fits);
    if (!place) continue;
    taken.push({ left: place.left, right: place.left + wide, y: place.y });
    made.push({ ...place, said });
  }
  return made;
}

/** Shows one point in words and with a ring. */
function point(at) {
  const found = plot.points[at];
  const ring = $("ring");
  ring?.setAttribute("cx", found ? found.x : -99);
  ring?.setAttribute("cy", found ? found.y : -99);
  const about = (model) => `${model.id} at ${model.offer.provider}: $${price(model.pricing.output)} out, $${price(model.pricing.input)} in, ${speed(model.offer.throughput)} tok/s`;
  say($("point"), found ? about(found.model) : "The line joins those than which none is both cheaper and faster.");
}

function watchPlot(choose) {
  const chart = $("chart");
  const nearest = (event) => {
    const box = chart.getBoundingClientRect();
    const away = (one) => Math.hypot(one.x - (event.clientX - box.left), one.y - (event.clientY - box.top));
    const best = plot.points.reduce((best, one, at) => (best < 0 || away(one) < away(plot.points[best]) ? at : best), -1);
    return best >= 0 && away(plot.points[best]) < 28 ? best : -1;
  };
  chart.addEventListener("pointermove", (event) => {
    const at = nearest(event);
    chart.style.cursor = at < 0 ? "" : "pointer";
    point(at < 0 ? plot.at : at);
  });
  chart.addEventListener("pointerleave", () => point(plot.at));
  chart.addEventListener("click", (event) => {
    const at = nearest(event);
    if (at >= 0) choose(plot.points[at].model.id);
  });
  chart.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      plot.at = Math.max(0, Math.min(plot.points.length - 1, plot.at + step));
      point(plot.at);
      event.preventDefault();
    }
    if (event.key === "Enter" && plot.points[plot.at]) choose(plot.points[plot.at].model.id);
  });
}
