// How old everything on the page is. An age is what the server said when it sent it plus the time
// since, by whichever of the browser's two clocks ran further: a laptop that slept, or a clock that
// was set back, makes nothing young. Names: "tBTCUSD", "book:tBTCUSD", "trades:tBTCUSD", "feed",
// "account".
(() => {
  "use strict";
  const SLOW_AFTER_MS = 5000; // the same as in dashboard/live/quotes.py
  const STALE_AFTER_MS = 18000;
  const UNLIKE = 0.0005; // the most by which clocks that are being set right run apart
  const SPACE = "\u202f";
  const ages = new Map();
  const closed = new Set(); // the symbols in which nobody can trade, however fresh their last word

  const now = () => ({ perf: performance.now(), wall: Date.now() });
  const at = (perf) => ({ perf, wall: performance.timeOrigin + perf }); // since the page was asked for
  const since = ({ perf, wall }) => Math.max(performance.now() - perf, Date.now() - wall);

  function heard(name, base, streamed, when = now()) {
    ages.set(name, { base, streamed, when });
  }

  function of(name) {
    const age = ages.get(name);
    return age && age.base + since(age.when);
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

  // A message that waited, in a buffer or in a page that was frozen, is older than it says. The
  // server's clock starts anywhere: the quickest message so far is the measure, by each of ours. No
  // two clocks run quite alike, so that in a day each measure would be seconds off if it never gave.
  let quickest = null;
  function lateness(sent) {
    const { perf, wall } = now();
    const given = quickest ? (perf - quickest.perf) * UNLIKE : Infinity;
    const least = (took, before = took) => Math.min(took, before + given);
    const byPerf = least(perf - sent, quickest?.byPerf);
    const byWall = least(wall - sent, quickest?.byWall);
    quickest = { perf, byPerf, byWall };
    return Math.max(perf - sent - byPerf, wall - sent - byWall);
  }

  // What the server drew carries its age too; it was true when the answer began to arrive.
  function adopt(when) {
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
      if (isKnown && !ages.has(name)) heard(name, Number(ms), was !== "snapshot", when);
    }
  }

  window.tidewatchAges = {
    adopt,
    at,
    close,
    connect: () => (quickest = null),
    heard,
    lateness,
    names: () => ages.keys(),
    now,
    of,
    state,
    text,
  };
})();
