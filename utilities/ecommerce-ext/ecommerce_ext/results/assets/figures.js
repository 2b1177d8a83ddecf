// The figures of "At a glance", with their names in the reports of shops.

import { DATA } from "./data.js";
import { ratio } from "./decimals.js";
import { rough } from "./format.js";
import { averageOrder } from "./metrics.js";

/** @import { Sums } from "./tables.js" */

/**
 * `more` states whether a higher value is better. The page shows an optional figure only if it
 * or its previous value is not zero.
 * @typedef {object} Figure
 * @property {string} id
 * @property {string} title
 * @property {string} help One sentence.
 * @property {"money" | "count" | "share" | "number"} kind
 * @property {(sums: Sums) => bigint | number | null} read
 * @property {"better" | "worse" | "neutral"} [more] Better, if it is not stated.
 * @property {boolean} [isOptional]
 */

/** @type {Figure} */
export const NET_SALES = {
  id: "net",
  title: "Net sales",
  help: `Gross sales less discounts and returns, before tax and shipping; returns count on the day ${DATA.returnsOnOrders ? "of their order" : "they happen"}.`,
  kind: "money",
  read: (sums) => sums.net_amount,
};

/** @type {Figure[]} */
export const ORDER_FIGURES = [
  {
    id: "orders",
    title: "Orders",
    help: "Orders that the shop counts as sales, without test and deleted orders.",
    kind: "count",
    read: (sums) => sums.order_count,
  },
  {
    id: "average",
    title: "Average order value",
    help: "Gross sales less discounts, divided by orders.",
    kind: "money",
    read: averageOrder,
  },
  {
    id: "first",
    title: "First-time buyers",
    help: "Orders that are their buyer's first.",
    kind: "count",
    read: (sums) => sums.first_order_count,
  },
  {
    id: "repeat",
    title: "Repeat orders",
    help: "Share of later orders in all orders of known buyers.",
    kind: "share",
    read: (sums) =>
      ratio(sums.repeat_order_count, sums.first_order_count + sums.repeat_order_count),
  },
  {
    id: "items",
    title: "Items per order",
    help: "Units sold, divided by orders.",
    kind: "number",
    read: (sums) =>
      DATA.hasItems ? ratio(rough(sums.sold_unit_count, "unit"), sums.order_count) : null,
  },
  {
    id: "returns",
    title: "Return rate",
    help: "Units returned, divided by units sold.",
    kind: "share",
    read: (sums) =>
      DATA.hasItems ? ratio(sums.returned_unit_count, sums.sold_unit_count) : null,
    more: "worse",
  },
];

/** @type {Figure[]} */
export const SALES_FIGURES = [
  {
    id: "gross",
    title: "Gross sales",
    help: "Goods at their price before discounts and tax, without gift cards.",
    kind: "money",
    read: (sums) => sums.gross_amount,
  },
  {
    id: "discounts",
    title: "Discounts",
    help: "Reductions of the prices of goods, before tax.",
    kind: "money",
    read: (sums) => sums.discount_amount,
    more: "neutral",
  },
  {
    id: "returned",
    title: "Returns",
    help: "Goods that were returned, refunded or removed, after their discount and before tax.",
    kind: "money",
    read: (sums) => sums.return_amount,
    more: "worse",
  },
  {
    id: "rounding",
    title: "Rounding",
    help: "What is left of order totals without goods, tax and charges; part of net sales.",
    kind: "money",
    read: (sums) => sums.rounding_amount,
    more: "neutral",
    isOptional: true,
  },
  {
    id: "fees",
    title: "Fees",
    help: "Fees before tax; WooCommerce has them in net sales, other shops in total sales only.",
    kind: "money",
    read: (sums) => sums.fee_amount,
    more: "neutral",
    isOptional: true,
  },
  {
    id: "shipping",
    title: "Shipping",
    help: "Shipping before tax, less shipping that was refunded.",
    kind: "money",
    read: (sums) => sums.shipping_amount,
    more: "neutral",
  },
  {
    id: "tax",
    title: "Taxes",
    help: "All taxes, less taxes that were refunded.",
    kind: "money",
    read: (sums) => sums.tax_amount,
    more: "neutral",
  },
  {
    id: "duties",
    title: "Duties",
    help: "Import duties, less duties that were refunded.",
    kind: "money",
    read: (sums) => sums.duty_amount,
    more: "neutral",
    isOptional: true,
  },
  {
    id: "total",
    title: "Total sales",
    help: "Net sales plus shipping, taxes, duties and fees.",
    kind: "money",
    read: (sums) => sums.total_amount,
  },
  {
    id: "gift-cards",
    title: "Gift cards sold",
    help: "A gift card is owed until it is spent, so its sale is in no other figure.",
    kind: "money",
    read: (sums) => sums.gift_card_amount,
  },
  {
    id: "tips",
    title: "Tips",
    help: "Tips are in no other figure.",
    kind: "money",
    read: (sums) => sums.tip_amount,
    more: "neutral",
    isOptional: true,
  },
  {
    id: "projected",
    title: "Projected revenue",
    help: "Goods of the period's orders that are not returned today, paid or not.",
    kind: "money",
    read: (sums) => sums.projected_revenue_amount,
  },
  {
    id: "realised",
    title: "Realised revenue",
    help: "The part of projected revenue whose orders are paid.",
    kind: "money",
    read: (sums) => sums.realised_revenue_amount,
  },
];
