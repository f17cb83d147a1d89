// The page's socket comes back, whatever ended it. htmx's extension opens it, and reopens it after
// four kinds of end; a page that is left open all day meets all others, and sockets that die
// without a word: a laptop slept, or a box on the way forgot the connection.
(() => {
  "use strict";
  const BY_HTMX = [1006, 1011, 1012, 1013];
  const UNKNOWN_WORDS = 4400; // the server understands nothing of what this page says
  const SIGNED_OUT = 4401;
  const TOO_MANY = 4429;
  const SILENT_MS = 20000; // the server says something every second
  const SLEPT_MS = 3000; // by which the clock on the wall ran ahead of the other one
  const CHECK_MS = 1000;
  const HOPELESS = { [UNKNOWN_WORDS]: "page-outdated", [SIGNED_OUT]: "signed-out" };
  const between = (from, to) => from + Math.random() * (to - from);
  const show = (id, isShown) => document.getElementById(id)?.toggleAttribute("hidden", !isShown);
  const ahead = () => Date.now() - performance.now();
  let current = null;
  let wrapper = null;
  let timer = 0;
  let tries = 0;
  let heard = 0;
  let wasAhead = ahead();

  // All pages lose a server at once and must not all come back at once. It is back in ten seconds.
  const delay = (tries) =>
    between(Math.min(500 * 2 ** tries, 3000), Math.min(5000 + 1000 * tries, 7000));
  htmx.config.wsReconnectDelay = delay;
  htmx.createWebSocket = (url) => (current = new WebSocket(url));

  function reconnect() {
    clearTimeout(timer);
    timer = 0;
    current.onclose = null; // what still becomes of the old one is no news
    wrapper.reconnect();
  }

  function reconnectIn(ms) {
    clearTimeout(timer);
    timer = setTimeout(reconnect, ms);
  }

  function ended(code) {
    if (code in HOPELESS) {
      show(HOPELESS[code], true);
    } else if (code === TOO_MANY) {
      show("too-many-pages", true);
      reconnectIn(between(15000, 30000));
    } else if (!BY_HTMX.includes(code)) {
      reconnectIn(delay(tries));
      tries += 1;
    }
  }

  // A socket may look open though nothing can come through it any more.
  function check() {
    const slept = ahead() - wasAhead > SLEPT_MS;
    wasAhead = ahead();
    if (document.hidden && !slept) return;
    const isSilent = performance.now() - heard > SILENT_MS;
    if ((slept || isSilent) && current?.readyState === WebSocket.OPEN) reconnect();
  }

  document.addEventListener("htmx:wsOpen", (event) => {
    wrapper = event.detail.socketWrapper;
    heard = performance.now();
  });
  document.addEventListener("htmx:wsBeforeMessage", () => {
    heard = performance.now();
    tries = 0;
    show("too-many-pages", false);
  });
  document.addEventListener("htmx:wsClose", (event) => ended(event.detail.event.code));
  document.addEventListener("visibilitychange", check);
  setInterval(check, CHECK_MS);
})();
