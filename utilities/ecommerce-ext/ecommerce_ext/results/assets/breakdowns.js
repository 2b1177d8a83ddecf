// What was sold by campaign, product and currency, and to which segments.

const byNet = ([, one], [, other]) => (one.net_amount < other.net_amount ? 1 : one.net_amount > other.net_amount ? -1 : 0);

// What stands for no campaign or product, or for many, comes last and has no bar.
const REMAINDERS = new Set([null, "", "unattributed"]);
const inOrder = (sums) => [...sums].sort((one, other) => REMAINDERS.has(one[0]) - REMAINDERS.has(other[0]) || byNet(one, other));

// The first column, with a bar as long as its row's net is of the largest.
function named(title, node, rows) {
  const largest = rows.reduce((most, [key, sums]) => (!REMAINDERS.has(key) && sums.net_amount > most ? sums.net_amount : most), 0n);
  return { title, node, bar: ([key, sums]) => (REMAINDERS.has(key) ? null : ratio(sums.net_amount, largest)) };
}

function measures(whole) {
  return [
    { title: "Net", isNumber: true, text: ([, sums]) => moneyText(sums.net_amount), value: ([, sums]) => exactAmount(sums.net_amount) },
    { title: "Share", isNumber: true, text: ([, sums]) => percentText(ratio(sums.net_amount, whole)) },
    { title: "Gross", isNumber: true, text: ([, sums]) => moneyText(sums.gross_amount), value: ([, sums]) => exactAmount(sums.gross_amount) },
  ];
}

const NOT_KNOWN = "not known";

function drawCampaigns(content, selection, previous) {
  const rows = inOrder(sumsBy("campaigns", "campaign", selection));
  if (!rows.length) return content.replaceChildren(nothing());
  const earlier = previous ? sumsBy("campaigns", "campaign", previous) : new Map();
  // To whom it was ever sent: so by these are divided all the orders that it ever earned, in all
  // shops. Not known where no interaction tells.
  const recipients = ([key]) => nameOf("campaign", key).recipient_count ?? null;
  const ever = sumsBy("campaigns", "campaign", { shop: null, from: -Infinity, to: Infinity });
  const columns = [
    named("Campaign", ([key]) => campaignName(key), rows),
    { title: "Orders", isNumber: true, text: ([, sums]) => countText(sums.order_count) },
    ...measures(rows.reduce((sum, [, sums]) => sum + sums.net_amount, 0n)),
  ];
  if (previous) {
    columns.push({ title: "Net before", isNumber: true, text: ([key]) => (earlier.has(key) ? moneyText(earlier.get(key).net_amount) : "–") });
  }
  let note = null;
  if (rows.some((row) => recipients(row))) {
    note = element("p", { class: "note" }, "Conversion and net per recipient are of all time and all shops, whatever is selected: all that a campaign ever earned, by all to whom it was ever sent.");
    const conversion = (row) => (recipients(row) ? ever.get(row[0]).order_count / recipients(row) : null);
    const net = (row) => (recipients(row) ? divided(ever.get(row[0]).net_amount, BigInt(recipients(row))) : null);
    columns.push(
      { title: "Conversion, ever", isNumber: true, text: (row) => (recipients(row) ? percentText(conversion(row)) : NOT_KNOWN), value: conversion },
      { title: "Net per recipient, ever", isNumber: true, text: (row) => (recipients(row) ? moneyText(net(row)) : NOT_KNOWN), value: (row) => (recipients(row) ? exactAmount(net(row)) : null) },
    );
  }
  return ranked(content, "Revenue by campaign", columns, rows, ([key]) => REMAINDERS.has(key), note);
}

function campaignName(key) {
  if (key === null) return twoLines("All other campaigns", "never among the largest");
  if (key === "unattributed") return twoLines("No campaign", "no message earned these orders");
  const { name, channel, source, batch } = nameOf("campaign", key);
  const details = [channel, source, batch === null || batch === undefined ? null : `batch ${batch}`];
  return twoLines(name ?? (batch ? `Batch ${batch}` : key), details.filter(Boolean).join(" · "));
}

