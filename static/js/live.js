// The page's one socket: says what is looked at, and hands what arrives to the figures.
// Messages are HTML: quotes to patch, parts to replace, hints to fetch something again.
(() => {
  "use strict";
  const ages = window.tidewatchAges;
  const cells = window.tidewatchCells;
  const COUNT_MS = 250;
  const SAY_MS = 120; // the server hears at most ten frames a second
  const SIGNED_OUT = 4401;
  const inView = new Set();
  let socket = null;
  let said = "";
  const reasons = {};

  htmx.config.wsReconnectDelay = (tries) =>
    500 + Math.random() * Math.min(4500, 500 * 2 ** tries);

  function say() {
    const topics = new Set();
    for (const element of inView) {
      if (element.isConnected) topics.add(element.dataset.watch);
      else inView.delete(element);
    }
    const frame = JSON.stringify({ watch: [...topics].sort().slice(0, 500) });
    if (!socket || frame === said) return;
    said = frame;
    socket.sendImmediately(frame, document.getElementById("live"));
  }

  let saying = 0;
  const saySoon = () => {
    clearTimeout(saying);
    saying = setTimeout(say, SAY_MS);
  };

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        isIntersecting ? inView.add(target) : inView.delete(target);
      }
      saySoon();
    },
    { rootMargin: "300px" },
  );

  function look() {
    cells.forget();
    observer.disconnect();
    inView.clear();
    document.querySelectorAll("[data-watch]").forEach((element) => observer.observe(element));
  }

  function replacePart(part, late) {
    const name = part.dataset.livePart;
    ages.heard(name, Number(part.dataset.age) + late, true);
    const shown = document.querySelector('[data-live-part="' + name + '"]');
    if (!shown) return;
    const held = [...shown.querySelectorAll(".fill")].indexOf(document.activeElement);
    shown.replaceChildren(...part.childNodes);
    if (held >= 0) shown.querySelectorAll(".fill")[held]?.focus({ preventScroll: true });
    Object.assign(shown.dataset, { at: part.dataset.at, state: part.dataset.state });
  }

  // The two chips of the page's head: "feed" for prices, "account" for the account's own stream.
  function showFeed(name, chip) {
    if (!chip) return;
    const ms = ages.of(name);
    chip.dataset.state = ages.state(name);
    const text = name + " " + chip.dataset.state + (ms === undefined ? "" : " " + ages.text(ms));
    const words = chip.querySelector(".feed-text");
    if (words.textContent !== text) words.textContent = text;
    if (name in reasons) chip.title = reasons[name];
  }

  function hearFeed(name, { age, reason }, late) {
    reasons[name] = reason;
    if (age) ages.heard(name, Number(age) + late, true);
  }

  function hearAccount(data, late) {
    const chip = document.getElementById("account-feed");
    if (chip?.dataset.account === data.account) hearFeed("account", data, late);
  }

  function apply(message) {
    const sheet = document.createElement("template");
    sheet.innerHTML = message;
    const flashed = [];
    const sent = sheet.content.querySelector("[data-sent]");
    const late = sent ? ages.lateness(Number(sent.dataset.sent)) : 0;
    for (const node of [...sheet.content.children]) {
      const { quote, age, streamed, livePart, event } = node.dataset;
      if (quote) {
        ages.heard(quote, Number(age) + late, streamed === "1");
        for (const drawn of node.children) cells.patch(drawn, flashed);
      } else if (livePart) replacePart(node, late);
      else if (event) htmx.trigger(document.body, event);
      else if ("feed" in node.dataset) hearFeed("feed", node.dataset, late);
      else if ("account" in node.dataset) hearAccount(node.dataset, late);
    }
    cells.flash(flashed);
  }

  document.addEventListener("htmx:wsBeforeMessage", (event) => {
    event.preventDefault();
    apply(event.detail.message);
  });
  document.addEventListener("htmx:wsOpen", (event) => {
    socket = event.detail.socketWrapper;
    said = "";
    ages.connect();
    say();
  });
  document.addEventListener("htmx:wsClose", (event) => {
    socket = null;
    if (event.detail.event.code === SIGNED_OUT) {
      document.getElementById("signed-out")?.removeAttribute("hidden");
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    ages.adopt();
    look();
  });
  document.addEventListener("tidewatch:watch", look); // what an element watches has changed
  document.addEventListener("DOMContentLoaded", () => {
    const [visit] = performance.getEntriesByType("navigation");
    ages.adopt(visit ? visit.responseStart : 0);
    look();
    setInterval(() => {
      cells.count();
      showFeed("feed", document.getElementById("feed"));
      showFeed("account", document.getElementById("account-feed"));
    }, COUNT_MS);
  });
})();
