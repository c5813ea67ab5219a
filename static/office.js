// Filters and sorting without loading the whole page. ES5: officials' browsers are old.
// Without this script the same links and forms load whole pages.
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("[data-print]"), function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });
  // The progress of a job, without loading the page anew; where it has ended, the result's page.
  function poll() {
    window.fetch(window.location.href, { credentials: "same-origin" }).then(function (answer) {
      if (answer.redirected || !answer.ok) {
        window.location.href = answer.url;
        return null;
      }
      return answer.text();
    }).then(function (html) {
      if (html === null) {
        return;
      }
      var page = new DOMParser().parseFromString(html, "text/html");
      var now = page.querySelector("[data-poll]");
      if (!now) {
        window.location.reload();
        return;
      }
      var shown = document.querySelector("[data-poll]");
      shown.parentNode.replaceChild(document.importNode(now, true), shown);
      setTimeout(poll, 1500);
    })["catch"](function () {
      setTimeout(poll, 5000);
    });
  }
  if (document.querySelector("[data-poll]")) {
    if (window.fetch && window.DOMParser) {
      setTimeout(poll, 1500);
    } else {
      setTimeout(function () {
        window.location.reload();
      }, 3000);
    }
  }
  var region = document.querySelector("[data-partial]");
  if (!region || !window.fetch || !window.history.pushState || !window.URLSearchParams) {
    return;
  }
  var timer = null;
  var asked = 0;

  function show(url, remember) {
    var number = ++asked;
    region.classList.add("busy");
    fetch(url, { credentials: "same-origin", headers: { "X-Partial": "1" } }).then(function (answer) {
      if (answer.redirected || !answer.ok || !answer.headers.get("X-Partial")) {
        window.location.href = url;
        return null;
      }
      return answer.text();
    }).then(function (html) {
      if (html === null || number !== asked) {
        return;
      }
      var focused = document.activeElement;
      var path = focused && region.contains(focused) ? focused.getAttribute("data-focus") : null;
      region.innerHTML = html;
      region.classList.remove("busy");
      if (path) {
        var again = region.querySelector("[data-focus='" + path + "']");
        if (again) {
          again.focus();
        }
      }
      if (remember) {
        window.history.pushState({ partial: true }, "", url);
      }
    })["catch"](function () {
      window.location.href = url;
    });
  }

  function address(form) {
    var words = [];
    Array.prototype.forEach.call(form.elements, function (input) {
      if (!input.name || input.disabled || (input.type === "checkbox" && !input.checked)) {
        return;
      }
      if (input.value !== "") {
        words.push(encodeURIComponent(input.name) + "=" + encodeURIComponent(input.value));
      }
    });
    return window.location.pathname + (words.length ? "?" + words.join("&") : "");
  }

  region.addEventListener("click", function (event) {
    var link = event.target;
    while (link && link !== region && link.tagName !== "A") {
      link = link.parentNode;
    }
    if (!link || link === region || !link.hasAttribute("data-focus")) {
      return;
    }
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) {
      return;
    }
    event.preventDefault();
    show(link.href, true);
  });
  var form = document.querySelector("form.filter");
  if (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      show(address(form), true);
    });
    form.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () {
        show(address(form), true);
      }, 300);
    });
  }
  window.addEventListener("popstate", function () {
    window.location.reload();
  });
}());
