// Opens the page's socket before the rest of the page is read and drawn, so that the server has
// answered by the time anything can be said. `socket.js` takes it over.
(() => {
  "use strict";
  const address = new URL(document.currentScript.dataset.socket, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  window.tidewatchOpening = new WebSocket(address);
})();
