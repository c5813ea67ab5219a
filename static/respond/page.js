// One question at a time, drafts, and an outbox. The files from here to start.js are joined into one
// function (survey/respond/inline.py). Old engines: ES5 only, every API is asked for first.
var root = document.documentElement;
var form = document.getElementById('form');
var token = form.elements.response_id;
var elder = /elder/.test(root.className);
var steps = []; // the screens in order: the last one says that answers are being sent
var at = 0; // the step that is shown
var SENDING, LAST; // its place, and the place of the step before it
var started = false; // the notice was agreed to
var waiting = false; // answers were submitted and not yet received
var leaving = false; // another page is about to come
// Unscored items and varied orders (more.js) or several units (sitting.js), where there are any.
var more;

function each(list, visit) {
  for (var i = 0; i < list.length; i++) {
    visit(list[i], i);
  }
}
function one(selector, within) {
  return (within || document).querySelector(selector);
}
function all(selector, within) {
  return (within || document).querySelectorAll(selector);
}

function stepName(n) {
  return steps[n].getAttribute('data-step');
}
function stepCalled(name) {
  for (var i = 0; i < steps.length; i++) {
    if (stepName(i) === String(name)) {
      return i;
    }
  }
  return 0;
}
function look() {
  return form.getAttribute('data-look');
}
