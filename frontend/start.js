// Loaded at the start of <body>, before anything is drawn: says that scripts run, so that parts which need them may show.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
