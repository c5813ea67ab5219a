// What is answered already, what may be left out, and what is wrong.
var CHECKED = '[data-required],[data-most],[data-low]';

function anyLow() {
  var found = false;
  var low = form.getAttribute('data-low-answers').split(' ');
  each(all('.scale input:checked'), function (input) {
    if (low.indexOf(input.value) >= 0) {
      found = true;
    }
  });
  return found;
}
function skipped(n) {
  return stepName(n) === 'reasons' ? !anyLow() : more && more.skipped(n);
}

// What is wrong with an answer, in words; nothing if it is right.
function faulty(box) {
  if (box.hidden) {
    return '';
  }
  if (one('textarea,[type=text]', box)) {
    return more && more.faulty(box);
  }
  var list = one('select', box);
  var given = list ? list.value && 1 : all('input:checked', box).length;
  if (!given) {
    return box.hasAttribute('data-required') &&
      (box.getAttribute('data-choose') || form.getAttribute('data-choose'));
  }
  return given > Number(box.getAttribute('data-most') || 99) && box.getAttribute('data-say');
}
function complete(n) {
  var fine = true;
  each(all(CHECKED, steps[n]), function (box) {
    if (faulty(box)) {
      fine = false;
    }
  });
  return fine;
}
// How far the answers given reach; nobody gets past the notice without having agreed.
function reach(n) {
  if (!started) {
    return 0;
  }
  for (var i = 0; i < n; i++) {
    if (!skipped(i) && !complete(i)) {
      return i;
    }
  }
  while (n && skipped(n)) {
    n--;
  }
  return n;
}

function mark(box, fault) {
  var error = one('.error', box);
  var head = one('legend,.legend', box);
  if (fault && !error) {
    error = document.createElement('p');
    error.className = 'error';
    head.parentNode.insertBefore(error, head.nextSibling);
  }
  if (fault) {
    error.textContent = fault;
  } else if (error) {
    error.parentNode.removeChild(error);
  }
}
function check(n) {
  var first = null;
  each(all(CHECKED, steps[n]), function (box) {
    var fault = faulty(box);
    mark(box, fault);
    if (fault && !first) {
      first = box;
    }
  });
  if (first) {
    one('input,select,textarea', first).focus();
  }
  return !first;
}
// A message goes as soon as its answer is right: while typing, or the button moves from under the
// finger.
function settle(box) {
  while (
    box !== form &&
    !box.hasAttribute('data-required') &&
    !box.hasAttribute('data-most') &&
    !box.hasAttribute('data-low')
  ) {
    box = box.parentNode;
  }
  if (box !== form && !faulty(box)) {
    mark(box, false);
  }
  save(0);
}
