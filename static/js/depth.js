// The order book's switch of precision, and the age of its last checksum.
(() => {
  "use strict";
  const COUNT_MS = 500;
  const REMEMBERED = "tidewatch-precision"; // "P0" to "P4", of whichever market

  // Rows of one precision must never stand under the name of another: they go at once, and leave
  // their places empty until the new ones come.
  function choose(topic, panel) {
    const part = panel.querySelector("[data-live-part]");
    panel.dataset.watch = part.dataset.livePart = topic;
    part.dataset.state = "off";
    for (const cell of part.querySelectorAll("tbody td")) {
      cell.replaceChildren();
      cell.removeAttribute("data-value");
    }
    part.querySelectorAll("path").forEach((path) => path.setAttribute("d", ""));
    part.querySelectorAll(".depth-ends span, .book-spread, .book-share").forEach((words) => {
      words.textContent = "";
    });
    const check = part.querySelector(".book-check");
    Object.assign(check.dataset, { check: "waiting", checked: "" });
    check.textContent = "Waiting for the order book…";
    document.dispatchEvent(new Event("tidewatch:watch"));
  }

  // What the server drew carries how long ago a checksum held, and the part's age at that moment.
  function count() {
    for (const check of document.querySelectorAll('.book-check[data-check="held"]')) {
      const { checked, age } = check.dataset;
      const part = check.closest("[data-live-part]");
      const ms = Number(checked) + window.tidewatchAges.of(part.dataset.livePart) - Number(age);
      if (Number.isNaN(ms)) continue;
      const words = "✓ checked " + Math.floor(ms / 1000) + " s ago";
      if (check.textContent !== words) check.textContent = words;
    }
  }

  function tell(radio) {
    const panel = radio.closest("[data-watch]");
    panel.querySelector("[data-precision-words]").textContent = radio.dataset.words;
    choose(radio.value, panel);
  }

  // The page comes with the exact book; what this browser chose last is chosen again.
  function remember() {
    const wanted = localStorage.getItem(REMEMBERED);
    for (const radio of document.querySelectorAll('[name="book-precision"]')) {
      if (radio.dataset.precision !== wanted || radio.checked) continue;
      radio.checked = true;
      tell(radio);
    }
  }

  document.addEventListener("change", ({ target }) => {
    if (target.name !== "book-precision") return;
    localStorage.setItem(REMEMBERED, target.dataset.precision);
    tell(target);
  });
  document.addEventListener("DOMContentLoaded", () => {
    remember();
    setInterval(count, COUNT_MS);
  });
})();
