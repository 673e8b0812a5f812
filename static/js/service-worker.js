// Without a network: one page that says so. Nothing of any patient is kept, and no answer of the server is ever replaced.
const KEPT = "il2ward-offline-1";
const PAGE = "/offline/";
const FILES = [PAGE, "/static/css/tokens.css", "/static/css/page.css", "/static/css/controls.css", "/static/js/offline.js", "/static/js/outbox.js"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES.map((file) => new Request(file, { cache: "no-store", credentials: "omit" })))));
  self.skipWaiting();
});
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)))));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  else if (FILES.includes(path)) event.respondWith(fetch(request).catch(() => caches.match(path)));
});
