// Hides the long page until the script below has it in hand; any fault shows it again.
(function (root, window) {
  root.className += ' js';
  window.onerror = function () {
    root.className = root.className.replace(' js', '');
  };
})(document.documentElement, window);
