// Live figures on a page: patches those that changed, and knows how old each of them is.
// A value's age is what the server said when it sent it plus the time since, by whichever of the
// browser's two clocks ran further: a laptop that slept, or a clock set back, makes nothing young.
(() => {
  "use strict";
  const SLOW_AFTER_MS = 5000; // the same as in dashboard/live/quotes.py
  const STALE_AFTER_MS = 18000;
  const FLASH_MS = 200;
  const SPACE = "\u202f";
  const ages = new Map(); // "tBTCUSD", "book:tBTCUSD" or "feed" → {base, perf, wall, streamed}
  let index = null; // "tBTCUSD|last" → elements

  const heard = (name, base, streamed, perf = performance.now()) =>
    ages.set(name, { base, streamed, perf, wall: Date.now() - (performance.now() - perf) });

  const ageOf = (age) => age.base + Math.max(performance.now() - age.perf, Date.now() - age.wall);

  function stateOf(ms, streamed) {
    if (ms >= STALE_AFTER_MS) return "stale";
    if (!streamed) return "snapshot";
    return ms < SLOW_AFTER_MS ? "live" : "slow";
  }

  function ageText(ms) {
    const seconds = Math.floor(ms / 1000);
    if (seconds < 10) return (Math.floor(ms / 100) / 10).toFixed(1) + SPACE + "s";
    if (seconds < 120) return seconds + SPACE + "s";
    if (seconds < 7200) return Math.floor(seconds / 60) + SPACE + "min";
    return Math.floor(seconds / 3600) + SPACE + "h";
  }

  // What the server drew carries its age too; it was true when the answer began to arrive.
  function adopt(perf) {
    for (const cell of document.querySelectorAll('[data-field="age"][data-symbol]')) {
      const { symbol, value, state } = cell.dataset;
      if (value && !ages.has(symbol)) heard(symbol, value * 1000, state !== "snapshot", perf);
    }
    for (const part of document.querySelectorAll("[data-live-part][data-age]")) {
      if (!ages.has(part.dataset.livePart)) {
        heard(part.dataset.livePart, Number(part.dataset.age), true, perf);
      }
    }
  }

  function elements(symbol, field) {
    if (!index) {
      index = new Map();
      for (const cell of document.querySelectorAll("[data-symbol][data-field]")) {
        const key = cell.dataset.symbol + "|" + cell.dataset.field;
        index.has(key) ? index.get(key).push(cell) : index.set(key, [cell]);
      }
    }
    return index.get(symbol + "|" + field) || [];
  }

  function patch(drawn, flashed) {
    for (const cell of elements(drawn.dataset.symbol, drawn.dataset.field)) {
      const isNews = cell.dataset.value !== drawn.dataset.value;
      cell.dataset.at = drawn.dataset.at;
      if (!isNews && cell.className === drawn.className) continue;
      cell.dataset.value = drawn.dataset.value;
      cell.className = drawn.className;
      cell.textContent = drawn.textContent;
      if (isNews) flashed.push(cell);
    }
  }

  function flash(cells) {
    for (const cell of cells) cell.classList.add("changed");
    if (cells.length) {
      setTimeout(() => cells.forEach((cell) => cell.classList.remove("changed")), FLASH_MS);
    }
  }

  function mark(element, state) {
    if (element.dataset.state !== state) element.dataset.state = state;
  }

  function count() {
    for (const [name, age] of ages) {
      const ms = ageOf(age);
      const state = stateOf(ms, age.streamed);
      if (name.includes(":") && /^(book|trades):/.test(name)) {
        const part = document.querySelector('[data-live-part="' + name + '"]');
        if (part) mark(part, state);
        continue;
      }
      for (const cell of elements(name, "age")) {
        cell.textContent = ageText(ms);
        cell.dataset.value = String(Math.floor(ms / 100) / 10);
        cell.dataset.at = String(Math.round(Date.now() - ms));
      }
      for (const field of ["last", "bid", "ask", "change", "volume", "high", "low", "age"]) {
        for (const cell of elements(name, field)) mark(cell, state);
      }
    }
  }

  window.tidewatchCells = {
    adopt,
    ageOf: (name) => (ages.has(name) ? ageOf(ages.get(name)) : null),
    ageText,
    count,
    flash,
    forget: () => (index = null),
    heard,
    patch,
    stateOf,
  };
})();
