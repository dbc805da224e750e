// Lets the page around this preview navigate it, run code in it, and hear of its first error.
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
  // The first error of this document: those that follow mostly follow from it.
  let failure = null;
  const tellFailure = () => {
    if (failure === null || failure.isTold || home === null) return;
    failure.isTold = true;
    const { message, place } = failure;
    send({ type: "PAGE_ERROR", message, place });
  };
  const fail = (message, place) => {
    // A page can do nothing about this one, and nothing is wrong.
    if (failure !== null || message.startsWith("ResizeObserver loop")) return;
    failure = { message: message.slice(0, 1000), place: place.replace(`${location.origin}/`, "").slice(0, 500) };
    tellFailure();
  };
  window.addEventListener("error", (event) => {
    if (event instanceof ErrorEvent) {
      fail(String(event.message), event.filename ? `${event.filename}:${event.lineno}:${event.colno}` : "");
    }
  });
  window.addEventListener("unhandledrejection", ({ reason }) => fail(String(reason), ""));
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
    tellFailure();
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
