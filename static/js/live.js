// The page's one socket: says what is looked at, and hands what arrives to the figures.
// Messages are HTML: quotes to write, parts to replace, hints to fetch something again. While
// nobody sees the page, it keeps the newest of each and draws nothing; later it asks for nothing.
(() => {
  "use strict";
  const ages = window.tidewatchAges;
  const cells = window.tidewatchCells;
  const distances = window.tidewatchDistances;
  const COUNT_MS = 250;
  const ALL_COUNTS = 8; // figures out of sight are counted every eighth time
  const LEFT_ALONE_MS = 30000; // hidden for so long, the page watches nothing any more
  const SAY_MS = 120; // the server hears at most ten frames a second
  const inView = new Set();
  const waiting = { quotes: new Map(), parts: new Map() };
  let isLeftAlone = false;
  let leaving = 0;
  let counts = 0;
  let socket = null;
  let said = "";
  const reasons = {};

  function say() {
    const topics = new Set();
    for (const element of isLeftAlone ? [] : inView) {
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

  const seen = () => new Set([...inView].map((element) => element.dataset.watch));

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        isIntersecting ? inView.add(target) : inView.delete(target);
      }
      cells.count(seen());
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

  function replacePart(name, { part, late, when }) {
    ages.heard(name, Number(part.dataset.age) + late, true, when);
    const shown = document.querySelector('[data-live-part="' + name + '"]');
    if (!shown) return;
    const held = [...shown.querySelectorAll(".fill")].indexOf(document.activeElement);
    shown.replaceChildren(...part.childNodes);
    if (held >= 0) shown.querySelectorAll(".fill")[held]?.focus({ preventScroll: true });
    Object.assign(shown.dataset, { at: part.dataset.at, state: part.dataset.state });
  }

  function keepQuote({ dataset, textContent }, late, when) {
    const { figures } = waiting.quotes.get(dataset.quote) || { figures: {} };
    for (const figure of textContent ? textContent.split(";") : []) {
      figures[figure.slice(0, figure.indexOf("|"))] = figure;
    }
    const base = Number(dataset.age) + late;
    const streamed = dataset.streamed === "1";
    waiting.quotes.set(dataset.quote, { base, streamed, when, at: dataset.at, figures });
  }

  // What is drawn is as old as when it came: a page that was hidden shows no age but the true one.
  function draw() {
    for (const [symbol, { base, streamed, when, at, figures }] of waiting.quotes) {
      ages.heard(symbol, base, streamed, when);
      cells.patch(symbol, at, Object.values(figures));
      if (figures.last) distances.hear(symbol, figures.last);
    }
    waiting.quotes.clear();
    for (const [name, news] of waiting.parts) replacePart(name, news);
    waiting.parts.clear();
    cells.flash();
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

  function take(message) {
    const sheet = document.createElement("template");
    sheet.innerHTML = message;
    const when = ages.now();
    const sent = sheet.content.querySelector("[data-sent]");
    const late = sent ? ages.lateness(Number(sent.dataset.sent)) : 0;
    for (const node of [...sheet.content.children]) {
      const { quote, livePart, event } = node.dataset;
      if (quote) keepQuote(node, late, when);
      else if (livePart) waiting.parts.set(livePart, { part: node, late, when });
      else if (event) htmx.trigger(document.body, event);
      else if ("feed" in node.dataset) hearFeed("feed", node.dataset, late);
      else if ("account" in node.dataset) hearAccount(node.dataset, late);
    }
    if (!document.hidden) draw();
  }

  function count() {
    if (document.hidden) return;
    counts += 1;
    cells.count(counts % ALL_COUNTS ? seen() : null);
    distances.count();
    showFeed("feed", document.getElementById("feed"));
    showFeed("account", document.getElementById("account-feed"));
  }

  function leaveAlone(isAlone) {
    isLeftAlone = isAlone;
    say();
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (document.hidden) {
      leaving = setTimeout(() => leaveAlone(true), LEFT_ALONE_MS);
      return;
    }
    draw();
    counts = -1; // whatever the page shows is counted before anybody sees it
    count();
    leaveAlone(false);
  });
  document.addEventListener("htmx:wsBeforeMessage", (event) => {
    event.preventDefault();
    take(event.detail.message);
  });
  document.addEventListener("htmx:wsOpen", (event) => {
    socket = event.detail.socketWrapper;
    said = "";
    ages.connect();
    say();
  });
  document.addEventListener("htmx:wsConnecting", () => (socket = null));
  document.addEventListener("htmx:wsClose", () => (socket = null));
  document.addEventListener("htmx:afterSettle", () => {
    ages.adopt();
    look();
  });
  document.addEventListener("tidewatch:watch", look); // what an element watches has changed
  document.addEventListener("DOMContentLoaded", () => {
    const [visit] = performance.getEntriesByType("navigation");
    ages.adopt(ages.at(visit ? visit.responseStart : 0));
    look();
    setInterval(count, COUNT_MS);
  });
})();
