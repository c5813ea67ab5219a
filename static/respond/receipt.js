// The receipt stands behind the # of the address, which no browser sends. It is asked for in a form,
// so that no log on the way holds it; a reload of the page asks again. ES5.
(function () {
  'use strict';
  var found = /^#([0-9A-Za-z]{12,16})(?:-([0-9A-Za-z]{12}))?(-new)?$/.exec(location.hash);
  var form = document.getElementsByTagName('form')[0];
  var links = document.getElementsByTagName('a');
  var main = form.parentNode;
  var request, kept, i;

  function pair(name, value) {
    return name + '=' + encodeURIComponent(value);
  }
  if (!found || !window.XMLHttpRequest || !history.replaceState) {
    return;
  }
  kept = '#' + found[1] + (found[2] ? '-' + found[2] : '');
  form.elements.code.value = found[1]; // without network it can still be sent by hand
  for (i = 0; i < links.length; i++) {
    if (links[i].className === 'switch') {
      links[i].href += kept;
    }
  }
  request = new XMLHttpRequest();
  request.open('POST', form.getAttribute('action'), true);
  request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
  request.setRequestHeader('X-Partial', '1');
  request.onload = function () {
    if (request.status === 200 || request.status === 404) {
      main.innerHTML = request.responseText;
      history.replaceState(null, '', location.pathname + location.search + kept);
    }
  };
  request.send([
    pair('code', found[1]),
    pair('ticket', found[2] || ''),
    pair('new', found[3] ? '1' : ''),
    pair('lang', form.elements.lang.value),
    pair('mode', form.elements.mode.value)
  ].join('&'));
}());
