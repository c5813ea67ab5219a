// Hides the long page until the script below has it in hand; any fault shows it again.
(function (d, w) {
d.className += ' js';
w.onerror = function () { d.className = d.className.replace(' js', ''); };
})(document.documentElement, window);
