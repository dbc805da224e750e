// Lets the page around this preview navigate it and run code in it.
(() => {
  "use strict";
  const ORIGINS = [];
  document.currentScript?.remove();
  const page = window.parent;
  if (page === window) return;
  const listeners = new Map();
  let isLoaded = document.readyState !== "loading";
  // The origin of the page, once it has spoken.
  let home = null;

  const send = (message) => {
    if (home !== null) page.postMessage(message, home);
  };
  const tell = (type) => {
    const known = home === null ? location.ancestorOrigins?.[0] : home;
    const origins = known === undefined ? ORIGINS : ORIGINS.filter((origin) => origin === known);
    for (const origin of origins) page.postMessage({ type }, origin);
  };
  const protocol = {
    addListener(type, listener) {
      const known = listeners.get(type) ?? [];
      listeners.set(type, [...known, listener]);
    },
    sendMessage: send,
  };
  const invoke = ({ uid, code, scope }) => {
    try {
      const exports = {};
      new Function("exports", "module", code)(exports, { exports });
      exports.activate({ previewWindow: window, previewProtocol: protocol, scope: scope ?? {} });
      send({ type: "INJECT_SUCCESS", uid });
    } catch (error) {
      send({ type: "INJECT_FAILURE", uid, message: String(error) });
    }
  };

  window.addEventListener("message", (event) => {
    if (event.source !== page || !ORIGINS.includes(event.origin)) return;
    const message = event.data;
    if (message === null || typeof message !== "object") return;
    home = event.origin;
    if (message.type === "HAS_PREVIEW_LOADED") {
      if (isLoaded) send({ type: "PREVIEW_LOADED" });
    } else if (message.type === "INJECT_AND_INVOKE") {
      if (typeof message.code === "string") invoke(message);
    } else {
      for (const listener of listeners.get(message.type) ?? []) listener(message);
    }
  });
  const loaded = () => {
    isLoaded = true;
    tell("PREVIEW_LOADED");
  };
  if (isLoaded) loaded();
  else document.addEventListener("DOMContentLoaded", loaded, { once: true });
  // Not every browser delivers what is said at the very end; what is said before stays unsaid then.
  let isGoing = false;
  const going = () => {
    if (!isGoing) tell("PREVIEW_UNLOADING");
    isGoing = true;
  };
  window.addEventListener("beforeunload", going);
  window.addEventListener("pagehide", going);
  window.addEventListener("pageshow", () => {
    isGoing = false;
  });
})();
