// Submitted answers are sent again until they are received.
var busy = false;
var timer = 0;

function pause(kept) {
  var head = one('#sending');
  busy = false;
  head.textContent = head.getAttribute(kept ? 'data-kept' : 'data-stay');
  clearTimeout(timer);
  timer = setTimeout(send, 20000);
}
function send() {
  if (busy) {
    return;
  }
  busy = true;
  waiting = true;
  clearTimeout(timer);
  var head = one('#sending');
  var kept = save(1);
  var request = new XMLHttpRequest();
  var body = [];
  head.textContent = head.getAttribute('data-wait');
  each(values(), function (pair) {
    body.push(encodeURIComponent(pair[0]) + '=' + encodeURIComponent(pair[1]));
  });
  request.open('POST', location.pathname, true);
  request.timeout = 15000;
  request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
  request.setRequestHeader('Accept', 'application/json');
  request.onerror = request.ontimeout = request.onabort = function () {
    pause(kept);
  };
  request.onload = function () {
    var status = request.status;
    if (!status || status >= 500 || status === 408 || status === 429) {
      pause(kept);
    } else {
      answered(status, request.responseText);
    }
  };
  request.send(body.join('&'));
}
function answered(status, text) {
  var answer = null;
  try {
    answer = JSON.parse(text);
  } catch (fault) {
    answer = null;
  }
  leaving = true;
  if (status === 200 && answer && answer.next) {
    forget();
    rated(1);
    copy();
    location.replace(answer.next);
    return;
  }
  if (answer && answer.forget) {
    forget();
  } else {
    save(0);
  }
  // What is wrong is told by the server on a page of its own.
  form.submit();
}
function submit() {
  for (var i = 0; i <= LAST; i++) {
    if (!skipped(i) && !complete(i)) {
      if (i !== at) {
        go(i);
      }
      check(i);
      return;
    }
  }
  go(SENDING);
  send();
}

// Where the browser can (https, no WeChat of iOS), a copy is kept for a visit without network.
function copy() {
  var container = window.navigator.serviceWorker;
  function ask() {
    if (container.controller) {
      container.controller.postMessage(location.origin + location.pathname + '?' + look());
    }
  }
  if (!container) {
    return;
  }
  if (container.controller) {
    ask();
    return;
  }
  container.addEventListener('controllerchange', ask);
  container.register('/worker.js', { scope: '/q/' })['catch'](function () {});
}
