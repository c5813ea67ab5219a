// One question at a time, drafts, and an outbox. Old engines: ES5 only, every API asked for first.
(function (d, w) {
'use strict';
var root = d.documentElement, form = d.getElementById('form');
function plain() { root.className = root.className.replace(' js', ''); }
if (!d.querySelectorAll || !form.addEventListener || !w.JSON || !w.XMLHttpRequest || !history.pushState) { plain(); return; }

var DAY = 864e5, KEY = 'gp:' + location.pathname, elder = /elder/.test(root.className);
var CHECKED = '[data-required],[data-most],[data-low]', steps = [], at = 0, touched = 0, busy = false, leaving = false, timer = 0, waiting = false, started = false;
var token = form.elements.response_id;
each(d.querySelectorAll('section[data-step]'), function (s) { steps.push(s); });
var SENDING = steps.length - 1, LAST = SENDING - 1;
// Unscored items and varied orders, where the questionnaire has any: static/respond/more.js.
var more = w.more && w.more(d, form, steps);

function each(list, f) { for (var i = 0; i < list.length; i++) f(list[i], i); }
function one(selector, within) { return (within || d).querySelector(selector); }
function all(selector, within) { return (within || d).querySelectorAll(selector); }
function name(n) { return steps[n].getAttribute('data-step'); }

// Storage may be denied: then nothing is kept, and everything else still works.
function read(key) { try { return w.localStorage.getItem(key); } catch (e) { return null; } }
function write(key, value) {
try { if (value === null) w.localStorage.removeItem(key); else w.localStorage.setItem(key, value); return true; } catch (e) { return false; }
}
function draft() {
var kept;
try { kept = JSON.parse(read(KEY)); } catch (e) { kept = null; }
if (kept && Date.now() - kept.at > (kept.out ? 7 : 2) * DAY) { write(KEY, null); kept = null; }
return kept;
}
function values() {
var out = [];
each(form.elements, function (e) {
if (!e.name || e.type === 'submit' || e.type === 'button') return;
if ((e.type === 'radio' || e.type === 'checkbox') && !e.checked) return;
out.push([e.name, e.value]);
});
return out;
}
function save(out, look) {
return write(KEY, JSON.stringify({ t: token.value, o: more && more.order(), v: values(), n: name(at), q: look || form.getAttribute('data-look'), at: Date.now(), out: out ? 1 : 0, same: look ? 1 : 0 }));
}
function fill(kept) {
token.value = kept.t;
if (more && kept.o) more.arrange(kept.o);
each(kept.v, function (pair) {
each(form.elements, function (e) {
if (e.name !== pair[0] || e.type === 'hidden') return;
if (e.type === 'radio' || e.type === 'checkbox') { if (e.value === pair[1]) e.checked = true; } else e.value = pair[1];
});
});
}
function device() {
var id = read('gp:id'), bytes = [], i;
if (!id) {
if (w.crypto && crypto.getRandomValues) bytes = crypto.getRandomValues(new Uint8Array(12));
else for (i = 0; i < 12; i++) bytes.push(Math.floor(Math.random() * 256));
for (id = '', i = 0; i < 12; i++) id += ('0' + bytes[i].toString(16)).slice(-2);
if (!write('gp:id', id)) id = '';
}
return id;
}

function low() {
var found = false;
each(all('.scale input:checked'), function (e) { if (e.value === '1' || e.value === '2') found = true; });
return found;
}
function skipped(n) { return name(n) === 'reasons' ? !low() : more && more.skipped(n); }
function index(which) {
for (var i = 0; i < steps.length; i++) if (name(i) === String(which)) return i;
return 0;
}
// What is wrong with an answer, in words; nothing if it is right.
function faulty(box) {
if (box.hidden) return '';
if (one('textarea,[type=text]', box)) return more && more.faulty(box);
var list = one('select', box), given = list ? list.value && 1 : all('input:checked', box).length;
if (!given) return box.hasAttribute('data-required') && (box.getAttribute('data-choose') || form.getAttribute('data-choose'));
return given > Number(box.getAttribute('data-most') || 99) && box.getAttribute('data-say');
}
function complete(n) {
var fine = true;
each(all(CHECKED, steps[n]), function (box) { if (faulty(box)) fine = false; });
return fine;
}
// How far the answers given reach; nobody gets past the notice without having agreed.
function reach(n) {
if (!started) return 0;
for (var i = 0; i < n; i++) if (!skipped(i) && !complete(i)) return i;
while (n && skipped(n)) n--;
return n;
}
function mark(box, bad) {
var error = one('.error', box), head = one('legend,.legend', box);
if (bad && !error) { error = d.createElement('p'); error.className = 'error'; head.parentNode.insertBefore(error, head.nextSibling); }
if (bad) error.textContent = bad;
else if (error) error.parentNode.removeChild(error);
}
function check(n) {
var first = null;
each(all(CHECKED, steps[n]), function (box) {
var bad = faulty(box);
mark(box, bad);
if (bad && !first) first = box;
});
if (first) one('input,select,textarea', first).focus();
return !first;
}

function show(n, focus) {
at = n;
each(steps, function (s, i) { s.className = s.className.replace(' on', '') + (i === n ? ' on' : ''); });
one('#where').textContent = steps[n].getAttribute('data-where') || '';
one('#progress').value = Math.min(n, one('#progress').max);
one('#steps').className = 'steps script' + (n && n < LAST ? '' : ' off');
form.elements.step.value = name(n);
each(all('.summary'), function (s) { if (n !== shownFirst) s.className += ' quiet'; });
w.scrollTo(0, 0);
// Whoever goes on takes the answers for his own.
if (focus) one('#anew').hidden = true;
if (focus) { var target = one('legend,.legend,h2', steps[n]); if (target) target.focus(); }
}
function go(n) {
history.pushState({ gp: 1 }, '', '#' + name(n));
show(n, true);
if (n !== SENDING) save(0);
}
function next() {
if (!check(at)) return;
var n = at + 1;
while (n < LAST && skipped(n)) n++;
go(n);
}
function back() {
if (history.state && history.state.gp) { history.back(); return; }
var n = at - 1;
while (n > 0 && skipped(n)) n--;
history.replaceState(null, '', '#' + name(n));
show(Math.max(n, 0), true);
}

// Where the browser can (https, no WeChat of iOS), a copy is kept for a visit without network.
function copy() {
var n = w.navigator.serviceWorker;
function ask() { if (n.controller) n.controller.postMessage(location.origin + location.pathname + '?' + form.getAttribute('data-look')); }
if (!n) return;
if (n.controller) { ask(); return; }
n.addEventListener('controllerchange', ask);
n.register('/worker.js', { scope: '/q/' })['catch'](function () {});
}
function pause(kept) {
var h = one('#sending');
busy = false;
h.textContent = h.getAttribute(kept ? 'data-kept' : 'data-stay');
clearTimeout(timer);
timer = setTimeout(send, 20000);
}
function plainly() { leaving = true; form.submit(); }
function send() {
if (busy) return;
busy = true; waiting = true;
clearTimeout(timer);
var h = one('#sending'), kept = save(1), request = new XMLHttpRequest(), body = [];
h.textContent = h.getAttribute('data-wait');
each(values(), function (pair) { body.push(encodeURIComponent(pair[0]) + '=' + encodeURIComponent(pair[1])); });
request.open('POST', location.pathname, true);
request.timeout = 15000;
request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
request.setRequestHeader('Accept', 'application/json');
request.onerror = request.ontimeout = request.onabort = function () { pause(kept); };
request.onload = function () {
var status = request.status, answer = null;
if (!status || status >= 500 || status === 408 || status === 429) { pause(kept); return; }
try { answer = JSON.parse(request.responseText); } catch (e) { answer = null; }
if (status === 200 && answer && answer.next) { leaving = true; write(KEY, null); copy(); location.replace(answer.next); return; }
if (answer && answer.forget) write(KEY, null); else save(0);
plainly();
};
request.send(body.join('&'));
}
function submit() {
for (var i = 0; i <= LAST; i++) {
if (!skipped(i) && !complete(i)) { if (i !== at) go(i); check(i); return; }
}
go(SENDING);
send();
}

form.elements.device.value = device();
form.addEventListener('submit', function (e) { if (leaving) return; e.preventDefault(); if (at < LAST) next(); else submit(); });
form.addEventListener('keydown', function (e) {
if (e.keyCode === 13 && /^(radio|checkbox)$/.test(e.target.type)) e.preventDefault();
});
each(['touchstart', 'touchend'], function (kind) { form.addEventListener(kind, function () { touched = Date.now(); }, false); });
// A message goes as soon as its answer is right: while typing, or the button moves from under the finger.
function settle(box) {
while (box !== form && !box.hasAttribute('data-required') && !box.hasAttribute('data-most') && !box.hasAttribute('data-low')) box = box.parentNode;
if (box !== form && !faulty(box)) mark(box, false);
save(0);
}
form.addEventListener('change', function (e) {
settle(e.target);
if (e.target.type === 'radio' && !elder && Date.now() - touched < 800 && steps[at].hasAttribute('data-go')) {
var from = at;
setTimeout(function () { if (at === from) next(); }, 220);
}
});
form.addEventListener('input', function (e) { if (/^text/.test(e.target.type)) settle(e.target); });
one('#next').addEventListener('click', next);
each(all('.back'), function (b) { b.addEventListener('click', back); });
one('#start').addEventListener('click', function () { started = true; go(1); copy(); });
one('#resend').addEventListener('click', send);
one('#anew a').addEventListener('click', function () { leaving = true; write(KEY, null); });
w.addEventListener('online', function () { if (waiting) send(); });
each(all('.switch'), function (b) {
b.addEventListener('click', function (e) {
var part = b.value.split('-'), look = form.getAttribute('data-look');
look = look.replace(new RegExp(part[0] + '=\\w+'), part[0] + '=' + part[1]);
leaving = true;
if (!save(waiting, look)) return;
e.preventDefault();
location.replace(location.pathname + '?' + look + '#' + name(at));
});
});
w.addEventListener('popstate', function () {
var n = index(location.hash.slice(1));
if (n === SENDING && !waiting) n = LAST;
if (n !== SENDING) { waiting = false; clearTimeout(timer); }
show(reach(n), true);
});
// A page shown again from memory after its answer went out starts anew.
w.addEventListener('pageshow', function (e) { if (e.persisted && leaving) location.reload(); });

var shownFirst = 0, kept = draft(), posted = form.hasAttribute('data-posted');
if (posted) {
started = true;
var wrong = one('.error'), place = form.getAttribute('data-step');
shownFirst = place ? index(place) : LAST;
if (wrong) each(steps, function (s, i) { if (s.contains(wrong)) shownFirst = i; });
show(shownFirst, false);
save(0);
} else if (kept) {
if (kept.q !== form.getAttribute('data-look') && location.search !== '?' + kept.q) { location.replace(location.pathname + '?' + kept.q + '#' + kept.n); return; }
fill(kept);
started = kept.n !== 'intro';
// On a shared telephone it may be somebody else's: whoever did not just switch may start anew.
one('#anew').hidden = !started || kept.out || kept.same;
if (kept.out) { show(SENDING, false); send(); } else show(reach(index(kept.n)), false);
} else {
if (location.hash) history.replaceState(null, '', location.pathname + location.search);
show(0, false);
}
})(document, window);
