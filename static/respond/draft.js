// What was answered is kept on the telephone until it is received. Storage may be denied: then
// nothing is kept, and everything else still works.
var DAY = 864e5;
var KEY = 'gp:' + location.pathname;

function read(key) {
  try {
    return window.localStorage.getItem(key);
  } catch (fault) {
    return null;
  }
}
function write(key, value) {
  try {
    if (value === null) {
      window.localStorage.removeItem(key);
    } else {
      window.localStorage.setItem(key, value);
    }
    return true;
  } catch (fault) {
    return false;
  }
}

function values() {
  var pairs = [];
  each(form.elements, function (input) {
    if (!input.name || input.type === 'submit' || input.type === 'button') {
      return;
    }
    if ((input.type === 'radio' || input.type === 'checkbox') && !input.checked) {
      return;
    }
    pairs.push([input.name, input.value]);
  });
  return pairs;
}

// A draft, or `submitted` answers that wait for the network; `other` is the look being switched to.
function save(submitted, other) {
  return write(KEY, JSON.stringify({
    t: token.value,
    o: more && more.order(),
    v: values(),
    n: stepName(at),
    q: other || look(),
    at: Date.now(),
    out: submitted ? 1 : 0,
    same: other ? 1 : 0
  }));
}
function forget() {
  return write(KEY, null);
}
function draft() {
  var kept;
  try {
    kept = JSON.parse(read(KEY));
  } catch (fault) {
    kept = null;
  }
  if (kept && Date.now() - kept.at > (kept.out ? 7 : 2) * DAY) {
    forget();
    kept = null;
  }
  return kept;
}
function fill(kept) {
  token.value = kept.t;
  if (more && kept.o) {
    more.arrange(kept.o);
  }
  each(kept.v, function (pair) {
    each(form.elements, function (input) {
      if (input.name !== pair[0] || input.type === 'hidden') {
        return;
      }
      if (input.type !== 'radio' && input.type !== 'checkbox') {
        input.value = pair[1];
      } else if (input.value === pair[1]) {
        input.checked = true;
      }
    });
  });
}

// Which units this telephone has answered for: the next person is told, it is sent to nobody.
function rated(now) {
  var told = one('#already');
  var kept = read('gp:rated') || '';
  var unit = told && ' ' + told.getAttribute('data-unit') + ' ';
  if (told) {
    told.hidden = kept.indexOf(unit) < 0;
    if (now && told.hidden) {
      write('gp:rated', kept + unit);
    }
  }
}

// A random number of this browser, by which the office finds the same hand behind many answers.
function device() {
  var id = read('gp:id') || '';
  var bytes = [];
  if (id) {
    return id;
  }
  if (window.crypto && crypto.getRandomValues) {
    bytes = crypto.getRandomValues(new Uint8Array(12));
  }
  for (var i = 0; i < 12; i++) {
    id += (256 + (bytes[i] || Math.floor(Math.random() * 256))).toString(16).slice(1);
  }
  return write('gp:id', id) ? id : '';
}
