// A button with data-passkey="get" or "create" asks the browser for a passkey and sends what comes back with the form #passkey_form.
// The options are in #passkey_data; where there is none, they are fetched from where the form goes to.
(() => {
  "use strict";

  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const toText = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => list && list.map((one) => ({ ...one, id: toBytes(one.id) }));

  async function options(form, kind) {
    const held = document.getElementById("passkey_data");
    const data = held
      ? JSON.parse(held.textContent)
      : await (await fetch(form.action, { headers: { Accept: "application/json" } })).json();
    const asked = (kind === "create" ? data.creation_options : data.request_options).publicKey;
    asked.challenge = toBytes(asked.challenge);
    asked.excludeCredentials = named(asked.excludeCredentials);
    asked.allowCredentials = named(asked.allowCredentials);
    if (asked.user) asked.user.id = toBytes(asked.user.id);
    const alone = form.elements.passwordless;
    if (kind === "create" && alone) {
      asked.authenticatorSelection.residentKey = alone.checked ? "required" : "discouraged";
      asked.authenticatorSelection.requireResidentKey = alone.checked;
      if (alone.checked) asked.authenticatorSelection.userVerification = "required";
    }
    return asked;
  }

  function answer(credential) {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = toText(credential.response[part]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      type: credential.type,
      id: credential.id,
      rawId: toText(credential.rawId),
      authenticatorAttachment: credential.authenticatorAttachment,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  }

  const button = document.querySelector("[data-passkey]");
  const show = (id, isShown) => {
    const note = document.getElementById(id);
    if (note) note.hidden = !isShown;
  };
  if (!button) return;
  if (!window.PublicKeyCredential) return show("passkey_unknown", true);
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    show("passkey_problem", false);
    try {
      const kind = button.dataset.passkey;
      const credential = await navigator.credentials[kind]({ publicKey: await options(button.form, kind) });
      button.form.elements.credential.value = answer(credential);
      button.form.submit();
    } catch {
      show("passkey_problem", true);
    }
  });
})();
