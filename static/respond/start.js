// What the resident touches, and where the page opens: anew, at a draft, or at what is wrong.
function listen() {
  var touched = 0;
  form.addEventListener('submit', function (event) {
    if (leaving) {
      return;
    }
    event.preventDefault();
    if (at < LAST) {
      next();
    } else {
      submit();
    }
  });
  form.addEventListener('keydown', function (event) {
    if (event.keyCode === 13 && /^(radio|checkbox)$/.test(event.target.type)) {
      event.preventDefault();
    }
  });
  each(['touchstart', 'touchend'], function (kind) {
    form.addEventListener(kind, function () {
      touched = Date.now();
    }, false);
  });
  form.addEventListener('change', function (event) {
    settle(event.target);
    var from = at;
    if (
      event.target.type === 'radio' &&
      !elder &&
      Date.now() - touched < 800 &&
      steps[at].hasAttribute('data-go')
    ) {
      setTimeout(function () {
        if (at === from) {
          next();
        }
      }, 220);
    }
  });
  form.addEventListener('input', function (event) {
    if (/^text/.test(event.target.type)) {
      settle(event.target);
    }
  });
  one('#next').addEventListener('click', next);
  each(all('.back'), function (button) {
    button.addEventListener('click', back);
  });
  one('#start').addEventListener('click', function () {
    started = true;
    go(1);
    copy();
  });
  one('#resend').addEventListener('click', send);
  one('#anew a').addEventListener('click', function () {
    leaving = true;
    forget();
  });
  each(all('.switch'), function (button) {
    button.addEventListener('click', function (event) {
      switchLook(button, event);
    });
  });
  window.addEventListener('online', function () {
    if (waiting) {
      send();
    }
  });
  window.addEventListener('popstate', function () {
    var n = stepCalled(location.hash.slice(1));
    if (n === SENDING && !waiting) {
      n = LAST;
    }
    if (n !== SENDING) {
      waiting = false;
      clearTimeout(timer);
    }
    show(reach(n), true);
  });
  // A page shown again from memory after its answer went out starts anew.
  window.addEventListener('pageshow', function (event) {
    if (event.persisted && leaving) {
      location.reload();
    }
  });
}

// The size of the text needs no server, so it changes without network too. For another language
// the page is loaded; without storage the form is posted, and the server brings the answers over.
function resize(button, other) {
  var mode = form.elements.mode;
  var size = button.value.slice(5);
  var words = button.textContent;
  button.textContent = button.getAttribute('data-other');
  button.setAttribute('data-other', words);
  button.value = 'mode-' + mode.value;
  root.className = root.className.replace(mode.value, size);
  mode.value = size;
  elder = !elder;
  form.setAttribute('data-look', other);
  each(all('a[href*=mode]'), function (link) {
    link.href = link.href.replace(/mode=\w+/, 'mode=' + size);
  });
  save(waiting);
}
function switchLook(button, event) {
  var part = button.value.split('-');
  var other = look().replace(new RegExp(part[0] + '=\\w+'), part[0] + '=' + part[1]);
  if (part[0] === 'mode') {
    event.preventDefault();
    resize(button, other);
    return;
  }
  leaving = true;
  if (save(waiting, other)) {
    event.preventDefault();
    location.replace(location.pathname + '?' + other + '#' + stepName(at));
  }
}

// The server sent the answers back, to be corrected or in another look.
function openPosted() {
  var wrong = one('.error');
  var place = form.getAttribute('data-step');
  started = true;
  firstShown = place ? stepCalled(place) : LAST;
  if (wrong) {
    each(steps, function (step, i) {
      if (step.contains(wrong)) {
        firstShown = i;
      }
    });
  }
  show(firstShown, false);
  save(0);
}
function openDraft(kept) {
  if (kept.q !== look() && location.search !== '?' + kept.q) {
    location.replace(location.pathname + '?' + kept.q + '#' + kept.n);
    return;
  }
  fill(kept);
  started = kept.n !== 'intro';
  // On a shared telephone it may be somebody else's: whoever did not just switch may start anew.
  one('#anew').hidden = !started || kept.out || kept.same;
  if (kept.out) {
    show(SENDING, false);
    send();
  } else {
    show(reach(stepCalled(kept.n)), false);
  }
}
function openPage() {
  each(all('section[data-step]'), function (step) {
    steps.push(step);
  });
  SENDING = steps.length - 1;
  LAST = SENDING - 1;
  more = window.more && window.more(document, form, steps);
  form.elements.device.value = device();
  rated();
  listen();
  var kept = draft();
  if (form.hasAttribute('data-posted')) {
    openPosted();
  } else if (kept) {
    openDraft(kept);
  } else {
    if (location.hash) {
      history.replaceState(null, '', location.pathname + location.search);
    }
    show(0, false);
  }
}

if (
  document.querySelectorAll &&
  form.addEventListener &&
  window.JSON &&
  window.XMLHttpRequest &&
  history.pushState
) {
  openPage();
} else {
  // The long page, as without script.
  root.className = root.className.replace(' js', '');
}
