// The figures on the page: patches those that changed, and marks each with its state.
(() => {
  "use strict";
  const ages = window.tidewatchAges;
  const FLASH_MS = 200;
  const FIELDS = ["last", "bid", "ask", "change", "volume", "high", "low", "age"];
  let index = null; // "tBTCUSD|last" → elements

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

  function countSymbol(symbol) {
    const state = ages.state(symbol);
    const ms = ages.of(symbol);
    for (const cell of elements(symbol, "age")) {
      cell.textContent = ages.text(ms);
      cell.dataset.value = String(Math.floor(ms / 100) / 10);
      cell.dataset.at = String(Math.round(Date.now() - ms));
    }
    for (const field of FIELDS) {
      for (const cell of elements(symbol, field)) mark(cell, state);
    }
  }

  function count() {
    for (const part of document.querySelectorAll("[data-live-part]")) {
      mark(part, ages.state(part.dataset.livePart));
    }
    for (const name of ages.names()) {
      countSymbol(name);
    }
  }

  window.tidewatchCells = { count, flash, forget: () => (index = null), patch };
})();
