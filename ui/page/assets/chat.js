// The chat: calm scrolling, names for screen readers, and the tools of each answer.
(() => {
  const { send, whenDrawn, announce, payPicture } = window.careerChat;
  let following = false; // keeps the newest question in view until the visitor scrolls
  let pinned = 0; // where that put the log

  const turnOf = (element) => {
    const chat = document.getElementById("chat");
    const answer = element.closest(".answer");
    const kind = answer ? ".answer" : ".question";
    return [...chat.querySelectorAll(kind)].indexOf(element.closest(kind));
  };

  const busy = () => {
    const writing = document.querySelector("#chat .answer.writing") !== null;
    if (writing) announce("Stop the answer first");
    return writing;
  };

  // Gradio labels each message with its own source text, and its sanitizer drops our labels.
  const nameForReaders = (chat) => {
    for (const message of chat.querySelectorAll("[data-testid=bot][aria-label], [data-testid=user][aria-label]")) {
      message.removeAttribute("aria-label");
    }
    for (const named of chat.querySelectorAll(".message [title]:not([aria-label])")) {
      named.setAttribute("aria-label", named.title);
      if (named.matches(".cite")) named.removeAttribute("title"); // the quote is shown instead
    }
    const examples = chat.querySelector(".examples[role=list]"); // its buttons are no list items
    if (examples) {
      examples.setAttribute("role", "group");
      examples.setAttribute("aria-label", "Examples");
    }
    for (const liked of chat.querySelectorAll(".tool-like, .tool-dislike")) {
      liked.setAttribute("aria-pressed", liked.classList.contains("pressed"));
    }
  };

  const showNewestQuestion = (chat) => {
    const log = chat.querySelector(".bubble-wrap");
    const newest = [...chat.querySelectorAll(".user-row")].pop();
    if (!log || !newest) return;
    // Room below the newest answer, so that its question can stand at the top from the start.
    const answer = newest.nextElementSibling;
    for (const row of chat.querySelectorAll(".bot-row")) {
      row.style.minHeight = row === answer
        ? `${Math.max(0, log.clientHeight - newest.offsetHeight - 40)}px` : "";
    }
    log.scrollTop += newest.getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
    pinned = log.scrollTop;
  };

  const watch = (chat) => {
    let questions = 0;
    let writing = false;
    let besideBefore = ""; // the language model that words the answer anew
    new MutationObserver(() => {
      nameForReaders(chat);
      const asked = chat.querySelectorAll(".user-row").length;
      if (asked > questions) following = true;
      questions = asked;
      if (following) showNewestQuestion(chat);
      const last = [...chat.querySelectorAll(".answer")].pop();
      const isWriting = chat.querySelector(".answer.writing") !== null;
      const beside = last?.querySelector(".words .label")?.textContent ?? "";
      const sources = last ? last.querySelectorAll(".source").length : 0;
      const ready = `Answer ready, ${sources} ${sources === 1 ? "source" : "sources"}`;
      if (beside && !besideBefore) announce(`${ready}. ${beside}: being written`);
      if (writing && !isWriting) announce(last ? ready : "");
      writing = isWriting;
      besideBefore = beside;
    }).observe(chat, { childList: true, subtree: true, characterData: true });
    for (const gesture of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      chat.addEventListener(gesture, () => { following = false; }, { passive: true });
    }
    // However it was scrolled: by its bar, or to what a reader's program went to.
    chat.addEventListener("scroll", (event) => {
      if (event.target.matches(".bubble-wrap") && Math.abs(event.target.scrollTop - pinned) > 2) following = false;
    }, { capture: true, passive: true });
    nameForReaders(chat);
  };

  // --- tools ---

  const copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // not allowed on a page that is not served from this machine or over TLS
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  };

  const answerText = (answer) => {
    const sources = [...answer.querySelectorAll(".source")].map((source) => {
      const words = (part) => source.querySelector(part)?.textContent ?? "";
      return `[${words(".number")}] ${words(".title")} (${words(".where")}): “${words(".preview")}”`;
    });
    // As it is read, each marker as "[1]": the brackets are hidden, and stand apart.
    const copy = answer.querySelector(".prose").cloneNode(true);
    for (const marker of copy.querySelectorAll(".cite")) marker.replaceWith(marker.textContent);
    copy.style.position = "fixed";
    copy.style.left = "-9999px";
    answer.append(copy);
    const prose = copy.innerText.trim();
    copy.remove();
    return sources.length ? `${prose}\n\n${sources.join("\n")}` : prose;
  };

  const say = (answer, text) => {
    const said = answer.querySelector(".said");
    if (said) said.textContent = text;
    announce(text);
    setTimeout(() => { if (said?.textContent === text) said.textContent = ""; }, 4000);
  };

  const rate = (button, liked) => {
    const answer = button.closest(".answer");
    const taken = button.classList.contains("pressed");
    for (const tool of answer.querySelectorAll(".tool-like, .tool-dislike")) {
      tool.classList.toggle("pressed", tool === button && !taken);
      tool.setAttribute("aria-pressed", tool === button && !taken);
    }
    const form = answer.querySelector("form.word");
    form.hidden = taken;
    form.dataset.liked = liked;
    send("rate", { turn: turnOf(button), liked: taken ? null : liked, word: "" });
    if (!taken) form.querySelector("input").focus();
  };

  const actions = {
    copy: async (button) => {
      await copyText(answerText(button.closest(".answer")));
      say(button.closest(".answer"), "Copied");
    },
    retry: (button) => busy() || send("retry", { turn: turnOf(button) }),
    edit: (button) => edit(turnOf(button)),
    search: (button) => edit(turnOf(button), true),
    like: (button) => rate(button, true),
    dislike: (button) => rate(button, false),
    csv: (button) => send("export", { form: "csv", turn: turnOf(button) }),
    png: (button) => payPicture(button.closest(".pay")),
  };

  const edit = (turn, search = false) => {
    if (busy()) return;
    send("edit", { turn, search });
    document.querySelector("#box textarea").focus();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".tool, .tool-csv, .tool-png");
    if (button && actions[button.value]) actions[button.value](button);
    if (event.target.closest(".cancel-edit")) send("cancel_edit");
    const drop = event.target.closest(".drop-trait");
    if (drop && !busy()) send("trait", { trait: Number(drop.name), meant: "" });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form.word");
    if (!form) return;
    event.preventDefault();
    const word = form.querySelector("input").value;
    form.hidden = true;
    send("rate", { turn: turnOf(form), liked: form.dataset.liked === "true", word });
    announce("Thank you");
  });
  document.addEventListener("change", (event) => {
    const trait = event.target.closest("input.trait");
    if (trait && !busy()) send("trait", { trait: Number(trait.name), meant: trait.value });
  });
  // One answer at a time: Gradio would send a second question while the first is answered.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || !event.target.matches("#box textarea")) return;
    if (!busy()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  document.addEventListener("keydown", (event) => {
    const box = document.querySelector("#box textarea");
    if (!box) return;
    const typing = event.target.matches("input, textarea, select, [contenteditable=true]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "ArrowUp" && event.target === box && !box.value) {
      const questions = document.querySelectorAll("#chat .question").length;
      if (questions) edit(questions - 1);
    } else if (event.key === "Escape" && document.querySelector(".cancel-edit")) {
      send("cancel_edit");
    }
  });

  window.careerChat.copyText = copyText;
  whenDrawn("#chat", watch);
})();
