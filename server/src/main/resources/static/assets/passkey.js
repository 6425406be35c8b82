// Forms with data-passkey ask a device of the viewer (WebAuthn) and send its answer along: "create" for a new key, "get" to sign in.
export default function passkey(form) {
  const { passkey: act, options, failed } = form.dataset;
  const status = form.querySelector("[role=status]");
  const supported = window.PublicKeyCredential?.parseCreationOptionsFromJSON;

  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    try {
      if (!supported) throw new Error("this browser is too old");
      const asked = JSON.parse(options);
      const credential = act === "create"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
      form.elements.answer.value = JSON.stringify(credential.toJSON());
      form.requestSubmit();
    } catch (reason) {
      status.textContent = `${failed} (${reason.message})`;
    }
  });
}
