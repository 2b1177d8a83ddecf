// The scale of a chart.

/**
 * Return about four round numbers that span the values from low to high.
 * @param {number} low
 * @param {number} high
 * @returns {number[]}
 */
export function niceTicks(low, high) {
  const top = high > low ? high : low + 1;
  const span = top - low;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const steps = [1, 2, 2.5, 5, 10].map((factor) => factor * power);
  const step = steps.find((size) => span / size <= 5) ?? 10 * power;
  const ticks = [];
  for (let place = Math.floor(low / step); place * step < top + step; place += 1)
    ticks.push(place * step);
  return ticks;
}
