// The portal's own script: small, optional, no dependency but htmx. Every page works without it.
"use strict";
(function () {
  const body = document.body;
  const say = (name) => body.dataset["text" + name] || "";
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };
  const token = () => (document.querySelector("input[name=csrfmiddlewaretoken]") || {}).value || "";
  const signInUrl = () => {
    const next = encodeURIComponent(location.pathname + location.search);
    return (body.dataset.signIn || "/") + "?next=" + next;
  };

  // --- The error summary takes the focus; menus close as people expect -----------------------------------------------
  function focusErrors(root) {
    const summary = (root || document).querySelector("[data-error-summary]");
    if (summary) summary.focus();
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details.p-drop[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });
  document.addEventListener("click", (event) => {
    all("details.p-drop[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // --- The session: a warning two minutes before its end, renewed by anything the server answers ------------------------
  let sessionTimer = null, endTimer = null, panel = null;
  function sessionPanel(text, linkText, act) {
    if (panel) panel.remove();
    panel = make("div", "p-session");
    panel.setAttribute("role", "alert");
    panel.append(make("p", "", text));
    const control = make(act ? "button" : "a", "usa-button", linkText);
    if (act) { control.type = "button"; control.addEventListener("click", act); } else control.href = signInUrl();
    panel.append(control);
    body.append(panel);
  }
  function startSession() {
    const seconds = Number(body.dataset.sessionSeconds || 0);
    if (!seconds) return;
    clearTimeout(sessionTimer); clearTimeout(endTimer);
    if (panel) { panel.remove(); panel = null; }
    sessionTimer = setTimeout(() => sessionPanel(say("Session"), say("Stay"), async () => {
      try {
        const answer = await fetch(location.href, { method: "HEAD", credentials: "same-origin", redirect: "manual" });
        if (answer.ok) startSession(); else signedOut();
      } catch (_offline) { /* the panel stays; the next try may reach the server */ }
    }), Math.max(seconds - 120, 1) * 1000);
    endTimer = setTimeout(signedOut, seconds * 1000);
  }
  function signedOut() { sessionPanel(say("Signin"), say("SigninLink"), null); }

  // --- Forms that save themselves -----------------------------------------------------------------------------------------
  // <form data-autosave="URL" data-user="ID">, fields in groups with data-field="name" and data-version="…" (or the form's).
  // POST: field, version and the group's own controls. Answers, all JSON:
  //   200 {version, message}          saved; message is "Saved 2:14 pm CST" by the server's clock
  //   409 {version, value, who}       somebody else saved first; value maps control names to lists of values
  //   422 {errors: [..]}              not a value this field takes; the text stays here and on this computer
  //   403 {reason}                    refused (too late, not yours); the reason is shown at the field
  //   401, 403 without JSON, redirect signed out; the text is kept and comes back after signing in
  class Saver {
    constructor(form) {
      this.form = form;
      this.url = form.dataset.autosave;
      this.key = "portal:" + (form.dataset.user || "") + ":" + this.url;
      this.groups = new Map();
      this.wait = 1000;
      all("[data-field]", form).forEach((group) => this.adopt(group));
      form.addEventListener("input", (event) => this.changed(event.target, 800));
      form.addEventListener("change", (event) => this.changed(event.target, 0));
      form.addEventListener("focusout", (event) => this.changed(event.target, 0, true));
      addEventListener("online", () => this.flush());
      addEventListener("beforeunload", (event) => { if (this.unsent()) event.preventDefault(); });
      form.addEventListener("submit", (event) => this.submitted(event));
      this.restore();
    }
    adopt(group) {
      const state = { group, name: group.dataset.field, timer: 0, busy: false, dirty: false,
        version: group.dataset.version || this.form.dataset.version || "" };
      state.sent = JSON.stringify(this.read(state));
      this.groups.set(group, state);
    }
    controls(state) { return all("input, select, textarea", state.group).filter((c) => c.name && c.type !== "file"); }
    read(state) {
      return this.controls(state)
        .filter((c) => (c.type !== "checkbox" && c.type !== "radio") || c.checked)
        .map((c) => [c.name, c.type === "select-multiple" ? Array.from(c.selectedOptions, (o) => o.value).join("\n") : c.value]);
    }
    write(state, pairs) {
      const given = new Map();
      pairs.forEach(([name, value]) => given.set(name, (given.get(name) || []).concat(value)));
      this.controls(state).forEach((c) => {
        const values = given.get(c.name) || [];
        if (c.type === "checkbox" || c.type === "radio") c.checked = values.includes(c.value);
        else c.value = values.length ? values.shift() : "";
      });
    }
    changed(target, delay, leavingField) {
      const group = target.closest && target.closest("[data-field]");
      const state = group && this.groups.get(group);
      if (!state || target.type === "file" || state.conflict) return;
      if (JSON.stringify(this.read(state)) === state.sent) { if (!state.busy) this.forget(state); return; }
      if (leavingField && !state.dirty && !state.timer) return;
      state.dirty = true;
      this.keep(state);
      clearTimeout(state.timer);
      state.timer = setTimeout(() => this.save(state), delay);
    }
    async save(state) {
      clearTimeout(state.timer); state.timer = 0;
      if (state.busy || state.conflict) return;
      const pairs = this.read(state), sent = JSON.stringify(pairs);
      let answered;
      state.under = new Promise((resolve) => { answered = resolve; });
      state.busy = true; state.dirty = false;
      this.tell("saving", say("Saving"));
      const data = new URLSearchParams([["field", state.name], ["version", state.version], ...pairs]);
      try {
        const answer = await fetch(this.url, { method: "POST", body: data, credentials: "same-origin", redirect: "manual",
          headers: { "X-CSRFToken": token(), Accept: "application/json", "X-Requested-With": "fetch" } });
        await this.answered(state, answer, sent);
      } catch (_network) {
        this.later(state);
      } finally {
        state.busy = false;
        answered();
      }
      if (state.dirty && !state.conflict && !state.waiting) this.save(state);
    }
    // A save still under way would meet the submitted form as if it came from another window: the form waits for its answer.
    submitted(event) {
      this.leaving = true;
      const under = Array.from(this.groups.values()).filter((state) => state.busy).map((state) => state.under);
      if (!under.length) return;
      event.preventDefault();
      const button = event.submitter;
      Promise.all(under).then(() => this.form.requestSubmit(button));
    }
    async answered(state, answer, sent) {
      const isJson = (answer.headers.get("Content-Type") || "").includes("json");
      if (answer.status === 403 && isJson) {
        const refused = await answer.json();
        this.problem(state, [refused.reason || refused.detail || ""]);
        this.tell("refused", say("Refused") + " " + (refused.reason || refused.detail || ""));
        return;
      }
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        state.dirty = true; state.waiting = true;
        this.tell("kept", say("Kept"));
        signedOut();
        return;
      }
      if (answer.status >= 500 || answer.status === 429) { this.later(state); return; }
      const told = await answer.json();
      this.wait = 1000; state.waiting = false;
      if (answer.ok) {
        state.version = told.version; state.sent = sent;
        all('[data-version-of="' + state.name + '"]', this.form).forEach((c) => { c.value = told.version; });
        if (JSON.stringify(this.read(state)) === sent) this.forget(state); else this.keep(state);
        this.problem(state, []);
        this.tell("done", told.message);
        startSession();
        this.form.dispatchEvent(new CustomEvent("portal:saved", { bubbles: true, detail: told }));
      } else if (answer.status === 409) {
        this.conflict(state, told);
      } else {
        this.problem(state, told.errors || []);
        this.tell("refused", say("Refused") + " " + (told.errors || []).join(" "));
      }
    }
    later(state) {
      state.dirty = true; state.waiting = true;
      this.tell("kept", say("Kept"));
      setTimeout(() => { if (state.waiting) { state.waiting = false; this.save(state); } }, this.wait);
      this.wait = Math.min(this.wait * 2, 60000);
    }
    flush() { this.groups.forEach((state) => { if (state.dirty || state.waiting) { state.waiting = false; this.save(state); } }); }
    unsent() { return !this.leaving && !localStorageWorks && Array.from(this.groups.values()).some((s) => s.dirty || s.busy); }

    // What is not saved yet is kept on this computer, per form and person, with the version it was written against.
    stored() { try { return JSON.parse(localStorage.getItem(this.key)) || {}; } catch (_none) { return {}; } }
    store(kept) {
      try {
        if (Object.keys(kept).length) localStorage.setItem(this.key, JSON.stringify(kept)); else localStorage.removeItem(this.key);
      } catch (_full) { localStorageWorks = false; }
    }
    keep(state) { const kept = this.stored(); kept[state.name] = { pairs: this.read(state), version: state.version }; this.store(kept); }
    forget(state) { const kept = this.stored(); delete kept[state.name]; this.store(kept); state.dirty = false; }
    restore() {
      const kept = this.stored();
      let restored = false;
      this.groups.forEach((state) => {
        const mine = kept[state.name];
        if (!mine) return;
        const now = this.read(state);
        if (JSON.stringify(now) === JSON.stringify(mine.pairs)) { this.forget(state); return; }
        if (mine.version !== state.version) {
          const value = {};
          now.forEach(([name, text]) => { value[name] = (value[name] || []).concat(text); });
          this.write(state, mine.pairs);
          this.conflict(state, { version: state.version, value, who: "" });
          return;
        }
        this.write(state, mine.pairs);
        restored = true;
        state.dirty = true;
        this.save(state);
      });
      if (restored) this.tell("saving", say("Restored"));
    }

    // Two people, or two tabs: both texts are shown, and a person decides. Nothing is overwritten in silence.
    conflict(state, told) {
      const theirs = Object.entries(told.value || {}).flatMap(([name, values]) => values.map((value) => [name, value]));
      state.conflict = true; state.version = told.version;
      this.keep(state);
      if (state.box) state.box.remove();
      const box = state.box = make("div", "p-conflict");
      box.setAttribute("role", "alert"); box.tabIndex = -1;
      box.append(make("h3", "", say("Conflict") + (told.who ? ": " + told.who : "")));
      const list = make("dl");
      const line = (label, pairs) => list.append(make("dt", "", label), make("dd", "", pairs.map((p) => this.shown(state, p)).join("\n") || "—"));
      line(say("Theirs"), theirs);
      line(say("Yours"), this.read(state));
      const row = make("div", "p-buttons");
      const button = (text, outline, act) => {
        const control = make("button", "usa-button" + (outline ? " usa-button--outline" : ""), text);
        control.type = "button";
        control.addEventListener("click", () => { box.remove(); state.box = null; state.conflict = false; act(); this.controls(state)[0].focus(); });
        row.append(control);
      };
      button(say("KeepMine"), true, () => { state.dirty = true; this.save(state); });
      button(say("TakeTheirs"), true, () => { this.write(state, theirs); state.sent = JSON.stringify(this.read(state)); this.forget(state); this.tell("done", ""); });
      box.append(list, row);
      state.group.append(box);
      this.tell("refused", say("Conflict"));
      box.focus();
    }
    shown(state, [name, value]) {
      const control = this.controls(state).find((c) => c.name === name && (c.value === value || c.tagName === "SELECT"));
      if (control && control.tagName === "SELECT") {
        const option = Array.from(control.options).find((o) => o.value === value);
        return option ? option.text : value;
      }
      if (control && (control.type === "radio" || control.type === "checkbox") && control.labels.length) return control.labels[0].textContent.trim();
      return value;
    }
    problem(state, errors) {
      let line = state.group.querySelector("[data-live-error]");
      if (!line && !errors.length) return;
      if (!line) {
        line = make("div", "usa-error-message"); line.dataset.liveError = ""; line.setAttribute("role", "alert");
        const first = this.controls(state)[0];
        (first.closest(".usa-input-group, .usa-radio, .usa-checkbox, .usa-memorable-date") || first).before(line);
      }
      line.textContent = errors.join(" ");
      this.controls(state).forEach((c) => { if (errors.length) c.setAttribute("aria-invalid", "true"); else c.removeAttribute("aria-invalid"); });
    }
    tell(stateName, text) {
      all("[data-saved]").forEach((place) => { place.dataset.state = stateName; if (text) place.textContent = text; });
    }
  }
  let localStorageWorks = true;
  try { localStorage.setItem("portal:probe", "1"); localStorage.removeItem("portal:probe"); } catch (_denied) { localStorageWorks = false; }

  // --- Files: limits checked before sending, progress while sending, refusals announced --------------------------------------
  function watchUpload(box) {
    const input = box.querySelector("input[type=file]"), status = box.querySelector("[data-status]");
    if (!input || !status) return;
    const refuse = (text) => { input.value = ""; box.classList.add("p-file--refused"); status.textContent = text; input.focus(); };
    input.addEventListener("change", () => {
      box.classList.remove("p-file--refused"); status.textContent = "";
      const endings = (input.accept || "").split(",").map((e) => e.trim().toLowerCase()).filter((e) => e.startsWith("."));
      const most = Number(box.dataset.mostBytes || 0);
      for (const file of input.files) {
        if (most && file.size > most) { refuse(say("TooLarge") + " " + (box.querySelector(".usa-hint") || {}).textContent); return; }
        if (endings.length && !endings.some((e) => file.name.toLowerCase().endsWith(e))) { refuse(say("WrongKind") + " " + endings.join(", ")); return; }
      }
      status.textContent = Array.from(input.files, (f) => f.name).join(", ");
    });
  }
  // A message is shown once: the answer that was read here carries it, so the page that follows gets it from us.
  function carry(page) {
    const said = page.getElementById("messages");
    if (said && said.children.length) try { sessionStorage.setItem("portal-said", said.innerHTML); } catch { /* the page says it without us */ }
  }
  function deliver() {
    const here = document.getElementById("messages");
    let said = null;
    try { said = sessionStorage.getItem("portal-said"); sessionStorage.removeItem("portal-said"); } catch { return; }
    if (said && here && !here.children.length) here.append(...new DOMParser().parseFromString(said, "text/html").body.childNodes);
  }
  function sendWithProgress(event) {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented || form.method !== "post" || !window.XMLHttpRequest) return;
    const box = all("[data-upload]", form).find((b) => (b.querySelector("input[type=file]") || { files: [] }).files.length);
    if (!box || form.hasAttribute("hx-post")) return;
    event.preventDefault();
    const status = box.querySelector("[data-status]"), bar = make("progress");
    bar.max = 100; bar.setAttribute("aria-label", say("Uploading"));
    status.before(bar);
    const data = new FormData(form, event.submitter), request = new XMLHttpRequest();
    all("button", form).forEach((b) => { b.disabled = true; });
    let told = 0;
    const again = (text) => { bar.remove(); status.textContent = text; box.classList.add("p-file--refused"); all("button", form).forEach((b) => { b.disabled = false; }); };
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      const part = Math.floor((100 * step.loaded) / step.total);
      bar.value = part;
      if (part >= told + 25 || part === 100) { told = part; status.textContent = part === 100 ? say("Uploaded") : say("Uploading") + " " + part + "%"; }
    });
    request.addEventListener("load", () => {
      const here = location.href.split("#")[0];
      const page = new DOMParser().parseFromString(request.responseText, "text/html"), main = page.getElementById("main");
      if (request.status < 400 && request.responseURL.split("#")[0] !== here) { carry(page); location.assign(request.responseURL); return; }
      if (!main) { again(say("UploadFailed")); return; }
      document.title = page.title;
      document.getElementById("main").replaceWith(main);
      begin(main);
      if (!main.querySelector("[data-error-summary]")) main.focus();
    });
    request.addEventListener("error", () => again(say("UploadFailed")));
    request.open("POST", form.action || location.href);
    request.send(data);
  }

  // --- Signing out: text that was never saved leaves this computer, unless its writer says otherwise; who is asked sees it first ---
  function unsentKeys(user) {
    try { return Object.keys(localStorage).filter((key) => key.startsWith("portal:" + user + ":")); } catch (_denied) { return []; }
  }
  function watchSignOut(form) {
    const user = form.dataset.signOut, box = form.querySelector("[data-unsent]");
    if (box) box.hidden = !unsentKeys(user).length;
    form.addEventListener("submit", (event) => {
      const kept = unsentKeys(user);
      if (!kept.length) return;
      if (!box) { event.preventDefault(); location.assign(form.action); return; }
      if (box.hidden) { event.preventDefault(); box.hidden = false; return; }
      if (!box.querySelector("input").checked) kept.forEach((key) => localStorage.removeItem(key));
    });
  }

  function begin(root) {
    all("form[data-autosave]", root).forEach((form) => { if (!form.portalSaver) form.portalSaver = new Saver(form); });
    all("[data-upload]", root).forEach(watchUpload);
    all("form[data-sign-out]", root).forEach(watchSignOut);
    focusErrors(root);
  }
  document.addEventListener("submit", sendWithProgress);
  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = token(); });
  document.addEventListener("htmx:afterSwap", (event) => begin(event.detail.elt));
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) startSession(); });
  startSession();
  deliver();
  begin(document);
})();
