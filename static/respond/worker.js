// A visit without network: the page last begun for each code is kept, and shown where none comes.
(function (worker) {
  'use strict';
  var STORE = 'gongping';
  var DAYS = 30;
  var PAGE = /^\/q\/[^\/]+$/;
  var GONE = { 403: 1, 404: 1, 410: 1 };
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
      return worker.caches.open(STORE).then(function (store) {
        if (page.status !== 200 && !GONE[page.status]) {
          return null;
        }
        return store['delete'](address, ANY).then(function () {
          return page.status === 200 ? store.put(address, page) : null;
        }).then(function () {
          return clear(store);
        });
      });
    })['catch'](function () {});
  }
  function forget(address) {
    return worker.caches.open(STORE).then(function (store) {
      return store['delete'](address, ANY);
    });
  }
  function local(address) {
    var url = new URL(address);
    return url.origin === worker.location.origin &&
      PAGE.test(url.pathname) &&
      !/[?&](take|told|work)=/.test(url.search);
  }

  worker.addEventListener('install', function () {
    worker.skipWaiting();
  });
  worker.addEventListener('activate', function (event) {
    event.waitUntil(worker.clients.claim());
  });
  worker.addEventListener('message', function (event) {
    if (typeof event.data === 'string' && local(event.data)) {
      event.waitUntil(keep(event.data));
    }
  });
  worker.addEventListener('fetch', function (event) {
    var request = event.request;
    if (request.mode !== 'navigate' || !local(request.url)) {
      return;
    }
    event.respondWith(fetch(request).then(function (page) {
      if (GONE[page.status]) {
        event.waitUntil(forget(request.url));
      }
      return page;
    }, function (fault) {
      return worker.caches.match(request.url, ANY).then(function (page) {
        if (page) {
          return page;
        }
        throw fault;
      });
    }));
  });
}(self));
