// The rest: colours, the menu, links that ask, and the documents' tab.
(() => {
  const { send, on, whenDrawn, announce, copyText } = window.careerChat;
  const THEME = "career-chat.theme";

  const dark = (wanted) => document.body.classList.toggle("dark", wanted);

  const lastQuestion = () =>
    [...document.querySelectorAll("#chat .asked")].pop()?.innerText ?? document.querySelector("#box textarea").value;

  const menu = {
    theme: () => localStorage.setItem(THEME, dark() ? "dark" : "light"),
    link: async () => {
      const link = new URL(location.pathname, location.href);
      link.searchParams.set("q", lastQuestion());
      await copyText(link.href);
      announce("Link copied");
    },
    markdown: () => send("export", { form: "markdown" }),
    json: () => send("export", { form: "json" }),
  };

  document.addEventListener("click", (event) => {
    const item = event.target.closest(".menu-item");
    if (item) menu[item.value]();
    for (const open of document.querySelectorAll("details.menu[open]")) {
      if (item || !open.contains(event.target)) open.open = false;
    }
    documents(event.target);
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });

  // --- documents ---

  const documents = (target) => {
    const button = target.closest(".row-action");
    if (!button) return;
    if (button.matches(".preview")) send("preview", { document: button.value, page: 0 });
    if (button.matches(".close-preview")) send("preview", { document: "", page: 0 });
    if (button.matches(".page-to")) send("preview", { document: button.value, page: Number(button.name) });
    if (button.matches(".remove")) {
      if (button.classList.contains("sure")) send("remove", { document: button.value });
      else {
        button.classList.add("sure");
        button.textContent = "Remove?";
        setTimeout(() => { button.classList.remove("sure"); button.textContent = "Remove"; }, 3000);
      }
    }
  };

  on("documents", () => {
    const tab = [...document.querySelectorAll("#tabs [role=tab]")].find((each) => each.textContent.includes("Documents"));
    tab?.click();
    requestAnimationFrame(() => {
      const heading = document.querySelector("#preview h2");
      heading?.scrollIntoView({ block: "start" });
      heading?.focus({ preventScroll: true });
    });
  });

  // --- from the start ---

  whenDrawn("#chat", () => {
    const theme = localStorage.getItem(THEME);
    if (theme) dark(theme === "dark");
  });
  const question = new URLSearchParams(location.search).get("q");
  if (question?.trim()) {
    send("ask", { question });
    history.replaceState(null, "", location.pathname); // a reload does not ask again
  }
})();