function drawProducts(content, selection) {
  const rows = inOrder(sumsBy("products", "product", selection));
  if (!rows.length) return content.replaceChildren(nothing());
  const name = ([key]) => {
    if (key === null) return twoLines("All other products", "never among the largest");
    if (key === "") return twoLines("No product", "charges without a product");
    const { name: title, sku } = nameOf("product", key);
    return twoLines(title ?? key, sku ?? (title ? key : null));
  };
  const columns = [
    named("Product", name, rows),
    { title: "Units", isNumber: true, text: ([, sums]) => unitText(sums.sold_unit_count) },
    ...measures(rows.reduce((sum, [, sums]) => sum + sums.net_amount, 0n)),
    { title: "Returned", isNumber: true, text: ([, sums]) => percentText(ratio(sums.returned_unit_count, sums.sold_unit_count)) },
  ];
  return ranked(content, "Revenue by product", columns, rows, ([key]) => REMAINDERS.has(key));
}

function drawCurrencies(content, selection) {
  const rows = inOrder(sumsBy("sales", "original_currency", selection));
  if (!rows.length) return content.replaceChildren(nothing());
  const own = ([currency, sums]) => moneyText(sums.original_net_amount, currency ?? "XXX", "original");
  const columns = [
    named("Currency", ([currency]) => twoLines(currency ?? "Unknown", currencyName(currency)), rows),
    { title: "Orders", isNumber: true, text: ([, sums]) => countText(sums.order_count) },
    { title: "Net, as paid", isNumber: true, text: own, value: ([currency, sums]) => exactAmount(sums.original_net_amount, currency, "original") },
    ...measures(rows.reduce((sum, [, sums]) => sum + sums.net_amount, 0n)),
  ];
  if (rows.some(([, sums]) => sums.unconverted_order_count)) {
    columns.push({ title: "Without a rate", isNumber: true, text: ([, sums]) => countText(sums.unconverted_order_count) });
  }
  return content.replaceChildren(rowsTable("Revenue by currency", columns, rows));
}

function currencyName(currency) {
  try {
    return new Intl.DisplayNames([LOCALE], { type: "currency", fallback: "none" }).of(currency);
  } catch {
    return null;
  }
}

const SEGMENTS = {
  champion: ["Champions", "bought lately, often and much"],
  loyal: ["Loyal", "buy often"],
  new: ["New", "bought lately, for the first time"],
  occasional: ["Occasional", "in the middle"],
  at_risk: ["At risk", "bought often, not lately"],
  lost: ["Lost", "bought little, long ago"],
};

function drawSegments(content, selection) {
  const sums = sumsBy("segments", "segment", selection);
  const known = [...Object.keys(SEGMENTS), ...[...sums.keys()].filter((key) => !SEGMENTS[key])];
  const rows = known.filter((key) => sums.has(key)).map((key) => [key, sums.get(key)]);
  if (!rows.length) return content.replaceChildren(nothing("No contact's last order was in this period."));
  const contacts = rows.reduce((sum, [, row]) => sum + row.contact_count, 0);
  const largest = Math.max(...rows.map(([, row]) => row.contact_count));
  const columns = [
    { title: "Segment", node: ([key]) => twoLines(...(SEGMENTS[key] ?? [key, null])), bar: ([, row]) => row.contact_count / largest },
    { title: "Contacts", isNumber: true, text: ([, row]) => countText(row.contact_count), value: ([, row]) => row.contact_count },
    { title: "Share", isNumber: true, text: ([, row]) => percentText(row.contact_count / contacts) },
    { title: "Net to date", isNumber: true, text: ([, row]) => moneyText(row.net_amount), value: ([, row]) => exactAmount(row.net_amount) },
    { title: "Net per contact", isNumber: true, text: ([, row]) => moneyText(divided(row.net_amount, BigInt(row.contact_count))) },
  ];
  return content.replaceChildren(rowsTable("Segments", columns, rows));
}
