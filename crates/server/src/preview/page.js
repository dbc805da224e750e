
(() => {
  "use strict";
  const again = () => location.replace(location.href);
  const text = document.querySelector("[role=status]");
  const button = document.querySelector("button");
  button.addEventListener("click", again);
  const ask = async () => {
    let kind = "";
    try {
      const answer = await fetch(location.href, {
        method: "HEAD",
        cache: "no-store",
        redirect: "manual",
        headers: { "yew-sandbox-asks": "1" },
      });
      kind = answer.headers.get("yew-sandbox-preview");
    } catch {
      // The server is out of reach for the moment.
    }
    if (kind === null) return again();
    if (kind === "asleep" && button.hidden) {
      text.textContent = "The sandbox sleeps.";
      button.hidden = false;
    }
    setTimeout(ask, document.hidden ? 5000 : 700);
  };
  setTimeout(ask, 700);
})();
