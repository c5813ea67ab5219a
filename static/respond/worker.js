// A visit without network: the page last begun for each code is kept, and shown where none comes.
(function (w) {
'use strict';
var STORE = 'gongping', DAYS = 30, PAGE = /^\/q\/[^\/]+$/, GONE = { 403: 1, 404: 1, 410: 1 };
var ANY = { ignoreSearch: true, ignoreVary: true };

function clear(store) {
  return store.keys().then(function (kept) {
    return Promise.all(kept.map(function (request) {
      return store.match(request, { ignoreVary: true }).then(function (page) {
        var old = Date.now() - Date.parse(page.headers.get('Date')) > DAYS * 864e5;
        return old ? store['delete'](request, ANY) : null;
      });
    }));
  });
}
// Fetched anew, so that its form token is nobody's yet. One page a code, as it was last looked at.
function keep(address) {
  return fetch(address, { credentials: 'omit', cache: 'no-store' }).then(function (page) {
    return w.caches.open(STORE).then(function (store) {
      if (page.status !== 200 && !GONE[page.status]) { return null; }
      return store['delete'](address, ANY).then(function () {
        return page.status === 200 ? store.put(address, page) : null;
      }).then(function () { return clear(store); });
    });
  })['catch'](function () {});
}
function forget(address) {
  return w.caches.open(STORE).then(function (store) { return store['delete'](address, ANY); });
}
function local(address) {
  var url = new URL(address);
  return url.origin === w.location.origin && PAGE.test(url.pathname) && !/[?&](take|told|work)=/.test(url.search);
}

w.addEventListener('install', function () { w.skipWaiting(); });
w.addEventListener('activate', function (e) { e.waitUntil(w.clients.claim()); });
w.addEventListener('message', function (e) {
  if (typeof e.data === 'string' && local(e.data)) { e.waitUntil(keep(e.data)); }
});
w.addEventListener('fetch', function (e) {
  var request = e.request;
  if (request.mode !== 'navigate' || !local(request.url)) { return; }
  e.respondWith(fetch(request).then(function (page) {
    if (GONE[page.status]) { e.waitUntil(forget(request.url)); }
    return page;
  }, function (fault) {
    return w.caches.match(request.url, ANY).then(function (page) {
      if (page) { return page; }
      throw fault;
    });
  }));
});
}(self));
