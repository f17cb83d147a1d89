// "/" goes to the page's search field, Escape leaves it; the ticket keeps its place.
(() => {
  "use strict";

  const isTyping = (element) => element.matches("input, select, textarea, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target.matches("[data-shortcut]")) event.target.blur();
    if (event.key.length !== 1 || isTyping(event.target)) return;
    const field = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
    if (!field) return;
    event.preventDefault();
    field.focus();
  });

  // A step of the ticket replaces the button that was pressed: go on from the new step's title, or
  // from the first field that is wrong. Never from a button, which a second Enter would press.
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target?.id !== "ticket" || detail.requestConfig?.verb !== "post") return;
    // A share fills in the amount and is pressed again: htmx keeps the keyboard on it.
    const wrong = detail.target.querySelector("[aria-invalid]");
    if (!wrong && detail.requestConfig.triggeringEvent?.submitter?.name === "size") return;
    const next = wrong || detail.target.querySelector("h2");
    if (!next) return;
    if (next.matches("h2")) next.tabIndex = -1;
    next.focus();
  });
})();
