// What only some questionnaires need: unscored items, and orders that vary. Old engines: ES5 only.
function more(document, form, steps) {
  'use strict';
  function each(list, visit) {
    for (var i = 0; i < list.length; i++) {
      visit(list[i], i, list);
    }
  }
  function all(selector, within) {
    return (within || form).querySelectorAll(selector);
  }
  function itemName(set) {
    return all('input', set)[0].name;
  }
  // As the server reads it: full-width digits, blanks around.
  function plain(text) {
    return text.replace(/[\uff10-\uff19\uff0d]/g, function (wide) {
      return String.fromCharCode(wide.charCodeAt(0) - 65248);
    }).replace(/^\s+|\s+$/g, '');
  }

  form.addEventListener('keydown', function (event) {
    if (event.keyCode !== 13 || event.target.type !== 'text') {
      return;
    }
    event.preventDefault();
    document.getElementById('next').click();
  });

  // Whoever says that he may not take part need not answer the rest: the server thanks him.
  form.addEventListener('click', function (event) {
    if (event.target.id !== 'next' || !all('.on [data-end]:checked').length) {
      return;
    }
    event.stopPropagation();
    try {
      window.localStorage.removeItem('gp:' + location.pathname);
    } catch (fault) {
      // Then nothing was kept.
    }
    form.submit();
  }, true);

  return {
    // What is left out counts as empty for whatever comes after it.
    skipped: function (n) {
      var given = {};
      var left = false;
      each(steps, function (step, i) {
        if (i > n) {
          return;
        }
        var tree = step.getAttribute('data-relevant');
        left = !!tree && !relevance(JSON.parse(tree), given);
        if (left) {
          return;
        }
        each(all('input:checked,[type=text]', step), function (input) {
          var id = input.name.slice(2);
          var value = input.type === 'text' ? plain(input.value) : input.value;
          given[id] = given.hasOwnProperty(id) ? given[id] + ' ' + value : value;
        });
      });
      return left;
    },

    faulty: function (box) {
      var text = plain(all('textarea,[type=text]', box)[0].value);
      var low = box.getAttribute('data-low');
      var high = box.getAttribute('data-high');
      if (!text) {
        return box.hasAttribute('data-required') && form.getAttribute('data-fill');
      }
      if (low === null) {
        return false;
      }
      if (/^-?[0-9]{1,9}$/.test(text) && Number(text) >= Number(low) && Number(text) <= Number(high)) {
        return false;
      }
      return box.getAttribute('data-say');
    },

    // The scored items as they stand, and the answer that stands first.
    order: function () {
      var names = [];
      each(all('.scale'), function (set) {
        names.push(itemName(set));
      });
      return names.concat(all('.scale input')[0].value);
    },

    // Brings them into the order in which a draft was answered, whatever order this page came in.
    arrange: function (wanted) {
      var boxes = [];
      var sets = {};
      var turn = all('.scale input')[0].value !== wanted[wanted.length - 1];
      each(all('.scale'), function (set) {
        boxes.push(set.parentNode);
        sets[itemName(set)] = set;
      });
      each(boxes, function (box, i) {
        var set = sets[wanted[i]];
        if (!set) {
          return;
        }
        box.appendChild(set);
        if (turn) {
          each(all('label:not(.apart)', set), function (label, k, labels) {
            if (k) {
              label.parentNode.insertBefore(label, labels[k - 1]);
            }
          });
        }
      });
    }
  };
}
