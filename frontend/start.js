// Loaded at the start of <body>, before anything is drawn: says that scripts run, so that parts which need them may show.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}

// “Skip to main content” leaves #main-content in the address, which a form would send on to the page that answers it: there
// it would take the focus away from the summary of errors, or from what the page has to tell.
document.addEventListener("submit", () => {
  if (location.hash) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
});
