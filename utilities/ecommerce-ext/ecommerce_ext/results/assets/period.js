// The selected period: what can be selected, and what it is compared with.

const part = (day) => {
  const date = dateOf(day);
  return [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
};
const dayFrom = (year, month, date) => Math.round(Date.UTC(year, month, date) / DAY) + EPOCH;
const monthStart = (day) => dayFrom(part(day)[0], part(day)[1], 1);
const monthEnd = (day) => dayFrom(part(day)[0], part(day)[1] + 1, 0);

const PRESETS = [
  ["30 days", () => LAST - 29],
  ["90 days", () => LAST - 89],
  ["12 months", () => dayFrom(part(LAST)[0], part(LAST)[1] - 11, 1)],
  ["All", () => FIRST],
];

// Before DAYS_FROM the page knows months, not days: there a period is of whole months.
function snapped(from, to) {
  const start = Math.max(Math.min(from, to), monthStart(FIRST));
  const end = Math.min(Math.max(from, to), Math.max(LAST, FIRST));
  return {
    from: start < DAYS_FROM ? monthStart(start) : start,
    to: end < DAYS_FROM ? monthEnd(end) : Math.max(end, start),
  };
}

const WHOLE = { from: FIRST, to: LAST };
const isWhole = (selection) => selection.from <= FIRST && selection.to >= LAST;

// The same dates so many months before, for a period that begins with a month; else the period
// of the same length just before. Null where there is none, or it is not known.
function before(selection) {
  const { from, to } = selection;
  let start = from - (to - from + 1);
  let end = from - 1;
  if (from === monthStart(from)) {
    const months = (part(to)[0] - part(from)[0]) * 12 + part(to)[1] - part(from)[1] + 1;
    start = dayFrom(part(from)[0], part(from)[1] - months, 1);
    const lastStart = dayFrom(part(to)[0], part(to)[1] - months, 1);
    end = to === monthEnd(to) ? from - 1 : Math.min(monthEnd(lastStart), lastStart + part(to)[2] - 1);
  }
  const known = snapped(start, end);
  return known.from === start && known.to === end ? { ...selection, from: start, to: end } : null;
}

// The bars of a period: by day, week or month, so that there are neither too many nor too few.
function buckets(selection) {
  const length = selection.to - selection.from + 1;
  const grain = selection.from < DAYS_FROM || length > 200 ? "month" : length > 45 ? "week" : "day";
  const starts = [];
  for (let day = selection.from; day <= selection.to; ) {
    starts.push(day);
    day = grain === "month" ? monthEnd(day) + 1 : day + (grain === "week" ? 7 : 1);
  }
  return { grain, starts };
}
