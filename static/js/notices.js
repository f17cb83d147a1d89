// Say it on the page when htmx gets no answer, or one that it does not show.
(() => {
  "use strict";

  const show = (kind) => {
    const notices = document.getElementById("notices");
    const template = document.getElementById(`failure-${kind}`);
    if (!notices || !template || notices.querySelector(`[data-failure="${kind}"]`)) return;
    const notice = template.content.firstElementChild.cloneNode(true);
    notice.dataset.failure = kind;
    notices.append(notice);
    if (kind !== "read") notice.scrollIntoView({ block: "nearest" });
  };

  const clear = (kind) =>
    document.querySelectorAll(`#notices [data-failure="${kind}"]`).forEach((notice) => notice.remove());

  const isRead = (detail) => detail.requestConfig?.verb === "get";

  // Forms that only compute something say so; every other one may have changed something.
  const isUnsent = (detail) => Boolean(detail.elt?.closest('[data-sends="nothing"]'));

  const noAnswer = ({ detail }) =>
    show(isRead(detail) ? "read" : isUnsent(detail) ? "unsent" : "write");

  document.addEventListener("htmx:sendError", noAnswer);
  document.addEventListener("htmx:timeout", noAnswer);
  document.addEventListener("htmx:responseError", (event) => {
    if (isRead(event.detail)) show("read");
    else if (event.detail.xhr.status >= 500) noAnswer(event);
    else show("refused");
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    // A session that ended answers every request with the sign-in page: never put it into a part.
    const door = document.querySelector("#signed-out a");
    if (door && xhr.responseURL && new URL(xhr.responseURL).pathname === door.pathname) {
      event.detail.shouldSwap = false;
      door.parentElement.hidden = false;
    } else if (isRead(event.detail) && xhr.status < 400) {
      clear("read");
    }
  });
})();
