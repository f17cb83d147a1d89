// How old everything on the page is. An age is what the server said when it sent it plus the time
// since, by whichever of the browser's two clocks ran further: a laptop that slept, or a clock that
// was set back, makes nothing young. Names: "tBTCUSD", "book:tBTCUSD", "trades:tBTCUSD", "feed",
// "account".
(() => {
  "use strict";
  const SLOW_AFTER_MS = 5000; // the same as in dashboard/live/quotes.py
  const STALE_AFTER_MS = 18000;
  const SPACE = "\u202f";
  const ages = new Map();
  const closed = new Set(); // the symbols in which nobody can trade, however fresh their last word

  function heard(name, base, streamed, perf = performance.now()) {
    const wall = Date.now() - (performance.now() - perf);
    ages.set(name, { base, streamed, perf, wall });
  }

  function of(name) {
    const age = ages.get(name);
    return age && age.base + Math.max(performance.now() - age.perf, Date.now() - age.wall);
  }

  function close(symbol, isSo) {
    isSo ? closed.add(symbol) : closed.delete(symbol);
  }

  // A book, trades and candles are closed with their symbol: it is a part of their names.
  function isClosed(name) {
    if (!closed.size) return false;
    return closed.has(name) || [...closed].some((symbol) => (":" + name + ":").includes(":" + symbol + ":"));
  }

  function state(name) {
    const ms = of(name);
    if (isClosed(name)) return "closed";
    if (ms === undefined) return "off";
    if (ms >= STALE_AFTER_MS) return "stale";
    if (!ages.get(name).streamed) return "snapshot";
    // A quiet account's only frame is a heartbeat every 15 s.
    return ms < SLOW_AFTER_MS || name === "account" ? "live" : "slow";
  }

  function text(ms) {
    const seconds = Math.floor(ms / 1000);
    if (seconds < 10) return (Math.floor(ms / 100) / 10).toFixed(1) + SPACE + "s";
    if (seconds < 120) return seconds + SPACE + "s";
    if (seconds < 7200) return Math.floor(seconds / 60) + SPACE + "min";
    return Math.floor(seconds / 3600) + SPACE + "h";
  }

  // A message that waited, in a buffer or in a page that was frozen, is older than it says. Both
  // clocks here are monotonic and start anywhere: the quickest message so far is the measure.
  let quickest = Infinity;
  function lateness(sent) {
    const took = performance.now() - sent;
    quickest = Math.min(quickest, took);
    return took - quickest;
  }

  // What the server drew carries its age too; it was true when the answer began to arrive.
  function adopt(perf) {
    const drawn = [];
    for (const { dataset } of document.querySelectorAll("[data-symbol][data-field][data-age]")) {
      drawn.push([dataset.symbol, dataset.age, dataset.state]);
      if (dataset.state === "closed" && !ages.has(dataset.symbol)) close(dataset.symbol, true);
    }
    for (const { dataset } of document.querySelectorAll("[data-live-part]")) {
      drawn.push([dataset.livePart, dataset.age, dataset.state]);
    }
    for (const [name, id] of [["feed", "feed"], ["account", "account-feed"]]) {
      const chip = document.getElementById(id);
      if (chip) drawn.push([name, chip.dataset.age, chip.dataset.state]);
    }
    for (const [name, ms, was] of drawn) {
      const isKnown = ms !== undefined && ms !== "";
      if (isKnown && !ages.has(name)) heard(name, Number(ms), was !== "snapshot", perf);
    }
  }

  window.tidewatchAges = {
    adopt,
    close,
    connect: () => (quickest = Infinity),
    heard,
    lateness,
    names: () => ages.keys(),
    of,
    state,
    text,
  };
})();
