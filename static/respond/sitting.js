// Several units in one sitting: only the rows of the units ticked are shown and asked for. ES5.
window.more = function (d, form, steps) {
  'use strict';
  var everything = d.getElementById('all');

  function boxes() {
    return d.querySelectorAll('[name=rate]');
  }

  function fit() {
    var chosen = {}, list = boxes(), rows = d.querySelectorAll('[data-unit]'), i;
    for (i = 0; i < list.length; i++) {
      chosen[list[i].value] = list[i].checked;
    }
    for (i = 0; i < rows.length; i++) {
      rows[i].hidden = !chosen[rows[i].getAttribute('data-unit')];
    }
    number();
  }

  function empty(step) {
    return !step.querySelector('[data-unit]:not([hidden])');
  }

  // Questions that no chosen unit has are passed over, so they do not count either.
  function number() {
    var asked = [], i;
    for (i = 0; i < steps.length; i++) {
      if (steps[i].querySelector('.matrix') && !empty(steps[i])) {
        asked.push(steps[i]);
      }
    }
    for (i = 0; i < asked.length; i++) {
      asked[i].setAttribute('data-where', (i + 1) + ' / ' + asked.length);
    }
  }

  form.addEventListener('change', function (e) {
    if (e.target.name === 'rate') {
      fit();
    }
  });
  everything.addEventListener('click', function () {
    var list = boxes(), i, all = true, changed = d.createEvent('Event');
    for (i = 0; i < list.length; i++) {
      all = all && list[i].checked;
    }
    for (i = 0; i < list.length; i++) {
      list[i].checked = !all;
    }
    changed.initEvent('change', true, false);
    list[0].dispatchEvent(changed);
  });
  fit();
  return {
    order: function () {},
    arrange: function () {},
    faulty: function () {
      return '';
    },
    // Asked before a place is shown, so a draft that was filled in has its rows by then.
    skipped: function (n) {
      if (n === 0) {
        fit();
      }
      return !!steps[n].querySelector('.matrix') && empty(steps[n]);
    }
  };
};
