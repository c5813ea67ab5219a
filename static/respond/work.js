// Finds the number whose SHA-256 with the challenge starts with enough zero bits. ES5, plain http,
// so without the browser's own cryptography; names as in FIPS 180-4.
(function () {
  'use strict';
  var K = [];
  var H0 = [];

  function fraction(x) {
    return ((x - Math.floor(x)) * 4294967296) | 0;
  }
  function isPrime(n) {
    for (var i = 2; i * i <= n; i++) {
      if (n % i === 0) {
        return false;
      }
    }
    return true;
  }
  function setUp() {
    for (var n = 2; K.length < 64; n++) {
      if (isPrime(n)) {
        if (H0.length < 8) {
          H0.push(fraction(Math.pow(n, 1 / 2)));
        }
        K.push(fraction(Math.pow(n, 1 / 3)));
      }
    }
  }
  function turn(x, by) {
    return (x >>> by) | (x << (32 - by));
  }
  function schedule(w) {
    var t, x, y;
    for (t = 16; t < 64; t++) {
      x = w[t - 15];
      y = w[t - 2];
      w[t] = (
        w[t - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) +
        w[t - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))
      ) | 0;
    }
  }
  function block(hash, w) {
    var a = hash[0], b = hash[1], c = hash[2], d = hash[3];
    var e = hash[4], f = hash[5], g = hash[6], h = hash[7];
    var t, t1, t2;
    schedule(w);
    for (t = 0; t < 64; t++) {
      t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
      t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    return [
      hash[0] + a | 0, hash[1] + b | 0, hash[2] + c | 0, hash[3] + d | 0,
      hash[4] + e | 0, hash[5] + f | 0, hash[6] + g | 0, hash[7] + h | 0
    ];
  }
  // The first 32 bits of the hash.
  function first(text) {
    var bytes = [];
    var size = text.length;
    var hash = H0;
    var at, i, w;
    for (i = 0; i < size; i++) {
      bytes.push(text.charCodeAt(i));
    }
    bytes.push(128);
    while (bytes.length % 64 !== 56) {
      bytes.push(0);
    }
    bytes.push(0, 0, 0, 0, 0, 0, (size * 8) >>> 8, (size * 8) & 255);
    for (at = 0; at < bytes.length; at += 64) {
      w = [];
      for (i = at; i < at + 64; i += 4) {
        w.push((bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3]);
      }
      hash = block(hash, w);
    }
    return hash[0];
  }

  var field = document.getElementById('work');
  var form = field.form;
  var bits = Number(field.getAttribute('data-bits'));
  var challenge = field.value;
  var number = 0;
  // A little at a time, so that the page stays alive.
  function search() {
    for (var end = number + 500; number < end; number++) {
      if (first(challenge + ':' + number) >>> (32 - bits) === 0) {
        field.value = challenge + ':' + number;
        form.submit();
        return;
      }
    }
    setTimeout(search, 0);
  }
  setUp();
  search();
}());
