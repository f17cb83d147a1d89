// How far open orders are from the market: reckoned anew with every price that arrives, in the
// server's words. Money is whole numbers here: never a floating point number.
(() => {
  "use strict";
  const ages = window.tidewatchAges;
  const SPACE = "\u202f";
  const lasts = new Map(); // "tBTCUSD" → the newest price, as text

  const decimals = (text) => (text.split(".")[1] || "").length;

  function units(text, places) {
    const [whole, fraction = ""] = text.split(".");
    return BigInt(whole + fraction.padEnd(places, "0"));
  }

  // In hundredths of a per cent, a half to the even one, as Python rounds.
  function share(part, whole) {
    const scaled = part * 10000n;
    const [quotient, rest] = [scaled / whole, (scaled % whole) * 2n];
    const isUp = rest > whole || (rest === whole && quotient % 2n === 1n);
    return isUp ? quotient + 1n : quotient;
  }

  function words(price, last) {
    const places = Math.max(decimals(price), decimals(last));
    const [ours, market] = [units(price, places), units(last, places)];
    const hundredths = share(ours < market ? market - ours : ours - market, market);
    const sign = hundredths === 0n ? "" : ours < market ? "−" : "+";
    const digits = hundredths.toString().padStart(3, "0");
    const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, SPACE);
    return `${sign}${whole}.${digits.slice(-2)}${SPACE}% off the market`;
  }

  const isPrice = (text) => /^\d+(\.\d+)?$/.test(text || "") && /[1-9]/.test(text);

  // A price that is not known to be live tells nothing about where the market is.
  function show(element) {
    const { distance, symbol } = element.dataset;
    const last = lasts.get(symbol) || element.dataset.last;
    const state = ages.state(symbol);
    const isLive = isPrice(last) && state !== "stale" && state !== "off";
    const text = isLive ? words(distance, last) : "market not live";
    if (element.textContent !== text) element.textContent = text;
    if (element.dataset.state !== state) element.dataset.state = state;
  }

  // `figure` is a price as dashboard/live/fragments.py writes it: "last|61240|61 240.0|".
  function hear(symbol, figure) {
    lasts.set(symbol, figure.split("|")[1]);
    document.querySelectorAll(`[data-distance][data-symbol="${CSS.escape(symbol)}"]`).forEach(show);
  }

  const count = () => document.querySelectorAll("[data-distance]").forEach(show);

  window.tidewatchDistances = { count, hear, words };
})();
