// Earlier conversations, kept in this browser: reopen, rename, delete, search.
(() => {
  const { send, on, whenDrawn, announce, closePanel } = window.careerChat;
  const MAX_CONVERSATIONS = 200;
  let shelf = "career-chat.history"; // each user of a shared browser has a shelf of their own
  const OPEN = "career-chat.open";

  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(shelf));
      return Array.isArray(kept) ? kept.filter((each) => each && typeof each.record === "string") : [];
    } catch {
      return [];
    }
  };

  const write = (conversations) => {
    const kept = conversations.slice(0, MAX_CONVERSATIONS);
    while (kept.length) {
      try {
        localStorage.setItem(shelf, JSON.stringify(kept));
        return;
      } catch { // full: the oldest goes
        kept.pop();
      }
    }
    localStorage.removeItem(shelf);
  };

  const openKey = () => sessionStorage.getItem(OPEN);

  on("keep", ({ record }) => {
    const { key, turns } = JSON.parse(record);
    const others = read().filter((each) => each.key !== key);
    const before = read().find((each) => each.key === key);
    if (turns.length) {
      const title = before?.named ? before.title : turns[0].question;
      write([{ key, title, named: before?.named ?? false, updated: Date.now(), record }, ...others]);
    }
    sessionStorage.setItem(OPEN, key);
    draw();
  });

  on("forget", () => {
    sessionStorage.removeItem(OPEN);
    closePanel();
    draw();
  });

  const reopen = (key) => {
    const found = read().find((each) => each.key === key);
    if (!found) return;
    closePanel();
    sessionStorage.setItem(OPEN, key);
    send("reopen", { record: found.record });
    draw();
  };

  const rename = (key, title) => {
    write(read().map((each) => (each.key === key && title ? { ...each, title, named: true } : each)));
    draw();
  };

  const remove = (key) => {
    write(read().filter((each) => each.key !== key));
    if (openKey() === key) document.getElementById("new-chat").click();
    announce("Conversation deleted");
    draw();
  };

  // --- the list ---

  const button = (kind, label, text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = kind;
    made.textContent = text;
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };

  const when = (time) => new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(time);

  const item = ({ key, title, updated }) => {
    const row = document.createElement("li");
    const open = button("open-conversation", null, title, () => reopen(key));
    const date = document.createElement("span");
    date.className = "when";
    date.textContent = when(updated);
    open.append(date);
    if (key === openKey()) open.setAttribute("aria-current", "true");
    const edit = button("rename", `Rename ${title}`, "✎", () => {
      const field = document.createElement("input");
      field.value = title;
      field.maxLength = 120;
      field.setAttribute("aria-label", "New name");
      row.replaceChildren(field);
      field.focus();
      field.select();
      let done = false;
      const finish = (name) => { if (!done) { done = true; rename(key, name.trim()); } };
      field.addEventListener("keydown", (event) => {
        if (event.key === "Enter") finish(field.value);
        if (event.key === "Escape") finish("");
      });
      field.addEventListener("blur", () => finish(field.value));
    });
    const bin = button("delete", `Delete ${title}`, "×", () => {
      if (bin.classList.contains("sure")) return remove(key);
      bin.classList.add("sure");
      bin.textContent = "Delete?";
      setTimeout(() => { bin.classList.remove("sure"); bin.textContent = "×"; }, 3000);
    });
    row.append(open, edit, bin);
    return row;
  };

  const draw = () => {
    const list = document.querySelector(".conversation-list");
    if (!list) return;
    const words = document.querySelector(".find-conversation").value.toLowerCase().trim();
    const found = read().filter(
      ({ title, record }) => !words || `${title} ${record}`.toLowerCase().includes(words),
    );
    list.replaceChildren(...found.map(item));
    list.classList.toggle("empty", found.length === 0);
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches(".find-conversation")) draw();
  });
  addEventListener("storage", draw);

  on("connected", async () => {
    try {
      const user = await (await fetch("gradio_api/user")).json();
      if (user) shelf += `.${user}`;
    } catch {
      // no login is asked for
    }
    draw();
    if (new URLSearchParams(location.search).has("q")) return;
    const key = openKey();
    if (key) reopen(key);
  });
  whenDrawn(".conversation-list", draw);
})();
