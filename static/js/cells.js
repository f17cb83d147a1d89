// The figures on the page: writes those that changed, and marks each with its state. The places of
// all figures are looked up once and remember what they show: a figure that did not change, and a
// state that is the same, cost a comparison.
(() => {
  "use strict";
  const ages = window.tidewatchAges;
  const FLASH_MS = 180;
  const MOST_FLASHED = 40; // when everything moves, flashing tells nothing and costs two paintings
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let markets = null; // "tBTCUSD" → { places: { last: [place], … }, state, age }
  const flashed = new Set();

  function textIn(cell) {
    if (!(cell.firstChild instanceof Text)) cell.replaceChildren(document.createTextNode(""));
    return cell.firstChild;
  }

  function look() {
    markets = new Map();
    for (const cell of document.querySelectorAll(".cell[data-symbol][data-field]")) {
      const { symbol, field, value } = cell.dataset;
      if (!markets.has(symbol)) markets.set(symbol, { places: {}, state: null, age: null });
      const { places } = markets.get(symbol);
      (places[field] ??= []).push({ cell, text: textIn(cell), value, look: cell.className });
    }
  }

  function marketOf(symbol) {
    if (!markets) look();
    return markets.get(symbol);
  }

  function write(place, value, text, at) {
    place.value = value;
    place.text.data = text;
    place.cell.dataset.value = value;
    place.cell.dataset.at = at;
  }

  function writeFigure(place, [, value, text, tone], at) {
    const look = tone ? "cell " + tone : "cell";
    if (place.look !== look) place.cell.className = place.look = look;
    if (place.value === value) return;
    write(place, value, text, at);
    if (!isCalm.matches && flashed.size <= MOST_FLASHED) flashed.add(place);
  }

  // `figures` are texts as dashboard/live/fragments.py writes them: "last|61240|61 240.0|".
  function patch(symbol, at, figures) {
    const market = marketOf(symbol);
    if (!market) return;
    for (const figure of figures) {
      const written = figure.split("|");
      if (written[0] === "standing") ages.close(symbol, written[1] !== "");
      for (const place of market.places[written[0]] || []) writeFigure(place, written, at);
    }
    markState(symbol, market);
  }

  function flash() {
    const places = flashed.size > MOST_FLASHED ? [] : [...flashed];
    flashed.clear();
    if (!places.length) return;
    for (const place of places) place.cell.classList.add("changed");
    setTimeout(() => places.forEach(({ cell }) => cell.classList.remove("changed")), FLASH_MS);
  }

  function writeAge(symbol, market) {
    const ms = ages.of(symbol);
    const text = ages.text(ms);
    if (!market.places.age || market.age === text) return;
    market.age = text;
    const tenths = String(Math.floor(ms / 100) / 10);
    for (const place of market.places.age) {
      write(place, tenths, text, String(Math.round(Date.now() - ms)));
      if (place.look !== "cell") place.cell.className = place.look = "cell";
    }
  }

  function markState(symbol, market) {
    const state = ages.state(symbol);
    if (market.state === state) return;
    market.state = state;
    writeAge(symbol, market); // the age says in words what the state says
    for (const places of Object.values(market.places)) {
      for (const { cell } of places) cell.dataset.state = state;
    }
  }

  // Marks everything with its state, seen or not; writes the ages of the symbols given, or of all.
  function count(seen) {
    if (!markets) look();
    for (const part of document.querySelectorAll("[data-live-part]")) {
      const state = ages.state(part.dataset.livePart);
      if (part.dataset.state !== state) part.dataset.state = state;
    }
    for (const [symbol, market] of markets) {
      if (ages.of(symbol) === undefined) continue;
      markState(symbol, market);
      if (!seen || seen.has(symbol)) writeAge(symbol, market);
    }
  }

  window.tidewatchCells = { count, flash, forget: () => (markets = null), patch };
})();
