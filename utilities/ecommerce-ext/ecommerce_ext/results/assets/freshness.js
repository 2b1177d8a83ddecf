// How old the data of the shops and the exchange rates was when the page was made.

import { hoursBetween, levelOf, roundedAge } from "./ages.js";
import { dayOf } from "./calendar.js";
import { DATA, overAllTime, shopName, sumsBy } from "./data.js";
import { countText, dayText, timeText } from "./format.js";

/** @import { Level } from "./ages.js" */
/** @import { Limits } from "./data.js" */
/** @import { Selection } from "./period.js" */

/** @typedef {{ age: number, text: string, level: Level }} Age */
/** @typedef {{ value: string, text: string, help: string, level: Level }} Freshness */

const { shops, rates, shopHours, ratesDays } = DATA.freshness;
const NEVER_LOADED = "never loaded";
const STATUSES_WITH_RATE_OF_A_DAY = ["exact", "carried", "missing_rate"];

/**
 * @param {string | null} loadedAt
 * @param {number} hoursPerUnit The unit of the limits.
 * @param {Limits} limits
 * @returns {Age}
 */
function ageOf(loadedAt, hoursPerUnit, limits) {
  if (!loadedAt) return { age: Infinity, text: NEVER_LOADED, level: "bad" };
  const hours = hoursBetween(loadedAt, DATA.madeAt);
  const age = hours / hoursPerUnit;
  const { count, unit } = roundedAge(hours);
  const text =
    hours < 1
      ? "loaded less than an hour ago"
      : `loaded ${countText(count)} ${unit}${count === 1 ? "" : "s"} ago`;
  return { age, text, level: levelOf(age, limits) };
}

/**
 * The freshness of the selected shop with the oldest load.
 * @param {Selection} selection
 * @returns {Freshness}
 */
export function freshShops(selection) {
  const ages = shops
    .filter(({ shop }) => selection.shop === null || shop === selection.shop)
    .map((load) => ({ ...load, ...ageOf(load.loaded_at, 1, shopHours) }))
    .sort((one, other) => other.age - one.age);
  if (!ages.length) {
    const help = "no shop has been loaded yet";
    return { value: "never", text: NEVER_LOADED, help, level: "bad" };
  }
  const [oldest] = ages;
  const late = ages.filter(({ level }) => level !== "good").length;
  const text = shops.length > 1 ? `${shopName(oldest.shop)} ${oldest.text}` : oldest.text;
  const help = [
    text,
    late && ages.length > 1
      ? `${countText(late)} of ${countText(ages.length)} shops are late`
      : null,
    oldest.ordered_until ? `newest order: ${timeText(oldest.ordered_until)}` : "no order yet",
  ];
  return {
    value: oldest.loaded_at ? timeText(oldest.loaded_at) : "never",
    text,
    help: help.filter(Boolean).join("; "),
    level: oldest.level,
  };
}

/**
 * The freshness of the exchange rates; null if no order needs a rate of a day.
 * @param {Selection} selection
 * @returns {{ value: string, text: string, level: Level } | null}
 */
export function freshRates(selection) {
  const statuses = sumsBy("statuses", "exchange_rate_status", overAllTime(selection));
  if (!STATUSES_WITH_RATE_OF_A_DAY.some((status) => statuses.has(status))) return null;
  const loaded = ageOf(rates.loaded_at, 24, ratesDays);
  // A new load without rates of the last days is stale as well.
  const [, stale] = ratesDays;
  const until = rates.rates_until ? dayOf(rates.rates_until) : null;
  const days = until === null ? 0 : dayOf(DATA.madeAt) - until;
  const isStale = days > stale;
  return {
    value: until === null ? "never" : dayText(until),
    text: isStale ? `the newest is ${countText(days)} days old; ${loaded.text}` : loaded.text,
    level: isStale ? "bad" : loaded.level,
  };
}

/** @returns {string} */
export function newestOrder() {
  const times = shops.flatMap((load) =>
    load.ordered_until ? [Date.parse(load.ordered_until)] : [],
  );
  return times.length ? `newest order: ${timeText(Math.max(...times))}` : "no order yet";
}
