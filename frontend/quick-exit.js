// The quick exit of the public pages: "Leave this site", and the Escape key.
//
// Leaving blanks the page at once, for a slow network may take seconds to bring the next one, and replaces the page in
// the history of the tab, so that Back does not return to it. Pages seen earlier stay in the history; no page can
// clear those. Without JavaScript the button is a plain link.
//
// Escape leaves the site, except
// - when something on the page has already dealt with the key (event.defaultPrevented), or a modifier key is down, or
//   an input method is composing;
// - the first time when the focus is in a text field that holds text: browsers clear a search box on Escape, and that
//   is not a wish to leave. Escape a second time in a row leaves all the same: the key must never be dead.
(() => {
  const selector = "[data-candour-quick-exit]";
  const nonText = ["button", "checkbox", "color", "file", "hidden", "image", "radio", "range", "reset", "submit"];
  let spared = null;

  function leave(link) {
    const url = link.href;
    document.title = "";
    document.body.replaceChildren();
    window.location.replace(url);
  }

  function holdsText(element) {
    if (element instanceof HTMLTextAreaElement) {
      return element.value !== "";
    }
    return element instanceof HTMLInputElement && !nonText.includes(element.type) && element.value !== "";
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest(selector) : null;
    if (link) {
      event.preventDefault();
      leave(link);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      spared = null;
      return;
    }
    if (event.defaultPrevented || event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    const link = document.querySelector(selector);
    if (!link) {
      return;
    }
    const focused = document.activeElement;
    if (holdsText(focused) && focused !== spared) {
      spared = focused;
      return;
    }
    event.preventDefault();
    leave(link);
  });
})();
