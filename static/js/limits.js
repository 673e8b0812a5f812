// What would this value mean? Compares what is being typed with the pinned protocol's limits, exactly, as a hint only.

const SCALE = 9;

/** A plain decimal as a scaled BigInt; null when it is none. No comma, exponent or sign: the server refuses them too. */
function exact(text) {
  const found = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(text);
  return found ? BigInt(found[1] + (found[2] ?? "").padEnd(SCALE, "0")) : null;
}

function isWithin(value, row) {
  const low = row.low === "" ? null : exact(row.low);
  const high = row.high === "" ? null : exact(row.high);
  if (low !== null && (row.low_open ? value <= low : value < low)) return false;
  return !(high !== null && (row.high_open ? value >= high : value > high));
}

/** Return {kind, text}: hit, review, odd, or "" with the limits that concern this observable. */
export function meaning({ limits, bounds }, observable, text, isContractUnit) {
  const value = exact(text);
  if (value === null) return { kind: "odd", text: "Not a plain number: use digits and a point." };
  if (!isContractUnit) return { kind: "", text: "Compared after it is saved, in the protocol's unit." };
  const odd = strange(bounds[observable] ?? {}, value);
  if (odd) return { kind: "odd", text: odd };
  const own = limits.filter((row) => row.observable === observable);
  const met = own.filter((row) => row.effect !== "info" && isWithin(value, row));
  const worst = met.find((row) => row.effect === "hold") ?? met[0];
  if (worst) return { kind: worst.effect === "hold" ? "hit" : "review", text: worst.text };
  const told = own.map((row) => row.text);
  return { kind: "", text: told.length ? `Limits: ${told.slice(0, 2).join("; ")}` : "" };
}

function strange(bound, value) {
  const below = (limit) => limit && value < exact(limit);
  const above = (limit) => limit && value > exact(limit);
  if (below(bound.impossible_below) || above(bound.impossible_above)) return "Impossible: it will be kept but not used. Check the number.";
  if (below(bound.unlikely_below) || above(bound.unlikely_above)) return "Unlikely: check the number and the unit.";
  return "";
}
