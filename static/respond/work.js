// Finds the number whose SHA-256 with the challenge starts with enough zero bits. ES5, plain http.
(function () {
  var K = [], H0 = [], n = 2, found = 0, i;
  function frac(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }
  while (found < 64) {
    for (i = 2; i * i <= n && n % i; i++) {}
    if (i * i > n) {
      if (found < 8) { H0[found] = frac(Math.pow(n, 1 / 2)); }
      K[found++] = frac(Math.pow(n, 1 / 3));
    }
    n++;
  }
  function turn(x, by) { return (x >>> by) | (x << (32 - by)); }
  function block(h, w) {
    var a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7], t, s, x, y;
    for (t = 0; t < 64; t++) {
      if (t > 15) {
        x = w[t - 15]; y = w[t - 2];
        w[t] = (w[t - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[t - 7] +
          (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
      }
      s = (k + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
      x = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g; g = f; f = e; e = (d + s) | 0; d = c; c = b; b = a; a = (s + x) | 0;
    }
    return [h[0] + a | 0, h[1] + b | 0, h[2] + c | 0, h[3] + d | 0,
      h[4] + e | 0, h[5] + f | 0, h[6] + g | 0, h[7] + k | 0];
  }
  function first(text) {
    var bytes = [], size = text.length, at, w, j, h = H0;
    for (j = 0; j < size; j++) { bytes.push(text.charCodeAt(j)); }
    bytes.push(128);
    while (bytes.length % 64 !== 56) { bytes.push(0); }
    bytes.push(0, 0, 0, 0, 0, 0, (size * 8) >>> 8, (size * 8) & 255);
    for (at = 0; at < bytes.length; at += 64) {
      w = [];
      for (j = 0; j < 16; j++) {
        w[j] = (bytes[at + 4 * j] << 24) | (bytes[at + 4 * j + 1] << 16) |
          (bytes[at + 4 * j + 2] << 8) | bytes[at + 4 * j + 3];
      }
      h = block(h, w);
    }
    return h[0];
  }
  var field = document.getElementById("work"), form = field.form, number = 0;
  var bits = +field.getAttribute("data-bits"), start = field.value;
  function some() {
    for (var end = number + 500; number < end; number++) {
      if (first(start + ":" + number) >>> (32 - bits) === 0) {
        field.value = start + ":" + number;
        form.submit();
        return;
      }
    }
    setTimeout(some, 0);
  }
  some();
}());
