// Forms with data-confirm ask first, in a dialog that says what will happen. Buttons of a posted form work once.
function ask(form, submitter) {
  const dialog = document.createElement("dialog");
  const box = Object.assign(document.createElement("form"), { className: "confirm", method: "dialog" });
  const title = Object.assign(document.createElement("h2"), { textContent: form.dataset.confirm, id: "confirm-title" });
  box.append(title);
  if (form.dataset.consequence) {
    box.append(Object.assign(document.createElement("p"), { textContent: form.dataset.consequence, className: "muted" }));
  }
  const acts = Object.assign(document.createElement("div"), { className: "acts" });
  const leave = Object.assign(document.createElement("button"), { className: "button", value: "leave", textContent: form.dataset.cancel });
  const act = Object.assign(document.createElement("button"), {
    className: `button primary ${submitter?.classList.contains("danger") ? "danger" : ""}`,
    value: "act", textContent: submitter?.textContent.trim() ?? form.dataset.confirm,
  });
  acts.append(leave, act);
  box.append(acts);
  dialog.append(box);
  dialog.setAttribute("aria-labelledby", "confirm-title");
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    const agreed = dialog.returnValue === "act";
    dialog.remove();
    if (agreed) {
      form.dataset.confirmed = "";
      form.requestSubmit(submitter ?? undefined);
    } else {
      submitter?.focus();
    }
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close("leave"); });
  dialog.showModal();
  leave.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !("confirmed" in form.dataset)) {
    event.preventDefault();
    ask(form, event.submitter);
    return;
  }
  if (form.method === "post") {
    // After this turn, so that the button's own value is still sent.
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
  }
});

// A page that comes back from the browser's cache can be used again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[method=post]").forEach((form) => {
    delete form.dataset.confirmed;
    form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
  });
});
