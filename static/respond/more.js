// What only some questionnaires need: unscored items, and orders that vary. Old engines: ES5 only.
function more(d, form, steps) {
'use strict';
function each(list, f) { for (var i = 0; i < list.length; i++) f(list[i], i, list); }
function all(selector, within) { return (within || form).querySelectorAll(selector); }
// As the server reads it: full-width digits, blanks around.
function plain(text) {
return text.replace(/[\uff10-\uff19\uff0d]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 65248); }).replace(/^\s+|\s+$/g, '');
}
form.addEventListener('keydown', function (e) {
if (e.keyCode !== 13 || e.target.type !== 'text') return;
e.preventDefault();
d.getElementById('next').click();
});
return {
// What is left out counts as empty for whatever comes after it.
skipped: function (n) {
var given = {}, left = false;
each(steps, function (step, i) {
if (i > n) return;
var tree = step.getAttribute('data-relevant');
left = !!tree && !relevance(JSON.parse(tree), given);
if (!left) each(all('input:checked,[type=text]', step), function (e) {
var id = e.name.slice(2), value = e.type === 'text' ? plain(e.value) : e.value;
given[id] = given.hasOwnProperty(id) ? given[id] + ' ' + value : value;
});
});
return left;
},
faulty: function (box) {
var text = plain(all('textarea,[type=text]', box)[0].value), low = box.getAttribute('data-low');
if (!text) return box.hasAttribute('data-required') && form.getAttribute('data-fill');
if (low === null) return false;
return !(/^-?[0-9]{1,9}$/.test(text) && Number(text) >= Number(low) && Number(text) <= Number(box.getAttribute('data-high'))) && box.getAttribute('data-say');
},
// The scored items as they stand, and the answer that stands first.
order: function () {
var out = [];
each(all('.scale'), function (f) { out.push(all('input', f)[0].name); });
return out.concat(all('.scale input')[0].value);
},
// Brings them into the order in which a draft was answered, whatever order this page came in.
arrange: function (wanted) {
var boxes = [], sets = {}, turn = all('.scale input')[0].value !== wanted[wanted.length - 1];
each(all('.scale'), function (f) { boxes.push(f.parentNode); sets[all('input', f)[0].name] = f; });
each(boxes, function (box, i) {
var set = sets[wanted[i]];
if (!set) return;
box.appendChild(set);
if (turn) each(all('label:not(.apart)', set), function (l, k, labels) { if (k) l.parentNode.insertBefore(l, labels[k - 1]); });
});
}
};
}
