// Where the last price stands between the day's lowest and highest. Numbers are made of prices only
// to find the place; every figure that is read is the server's text.
(() => {
  "use strict";
  const COUNT_MS = 500;

  function place(panel) {
    const figure = (name) => panel.querySelector(`.cell[data-field="${name}"]`)?.dataset.value;
    const [low, last, high] = ["low", "last", "high"].map(figure);
    if (!low || !last || !high || Number(high) <= Number(low)) return null;
    const share = (Number(last) - Number(low)) / (Number(high) - Number(low));
    return Math.round(Math.min(1, Math.max(0, share)) * 100);
  }

  function count() {
    for (const bar of document.querySelectorAll(".day-range")) {
      const percent = place(bar.closest("[data-watch]"));
      bar.hidden = percent === null;
      if (percent === null) continue;
      const x = String(percent * 9.9);
      const mark = bar.querySelector(".range-mark");
      if (mark.getAttribute("x") !== x) mark.setAttribute("x", x);
      const words = bar.querySelector(".range-words");
      const text = `${percent}\u202f% of the day’s range`;
      if (words.textContent !== text) words.textContent = text;
    }
  }

  document.addEventListener("DOMContentLoaded", () => setInterval(count, COUNT_MS));
})();
