// Draws the charts from their own table twins, so that picture and table cannot differ. A gap stays a gap.
import uPlot from "../vendor/uplot/uPlot.esm.js";

const holder = document.getElementById("trends");
const zone = document.body.dataset.zone || undefined;
const dark = matchMedia("(prefers-color-scheme: dark)");
const seconds = (iso) => Date.parse(iso) / 1000;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "2-digit", month: "short", timeZone: zone });
const GRADE_FILL = ["", "--g1", "--g2", "--g3", "--g4"];
const BELOW = { pressor: true, bolus: true };
let printing = false;

/** A colour token of the theme; paper is always light. */
function colour(name) {
  if (printing && name in PAPER) return PAPER[name];
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
const PAPER = { "--ink": "#000", "--ink-2": "#333", "--ink-3": "#555", "--line": "#bbb", "--hold": "#000", "--review": "#444", "--given": "#000", "--unknown": "#333", "--g1": "#eee", "--g2": "#ddd", "--g3": "#ccc", "--g4": "#bbb" };

const number = (text) => (text === undefined || text === "" ? null : Number(text));
const rows = (figure) => [...figure.querySelectorAll(".twin tbody tr")].map(({ dataset }) => ({
  at: seconds(dataset.at), since: dataset.since ? seconds(dataset.since) : null, value: number(dataset.value),
  low: number(dataset.low), mark: dataset.mark ?? "", gap: dataset.gap === "yes",
}));
const limits = (figure) => [...figure.querySelectorAll(".limits li")].map(({ dataset }) => ({
  low: number(dataset.low), high: number(dataset.high), effect: dataset.effect, grade: Number(dataset.grade),
}));
const marks = [...document.querySelectorAll("#trend-marks li")].map(({ dataset }) => ({ at: seconds(dataset.at), kind: dataset.kind, letter: dataset.letter }));

/** The range of the values that count, and of the nearest limit on either side; what cannot be true does not stretch it. */
function rangeOf(points, bounds, draws) {
  const counted = points.filter((one) => one.value !== null && (one.mark === "" || one.mark === "unlikely"));
  const shown = counted.length ? counted : points.filter((one) => one.value !== null);
  const all = shown.flatMap((one) => (one.low === null ? [one.value] : [one.value, one.low]));
  let low = Math.min(...all);
  let high = Math.max(...all);
  const ends = bounds.flatMap((one) => [one.low, one.high]).filter((one) => one !== null);
  const above = ends.filter((one) => one >= high);
  const below = ends.filter((one) => one <= low);
  if (above.length) high = Math.max(high, Math.min(Math.min(...above), high + 3 * Math.max(high - low, Math.abs(high) * 0.15)));
  if (below.length) low = Math.min(low, Math.max(Math.max(...below), low - 3 * Math.max(high - low, Math.abs(high) * 0.15)));
  const room = (high - low || Math.abs(high) * 0.1 || 1) * 0.12;
  return [draws === "blocks" ? 0 : Math.max(0, low - room), high + room];
}

function fillGrades(u, bounds) {
  const { ctx, bbox } = u;
  for (const one of bounds.filter((each) => each.effect === "grade")) {
    const top = one.high === null ? bbox.top : Math.max(bbox.top, u.valToPos(one.high, "y", true));
    const bottom = one.low === null ? bbox.top + bbox.height : Math.min(bbox.top + bbox.height, u.valToPos(one.low, "y", true));
    if (bottom <= top) continue;
    ctx.globalAlpha = printing ? 1 : dark.matches ? 0.38 : 0.45;
    ctx.fillStyle = colour(GRADE_FILL[one.grade]);
    ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
    ctx.globalAlpha = 1;
  }
}

function lineLimits(u, bounds) {
  const { ctx, bbox } = u;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.lineWidth = 1.5 * devicePixelRatio;
  for (const one of bounds.filter((each) => each.effect !== "grade")) {
    ctx.strokeStyle = colour(one.effect === "review" ? "--review" : "--hold");
    for (const end of [one.low, one.high]) {
      const y = end === null ? null : u.valToPos(end, "y", true);
      if (y === null || y < bbox.top || y > bbox.top + bbox.height) continue;
      ctx.beginPath(); ctx.moveTo(bbox.left, y); ctx.lineTo(bbox.left + bbox.width, y); ctx.stroke();
    }
  }
  ctx.setLineDash([]);
}

function drawMarks(u) {
  const { ctx, bbox } = u;
  const px = devicePixelRatio;
  ctx.font = `700 ${11 * px}px ${getComputedStyle(document.body).fontFamily}`;
  ctx.textAlign = "center";
  for (const one of marks) {
    const x = u.valToPos(one.at, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const low = BELOW[one.kind];
    ctx.strokeStyle = colour(one.kind === "closed" ? "--hold" : low ? "--unknown" : "--given");
    ctx.fillStyle = ctx.strokeStyle;
    ctx.lineWidth = px;
    ctx.globalAlpha = 0.55;
    ctx.beginPath();
    ctx.moveTo(x, low ? bbox.top + bbox.height - 14 * px : bbox.top + 14 * px);
    ctx.lineTo(x, low ? bbox.top + bbox.height - 26 * px : bbox.top + bbox.height);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.textBaseline = low ? "bottom" : "top";
    ctx.fillText(one.letter, x, low ? bbox.top + bbox.height - 2 * px : bbox.top + 2 * px);
  }
}

const inside = (u, y) => Math.min(Math.max(y, u.bbox.top + 6 * devicePixelRatio), u.bbox.top + u.bbox.height - 6 * devicePixelRatio);

function drawSeries(u, points, draws) {
  const { ctx } = u;
  const px = devicePixelRatio;
  ctx.lineWidth = 1.75 * px;
  ctx.strokeStyle = colour("--given");
  if (draws === "line") {
    let last = null;
    ctx.beginPath();
    for (const one of points.filter((each) => each.value !== null && (each.mark === "" || each.mark === "unlikely"))) {
      const at = [u.valToPos(one.at, "x", true), inside(u, u.valToPos(one.value, "y", true))];
      if (last && !one.gap) { ctx.moveTo(...last); ctx.lineTo(...at); }
      last = at;
    }
    ctx.stroke();
  }
  for (const one of points) if (one.value !== null) drawPoint(u, one, draws, px);
}

function drawPoint(u, one, draws, px) {
  const { ctx } = u;
  const x = u.valToPos(one.at, "x", true);
  const y = inside(u, u.valToPos(one.value, "y", true));
  const odd = one.mark === "unusable" || one.mark === "struck";
  ctx.strokeStyle = ctx.fillStyle = colour(one.mark === "" ? "--given" : odd ? "--ink-3" : "--unknown");
  if (draws === "blocks" && one.since !== null) {
    const from = u.valToPos(one.since, "x", true);
    const floor = u.valToPos(0, "y", true);
    ctx.globalAlpha = odd ? 0.15 : 0.55;
    ctx.fillRect(from + px, y, Math.max(x - from - px, px), floor - y);
    ctx.globalAlpha = 1;
  }
  const low = one.low === null ? null : inside(u, u.valToPos(one.low, "y", true));
  ctx.lineWidth = (low === null ? 1.5 : 3) * px;
  ctx.beginPath();
  if (low !== null) { ctx.moveTo(x, y); ctx.lineTo(x, low); ctx.moveTo(x - 4 * px, y); ctx.lineTo(x + 4 * px, y); ctx.moveTo(x - 4 * px, low); ctx.lineTo(x + 4 * px, low); }
  else if (one.mark === "unusable") { ctx.moveTo(x - 4 * px, y - 4 * px); ctx.lineTo(x + 4 * px, y + 4 * px); ctx.moveTo(x + 4 * px, y - 4 * px); ctx.lineTo(x - 4 * px, y + 4 * px); }
  else if (draws !== "blocks" || one.since === null) ctx.arc(x, y, 3 * px, 0, 2 * Math.PI);
  ctx.stroke();
  if (one.mark === "" && low === null && draws !== "blocks") ctx.fill();
  if (one.mark === "struck") { ctx.lineWidth = 1.5 * px; ctx.beginPath(); ctx.moveTo(x - 8 * px, y); ctx.lineTo(x + 8 * px, y); ctx.stroke(); }
}

/** Labels of the time axis on the hospital's clock: the day where it changes. */
function labels(_, splits) {
  const days = splits.map((at) => day.format(at * 1000));
  return splits.map((at, n) => {
    const isNew = n === 0 ? days[0] === days[1] : days[n] !== days[n - 1];
    return isNew ? `${clock.format(at * 1000)}\n${days[n]}` : clock.format(at * 1000);
  });
}

const since = seconds(holder.dataset.since);
const until = seconds(holder.dataset.until);

function draw(figure) {
  const plot = figure.querySelector(".plot");
  if (!plot) return null;
  const points = rows(figure);
  const bounds = limits(figure);
  const { draws } = figure.dataset;
  const grid = { stroke: colour("--line"), width: 1 };
  const axis = { stroke: colour("--ink-2"), grid, ticks: grid, font: `12px ${getComputedStyle(document.body).fontFamily}` };
  const numbers = points.filter((one) => one.value !== null);
  if (!numbers.length) { plot.hidden = true; return null; }
  plot.replaceChildren();
  return new uPlot({
    width: plot.clientWidth, height: plot.clientHeight, legend: { show: false }, cursor: { show: false },
    tzDate: (at) => (zone ? uPlot.tzDate(new Date(at * 1000), zone) : new Date(at * 1000)),
    scales: { x: { time: true, range: [since, until] }, y: { range: rangeOf(points, bounds, draws) } },
    axes: [{ ...axis, values: labels, size: 42 }, { ...axis, size: 52 }],
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: { drawAxes: [(u) => fillGrades(u, bounds)], draw: [(u) => { lineLimits(u, bounds); drawSeries(u, points, draws); drawMarks(u); }] },
  }, [numbers.map((one) => one.at), numbers.map((one) => one.value)], plot);
}

let drawn = [];
function drawAll() {
  for (const one of drawn) one?.destroy();
  drawn = [...holder.querySelectorAll(".trend")].map(draw);
  holder.dataset.drawn = "yes";
}

let opened = [];
addEventListener("beforeprint", () => {
  printing = true;
  opened = [...document.querySelectorAll(".twin:not([open])")];
  for (const one of opened) one.open = true;
  drawAll();
});
addEventListener("afterprint", () => {
  printing = false;
  for (const one of opened) one.open = false;
  drawAll();
});
dark.addEventListener("change", drawAll);
let width = innerWidth;
addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; drawAll(); } });
if (holder) drawAll();
