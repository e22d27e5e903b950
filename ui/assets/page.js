// What the page needs beyond Gradio: markers that open their source, calm scrolling, names for
// screen readers. One listener each for the whole page, since answers come and go.
(() => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let following = false; // keeps the newest question in view until the visitor scrolls

  const openSource = (marker) => {
    const answer = marker.closest(".answer");
    const number = marker.textContent.match(/\d+/);
    const source = number && answer.querySelector(`details.source-${number[0]}`);
    if (!source) return;
    following = false;
    for (const other of answer.querySelectorAll("details.source[open]")) {
      if (other !== source) other.open = false;
    }
    source.open = true;
    const excerpt = source.querySelector(".excerpt");
    const mark = excerpt.querySelector("mark");
    if (mark) {
      const offset = mark.getBoundingClientRect().top - excerpt.getBoundingClientRect().top;
      excerpt.scrollTop += offset - excerpt.clientHeight / 3;
    }
    source.querySelector("summary").focus({ preventScroll: true });
    source.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  };

  // Gradio labels each message with its own source text, and its sanitizer drops ours.
  const nameForReaders = (chat) => {
    for (const message of chat.querySelectorAll("[data-testid=bot][aria-label], [data-testid=user][aria-label]")) {
      message.removeAttribute("aria-label");
    }
    for (const marker of chat.querySelectorAll("button.cite[title]:not([aria-label])")) {
      marker.setAttribute("aria-label", marker.title);
    }
  };

  const showNewestQuestion = (chat) => {
    const log = chat.querySelector(".bubble-wrap");
    const newest = [...chat.querySelectorAll(".user-row")].pop();
    if (!log || !newest) return;
    log.scrollTop += newest.getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
  };

  const watch = (chat) => {
    let questions = 0;
    new MutationObserver(() => {
      nameForReaders(chat);
      const asked = chat.querySelectorAll(".user-row").length;
      if (asked > questions) following = true;
      questions = asked;
      if (following) showNewestQuestion(chat);
    }).observe(chat, { childList: true, subtree: true, characterData: true });
    for (const gesture of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      chat.addEventListener(gesture, () => { following = false; }, { passive: true });
    }
  };

  document.addEventListener("click", (event) => {
    const marker = event.target.closest("button.cite");
    if (marker) openSource(marker);
  });
  const arrival = new MutationObserver(() => {
    const chat = document.getElementById("chat");
    if (!chat) return;
    arrival.disconnect();
    watch(chat);
  });
  arrival.observe(document.documentElement, { childList: true, subtree: true });
})();
