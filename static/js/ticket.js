// The ticket: numbers that are pressed go into it, and keys that save the way to it.
// Nothing here sends an order: Ctrl+Enter presses the button that is shown, as a person would.
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const isShown = (element) => Boolean(element && element.offsetParent !== null);
  const isTyping = (element) => element.matches("input:not([type=radio], [type=checkbox]), select, textarea");

  function put(field, value) {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function putPrice(value) {
    const type = byId("ticket-type");
    if (!type || !value) return;
    if (type.value === "MARKET" || type.value === "TRAILING_STOP") {
      type.value = "LIMIT"; // a price was chosen, and these have none
    }
    put([byId("ticket-price"), byId("ticket-stop")].find(isShown) || byId("ticket-price"), value);
  }

  function putAmount(text) {
    const field = byId("ticket-amount");
    if (!field) return;
    byId("ticket-unit").value = "base";
    put(field, text.replace(/\s/g, ""));
  }

  // Money is digits, here as on the server: never a floating point number.
  function middle(one, other) {
    const decimals = Math.max(...[one, other].map((text) => (text.split(".")[1] || "").length)) + 1;
    const units = (text) => {
      const [whole, fraction = ""] = text.split(".");
      return BigInt(whole + fraction.padEnd(decimals, "0"));
    };
    const digits = ((units(one) + units(other)) / 2n).toString().padStart(decimals + 1, "0");
    // The exchange keeps five digits of a price.
    const kept = digits.replace(/^(0*\d{1,5})(.*)$/, (_, head, tail) => head + "0".repeat(tail.length));
    const point = kept.length - decimals;
    return `${kept.slice(0, point)}.${kept.slice(point)}`.replace(/\.?0+$/, "");
  }

  function quoted(name) {
    const cell = document.querySelector(`#ticket .cell[data-field="${name}"]`);
    return cell?.dataset.value || "";
  }

  function pick(name) {
    const [bid, ask] = [quoted("bid"), quoted("ask")];
    if (name !== "mid") putPrice(name === "bid" ? bid : ask);
    else if (bid && ask) putPrice(middle(bid, ask));
  }

  function fillFrom(cell) {
    if (cell.matches(".amount")) putAmount(cell.textContent);
    const row = cell.closest("tr");
    const price = cell.matches("[data-value]")
      ? cell
      : row.querySelector(cell.cellIndex < row.cells.length / 2 ? "td.price" : "td.price.ask, td.price");
    if (price) putPrice(price.dataset.value);
  }

  document.addEventListener("click", (event) => {
    const picked = event.target.closest("[data-pick]");
    if (picked) {
      event.preventDefault();
      pick(picked.dataset.pick);
      return;
    }
    const shown = event.target.closest(".quote-fill");
    if (shown) putPrice(shown.querySelector(".cell").dataset.value);
    const cell = event.target.closest(".book td, .trades td:not(.time)");
    if (cell && cell.textContent) fillFrom(cell);
    // On a phone what was filled in is below the edge.
    if (shown || cell) document.body.toggleAttribute("data-ticket-open", true);
    const opener = event.target.closest("[data-sheet]");
    if (opener) document.body.toggleAttribute("data-ticket-open", opener.dataset.sheet === "open");
  });

  // The prices of a book and of trades are one stop of the keyboard's way; arrows go on inside.
  document.addEventListener("keydown", (event) => {
    const frame = event.target.closest?.(".depth-frame");
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    steps.ArrowDown = frame?.querySelector(".book") ? 2 : 1;
    steps.ArrowUp = -steps.ArrowDown;
    if (!frame || !(event.key in steps)) return;
    const prices = [...frame.querySelectorAll(".fill")];
    const now = prices.indexOf(event.target);
    const next = prices[now < 0 ? 0 : now + steps[event.key]];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  function side(name) {
    const radio = document.querySelector(`#ticket-form [name="side"][value="${name}"]`);
    if (!radio) return;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    document.body.toggleAttribute("data-ticket-open", true);
  }

  function press() {
    const form = document.querySelector("#ticket [data-submits]") || byId("ticket-form");
    const button = form?.querySelector(".button-wide");
    if (isShown(button) && !button.disabled) form.requestSubmit(button);
  }

  document.addEventListener("keydown", (event) => {
    const inTicket = event.target.closest?.("#ticket");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (inTicket && !event.repeat) press();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (inTicket) event.target.blur();
      document.body.removeAttribute("data-ticket-open");
    } else if (!isTyping(event.target) && (event.key === "b" || event.key === "s")) {
      side(event.key === "b" ? "buy" : "sell");
    }
  });
})();
