// From screen to screen, with the browser's own way back.
var firstShown = 0;

function show(n, focus) {
  at = n;
  each(steps, function (step, i) {
    step.className = step.className.replace(' on', '') + (i === n ? ' on' : '');
  });
  one('#where').textContent = steps[n].getAttribute('data-where') || '';
  one('#progress').value = Math.min(n, one('#progress').max);
  one('#steps').className = 'steps script' + (n && n < LAST ? '' : ' off');
  form.elements.step.value = stepName(n);
  each(all('.summary'), function (summary) {
    if (n !== firstShown) {
      summary.className += ' quiet';
    }
  });
  window.scrollTo(0, 0);
  if (focus) {
    // Whoever goes on takes the answers for his own.
    one('#anew').hidden = true;
    var target = one('legend,.legend,h2', steps[n]);
    if (target) {
      target.focus();
    }
  }
}
function go(n) {
  history.pushState({ gp: 1 }, '', '#' + stepName(n));
  show(n, true);
  if (n !== SENDING) {
    save(0);
  }
}
function next() {
  if (!check(at)) {
    return;
  }
  var n = at + 1;
  while (n < LAST && skipped(n)) {
    n++;
  }
  go(n);
}
function back() {
  if (history.state && history.state.gp) {
    history.back();
    return;
  }
  var n = at - 1;
  while (n > 0 && skipped(n)) {
    n--;
  }
  history.replaceState(null, '', '#' + stepName(n));
  show(Math.max(n, 0), true);
}
