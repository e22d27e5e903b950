// A marker shows its quote when pointed at, and opens its source beside the chat when clicked.
(() => {
  const { send, on } = window.careerChat;
  let opened = null; // the source that the panel shows
  let cameFrom = null; // what had the focus before

  const panel = () => document.getElementById("panel");

  // Gradio keeps the page's style sheet to what is within its own container.
  const besidePanel = (open) => document.getElementById("top").parentElement.classList.toggle("beside-panel", open);

  const sourceOf = (marker) => marker.closest(".answer")?.querySelector(`.source-${Number(marker.value)}`);

  const show = (source) => {
    const aside = panel();
    opened = source;
    const body = aside.querySelector(".panel-body");
    const parts = [".meta", ".excerpt", ".whole"].map((part) => source.querySelector(`.behind ${part}`));
    body.replaceChildren(...parts.filter(Boolean).map((part) => part.cloneNode(true)));
    aside.querySelector(".number").textContent = source.querySelector(".number").textContent;
    aside.querySelector("h2").textContent = source.querySelector(".title").textContent;
    const all = [...source.closest(".sources").querySelectorAll(".source")];
    const at = all.indexOf(source);
    for (const step of aside.querySelectorAll(".panel-step")) {
      step.disabled = !all[at + Number(step.value)];
      step.hidden = all.length < 2;
    }
    for (const other of document.querySelectorAll(".source.shown")) other.classList.remove("shown");
    source.classList.add("shown");
    if (at >= 6) source.closest(".sources").classList.add("all");
    aside.hidden = false;
    besidePanel(true);
    body.scrollTop = 0;
    const mark = body.querySelector("td.figure mark, mark");
    if (mark) {
      const offset = mark.getBoundingClientRect().top - body.getBoundingClientRect().top;
      body.scrollTop = Math.max(0, offset - body.clientHeight / 3);
    }
  };

  const open = (button) => {
    const source = sourceOf(button);
    if (!source) return;
    hideTip();
    cameFrom = button;
    show(source);
    panel().focus({ preventScroll: true });
    button.scrollIntoView({ block: "nearest" });
  };

  const close = () => {
    const aside = panel();
    if (!aside || aside.hidden) return false;
    aside.hidden = true;
    opened?.classList.remove("shown");
    besidePanel(false);
    if (cameFrom?.isConnected) cameFrom.focus({ preventScroll: true });
    return true;
  };

  const step = (by) => {
    const all = [...opened.closest(".sources").querySelectorAll(".source")];
    const next = all[all.indexOf(opened) + by];
    if (next) show(next);
  };

  // --- the quote at a glance ---

  const hideTip = () => {
    const tip = document.getElementById("tip");
    if (tip) tip.hidden = true;
  };

  const showTip = (marker) => {
    const source = sourceOf(marker);
    const tip = document.getElementById("tip");
    if (!source || !tip) return;
    const title = document.createElement("strong");
    title.textContent = source.querySelector(".title").textContent;
    const quote = document.createElement("span");
    quote.textContent = `“${source.querySelector(".preview").textContent}”`;
    tip.replaceChildren(title, quote);
    tip.hidden = false;
    const at = marker.getBoundingClientRect();
    const left = Math.min(at.left, innerWidth - tip.offsetWidth - 12);
    const above = at.top - tip.offsetHeight - 8;
    tip.style.left = `${Math.max(12, left)}px`;
    tip.style.top = `${above > 8 ? above : at.bottom + 8}px`;
  };

  document.addEventListener("click", (event) => {
    const marker = event.target.closest("button.cite, .source button.open");
    if (marker) open(marker);
    const steps = event.target.closest(".panel-step");
    if (steps) step(Number(steps.value));
    if (event.target.closest(".panel-close")) close();
    event.target.closest(".show-all")?.closest(".sources").classList.add("all");
    const whole = event.target.closest("button.whole");
    if (whole) send("preview", { document: whole.value, page: 0 });
  });
  // While an answer is written its markers are drawn anew, and one that is replaced between press and
  // release gets no click.
  let pressed = null;
  document.addEventListener("pointerdown", (event) => {
    pressed = event.target.closest?.("button.cite") ?? null;
  });
  document.addEventListener("pointerup", (event) => {
    const released = event.target.closest?.("button.cite");
    if (pressed && released && !pressed.isConnected && pressed.value === released.value) open(released);
    pressed = null;
  });

  document.addEventListener("pointerover", (event) => {
    const marker = event.pointerType !== "touch" && event.target.closest("button.cite");
    if (marker) showTip(marker);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.target.closest("button.cite")) hideTip();
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("button.cite:focus-visible")) showTip(event.target);
    else hideTip();
  });
  document.addEventListener("scroll", hideTip, { capture: true, passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    hideTip();
    if (close()) event.stopPropagation();
  }, { capture: true });
  on("panel", close);
  window.careerChat.closePanel = close;
})();
